"""What `pluribus burndown` does with what it was asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pluribus.adapters.counts import KeptCounts
from pluribus.adapters.engine import engine_stamp
from pluribus.adapters.history import Repository
from pluribus.app.burndown import BurndownOptions, Every, burndown
from pluribus.cli.delivery import Delivery
from pluribus.cli.exits import OK
from pluribus.cli.output import write_warning
from pluribus.cli.progress import progress
from pluribus.cli.repositories import SHOWN, cache_of
from pluribus.findings.history import Burndown
from pluribus.reports import BURNDOWN_FORMATS, RenderOptions


@dataclass(frozen=True, kw_only=True)
class Request:
    """The options of the command, under the names that it gives them."""

    root: Path
    revision: str
    since: str | None
    every: Every
    traces: bool
    contract: Path | None
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    concepts: tuple[str, ...]
    output_format: str
    output_file: Path | None
    reports: tuple[tuple[str, Path], ...]
    limit: int | None
    color: str
    quiet: bool
    no_cache: bool
    cache_dir: Path | None


def run(request: Request) -> int:
    """Count, write what was asked for, and return the exit status."""
    delivery = Delivery(
        request.output_format,
        request.output_file,
        request.reports,
        color=request.color,
        drawing=RenderOptions(limit=request.limit or SHOWN),
    )
    counted = _counted(request)
    delivery.deliver(lambda name, options: BURNDOWN_FORMATS[name](counted, options))
    return OK


def _counted(request: Request) -> Burndown:
    cache = cache_of(
        request.root,
        contract=request.contract,
        given=request.cache_dir,
        is_refused=request.no_cache,
    )
    repository = Repository(request.root, cache=cache)
    options = BurndownOptions(
        revision=request.revision,
        since=request.since,
        every=request.every,
        traces=request.traces,
        contract=request.contract,
        concepts=request.concepts,
        select=request.select,
        ignore=request.ignore,
        engine=engine_stamp(),
    )
    try:
        with progress(is_quiet=request.quiet) as say:
            return burndown(
                repository,
                request.root,
                options,
                counted=lambda question: KeptCounts(cache, question),
                say=say or _say_nothing,
            )
    finally:
        # Whoever interrupts it keeps what was read.
        problem = repository.save()
        if problem:
            write_warning(f"what was read could not be kept in `{cache}`: {problem}")


def _say_nothing(_: str) -> None:
    """For those who do not want to be told."""
