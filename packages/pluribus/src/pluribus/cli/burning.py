"""What `pluribus burndown` does with what it was asked."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pluribus.adapters.counts import KeptCounts
from pluribus.adapters.engine import engine_stamp
from pluribus.adapters.files import refuse_unwritable
from pluribus.adapters.history import Repository
from pluribus.app.burndown import BurndownOptions, Every, burndown
from pluribus.cli.exits import OK
from pluribus.cli.output import (
    has_color,
    is_terminal,
    terminal_width,
    write_stdout,
    write_text,
    write_warning,
)
from pluribus.cli.progress import progress
from pluribus.cli.repositories import cache_of
from pluribus.findings.history import Burndown
from pluribus.reports import BURNDOWN_FORMATS, RenderOptions

_SHOWN: Final = 40
"""As many lines of a kind are enough to read."""


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
    for _, file in request.reports:
        refuse_unwritable(file)  # before the work, not after it
    if request.output_file is not None:
        refuse_unwritable(request.output_file)
    counted = _counted(request)
    for name, file in request.reports:
        write_text(file, BURNDOWN_FORMATS[name](counted, _render_options(request, file)))
    options = _render_options(request, request.output_file)
    text = BURNDOWN_FORMATS[request.output_format](counted, options)
    if request.output_file is None:
        write_stdout(text)
    else:
        write_text(request.output_file, text)
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


def _render_options(request: Request, file: Path | None) -> RenderOptions:
    to_terminal = file is None and is_terminal(sys.stdout)
    environ = {} if file else os.environ
    return RenderOptions(
        color=has_color(request.color, to_terminal=to_terminal, environ=environ),
        width=terminal_width() if to_terminal else None,
        limit=request.limit or _SHOWN,
    )


def _say_nothing(_: str) -> None:
    """For those who do not want to be told."""
