"""What `pluribus fix examples/chat` says and would write, held in files that a person has read."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from tests.functional.cli_project import Project

ROOT: Final = Path(__file__).parents[2]
FORMATS: Final = ("diff", "unsafe.diff", "text", "json")


def said(format_name: str) -> str:
    """What the command writes to stdout; the example itself is not touched.

    Raises:
        AssertionError: it could not mend.
    """
    unsafe = ("--unsafe-fixes",) if format_name.startswith("unsafe") else ()
    with tempfile.TemporaryDirectory() as folder:
        how = (
            ("--diff",)
            if format_name.endswith("diff")
            else ("--emit-patch", folder, "--output-format", format_name)
        )
        done = Project(ROOT).run("fix", "examples/chat", "--no-cache", *unsafe, *how)
    assert done.returncode == 1, done.stderr
    return done.stdout


def path_of(format_name: str) -> Path:
    """The golden file of a format."""
    return Path(__file__).parent / "golden" / f"chat-fix.{format_name}"
