"""What `pluribus fix` does with what it was asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from pluribus.adapters.editing import read_editable, write_edited
from pluribus.adapters.files import write_file
from pluribus.adapters.git import unsaved
from pluribus.app.fixing import FixOptions, Outcome, fix
from pluribus.app.options import CheckOptions
from pluribus.cli.exits import FOUND, OK
from pluribus.cli.fixed import FORMATS, diff, patch_files
from pluribus.cli.options import cache_folder
from pluribus.cli.output import seen_from_here, write_stderr, write_stdout
from pluribus.cli.progress import progress
from pluribus.errors import GitError, OutputError, UsageError
from pluribus.reports.wording import counted

_BY_DEFAULT: Final = ("imports", "facade")


@dataclass(frozen=True, kw_only=True)
class Request:
    """The options of the command, under the names that it gives them."""

    root: Path
    contract: Path | None
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    concepts: tuple[str, ...]
    phase: str | None
    only: tuple[str, ...]
    unsafe_fixes: bool
    shim: bool
    diff: bool
    emit_patch: Path | None
    allow_dirty: bool
    output_format: str
    limit: int | None
    quiet: bool
    no_cache: bool
    cache_dir: Path | None


def run(request: Request) -> int:
    """Work out the edits, write or show them, and return the exit status."""
    if request.diff and request.emit_patch is not None:
        raise UsageError("`--diff` and `--emit-patch` exclude each other")
    if request.shim and not request.unsafe_fixes:
        raise UsageError("`--shim` changes what is removed", hint="add `--unsafe-fixes`")
    is_written = not request.diff and request.emit_patch is None
    dirty = _dirty(request) if is_written and not request.allow_dirty else frozenset()
    with progress(is_quiet=request.quiet) as say:
        outcome = fix(
            request.root,
            _options(request),
            read=partial(read_editable, request.root),
            progress=say,
        )
    if request.diff:
        write_stdout(diff(outcome, seen_from_here(request.root)))
        write_stderr(_summary(outcome, "would change"))
        return FOUND if outcome.files or outcome.after else OK
    if request.emit_patch is not None:
        _emit(request.emit_patch, outcome, request.root)
        done = f"patches are in `{request.emit_patch}`; they change"
    else:
        _refuse_lost_work(outcome, dirty)
        write_edited(request.root, outcome.files)
        done = "changed"
    write_stdout(FORMATS[request.output_format](outcome, request.limit))
    write_stderr(_summary(outcome, done))
    return FOUND if outcome.after else OK


def _options(request: Request) -> FixOptions:
    select = request.select
    if not select:
        select = _BY_DEFAULT if request.phase is None else ()
    check = CheckOptions(
        select=select,
        ignore=request.ignore,
        concepts=request.concepts,
        only=request.only,
        contract=request.contract,
        cache=cache_folder(
            request.root,
            contract=request.contract,
            given=request.cache_dir,
            is_refused=request.no_cache,
        ),
    )
    return FixOptions(
        check=check,
        phase=request.phase,
        takes_unsafe=request.unsafe_fixes,
        keeps_shims=request.shim,
    )


def _dirty(request: Request) -> frozenset[str]:
    """Files that git does not know; the tree is refused when it holds unsaved work.

    Raises:
        UsageError: git could not bring the tree back as it is.
    """
    try:
        changed, untracked = unsaved(request.root)
    except GitError as error:
        raise UsageError(
            f"no git could undo the edits: {error.message}",
            hint="look at `pluribus fix --diff`, then add --allow-dirty",
        ) from error
    if changed:
        number = counted(len(changed), "file")
        raise UsageError(
            f"{number} with work that is not committed, such as `{min(changed)}`",
            hint="commit or stash it, or add --allow-dirty",
        )
    return untracked


def _refuse_lost_work(outcome: Outcome, untracked: frozenset[str]) -> None:
    lost = sorted(untracked & outcome.files.keys())
    if lost:
        number = counted(len(lost), "file")
        raise UsageError(
            f"git does not know {number} that would be edited, such as `{lost[0]}`",
            hint="commit it, leave it out by --only, or add --allow-dirty",
        )


def _emit(folder: Path, outcome: Outcome, root: Path) -> None:
    """Write a patch for each phase that changes something."""
    files = patch_files(outcome, seen_from_here(root))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot write into `{folder}`: {error.strerror or error}", hint="name another folder"
        ) from error
    for name, content in files.items():
        write_file(folder / name, content)


def _summary(outcome: Outcome, done: str) -> str:
    edits = sum(
        len(change.edits)
        for step in outcome.steps
        for file in step.files
        for change in file.changes
    )
    before, after = len(outcome.before), len(outcome.after)
    unsafe = len({each.finding for each in outcome.left if each.applicability == "unsafe"})
    line = f"{done} {counted(len(outcome.files), 'file')} by {counted(edits, 'edit')}"
    line += f"; {counted(before, 'finding')} before, {after:,} left"
    if unsafe:
        line += f", {unsafe:,} of them for --unsafe-fixes"
    return line
