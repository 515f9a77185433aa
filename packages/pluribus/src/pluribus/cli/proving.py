"""What `pluribus prove` does with what it was asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pluribus.adapters.history import Repository
from pluribus.app.prove import ProveOptions, prove
from pluribus.cli.delivery import Delivery
from pluribus.cli.exits import FOUND, OK
from pluribus.cli.output import write_warning
from pluribus.cli.progress import progress
from pluribus.cli.repositories import SHOWN, cache_of
from pluribus.errors import OutputError
from pluribus.findings.proof import Kind, Proof
from pluribus.reports import PROOF_FORMATS, RenderOptions

BUNDLE: Final = {"json": "proof.json", "markdown": "proof.md", "html": "proof.html"}
"""The files of a bundle, by format."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """The options of the command, under the names that it gives them."""

    before: str
    after: str
    root: Path
    contract: Path | None
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    concepts: tuple[str, ...]
    accept: tuple[Kind, ...]
    output_format: str
    output_file: Path | None
    reports: tuple[tuple[str, Path], ...]
    bundle: Path | None
    limit: int | None
    color: str
    quiet: bool
    no_cache: bool
    cache_dir: Path | None


def run(request: Request) -> int:
    """Prove, write what was asked for, and return the exit status."""
    delivery = Delivery(
        request.output_format,
        request.output_file,
        [*request.reports, *_bundle(request.bundle)],
        color=request.color,
        drawing=RenderOptions(limit=request.limit or SHOWN),
    )
    proof = _proved(request)
    delivery.deliver(lambda name, options: PROOF_FORMATS[name](proof, options))
    return OK if proof.is_proven else FOUND


def _bundle(folder: Path | None) -> list[tuple[str, Path]]:
    """The files of a bundle; its folder is made.

    Raises:
        OutputError: it cannot be made.
    """
    if folder is None:
        return []
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot make the folder `{folder}`: {error.strerror or error}"
        ) from error
    return [(name, folder / file) for name, file in BUNDLE.items()]


def _proved(request: Request) -> Proof:
    cache = cache_of(
        request.root,
        contract=request.contract,
        given=request.cache_dir,
        is_refused=request.no_cache,
    )
    repository = Repository(request.root, cache=cache)
    options = ProveOptions(
        before=request.before,
        after=request.after,
        contract=request.contract,
        concepts=request.concepts,
        select=request.select,
        ignore=request.ignore,
        accepted=frozenset(request.accept),
    )
    with progress(is_quiet=request.quiet) as say:
        proof = prove(repository, options, say=say or _say_nothing)
    problem = repository.save()
    if problem:
        write_warning(f"what was read could not be kept in `{cache}`: {problem}")
    return proof


def _say_nothing(_: str) -> None:
    """For those who do not want to be told."""
