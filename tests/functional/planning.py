"""What `pluribus plan examples/chat` says, held in files that a person has read."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.functional.cli_project import Project

ROOT: Final = Path(__file__).parents[2]
FORMATS: Final = ("text", "markdown", "json")


def said(format_name: str) -> str:
    """What the command writes to stdout, run at the root of the repository.

    Raises:
        AssertionError: it could not plan.
    """
    done = Project(ROOT).run("plan", "examples/chat", "--no-cache", "--output-format", format_name)
    assert done.returncode == 0, done.stderr
    return done.stdout


def path_of(format_name: str) -> Path:
    """The golden file of a format."""
    return Path(__file__).parent / "golden" / f"chat-plan.{format_name}"
