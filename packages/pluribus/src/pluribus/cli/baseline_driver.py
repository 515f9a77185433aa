"""What `pluribus baseline merge` does, when git calls it or a person."""

from __future__ import annotations

from pathlib import Path

from pluribus.adapters.files import write_file
from pluribus.baseline import Baseline, parse
from pluribus.baseline import merge as merged
from pluribus.cli.exits import FOUND, OK
from pluribus.cli.output import write_stderr
from pluribus.errors import BaselineError
from pluribus.reports.wording import printable


def merge(ancestor: Path, ours: Path, theirs: Path) -> int:
    """Merge what two sides made of a baseline, into the file of the one."""
    base, our, their = (_side(path) for path in (ancestor, ours, theirs))
    result = merged(base.entries, our.entries, their.entries)
    write_file(ours, result.as_bytes())
    for one, other in result.conflicts:
        write_stderr(
            printable(f"conflict: {one.what}: `{one.reason}` or `{other.reason}`: keep one line")
        )
    return FOUND if result.conflicts else OK


def _side(path: Path) -> Baseline:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BaselineError(f"cannot read `{path}`: {error.strerror or error}") from error
    # Git hands over an empty file where a side has none.
    return parse(content, name=str(path)) if content else Baseline()
