"""Writes what the demo says, in every format: `python -m tests.functional.golden`.

Read the difference before it is committed: it is the first thing that a new user sees.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from pluribus.reports import FORMATS as WRITTEN
from tests.functional import discovery, fixes, planning, shop_history
from tests.functional.cli_project import Project

ROOT: Final = Path(__file__).parents[2]
GOLDEN: Final = Path(__file__).parent / "golden"
FORMATS: Final = tuple(WRITTEN)


def said(format_name: str) -> str:
    """What `pluribus check examples/chat` writes to stdout, run at the root of the repository.

    Raises:
        AssertionError: the check could not judge.
    """
    done = Project(ROOT).run(
        "check", "examples/chat", "--no-cache", "--output-format", format_name
    )
    assert done.returncode == 1, done.stderr
    return done.stdout


def path_of(format_name: str) -> Path:
    """The golden file of a format."""
    return GOLDEN / f"chat.{format_name}"


def main() -> None:
    """Write every file, and delete those of formats that are no more."""
    files = {path_of(name): said(name) for name in FORMATS}
    files |= {discovery.path_of(name): discovery.said(name) for name in discovery.FORMATS}
    files |= {planning.path_of(name): planning.said(name) for name in planning.FORMATS}
    files |= {fixes.path_of(name): fixes.said(name) for name in fixes.FORMATS}
    GOLDEN.mkdir(exist_ok=True)
    for stale in sorted(set(GOLDEN.iterdir()) - set(files)):
        stale.unlink()
    with tempfile.TemporaryDirectory() as folder:
        files[shop_history.PICTURE] = shop_history.picture(Path(folder))
    for path, text in files.items():
        path.write_bytes(text.encode())


if __name__ == "__main__":
    main()
