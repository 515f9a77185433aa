"""What the commands write to stdout and stderr, and with which colours."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from pluribus.errors import OutputError


def write_stdout(text: str) -> None:
    """Write `text` to stdout, as UTF-8 unless a terminal wants something else.

    That the reader has gone away, as `head` does, is no error.

    Raises:
        OutputError: stdout is closed, or cannot take it.
    """
    if sys.stdout is None:
        raise OutputError("cannot write to stdout: it is closed")
    encoding = sys.stdout.encoding if is_terminal(sys.stdout) else "utf-8"
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode(encoding, "backslashreplace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _abandon_stdout()
    except OSError as error:
        _abandon_stdout()
        raise OutputError(f"cannot write to stdout: {error.strerror or error}") from error


def write_text(file: Path, text: str) -> None:
    """Write a report to a file, whole or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    from pluribus.adapters.files import write_file

    write_file(file, text.encode("utf-8", "backslashreplace"))


def write_stderr(text: str) -> None:
    """Write a line for the person. When nobody can read it, there is nobody to tell."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        sys.stderr = None  # as Python itself does when it is closed from the start


def write_error(message: str, hint: str | None = None) -> None:
    """Say on stderr what is wrong and what to do about it."""
    text = f"error: {message}" + (f"\n\nhint: {hint}" if hint else "")
    write_stderr("\n".join(map(_harmless, text.split("\n"))))


def write_warning(message: str) -> None:
    """Say on stderr what went wrong without stopping the command."""
    write_stderr(_harmless(f"warning: {message}"))


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person reads `stream` as it is written."""
    return stream is not None and stream.isatty()


def has_color(choice: str, *, to_terminal: bool, environ: Mapping[str, str]) -> bool:
    """Decide whether to colour: what was asked for, then NO_COLOR, FORCE_COLOR, the terminal.

    Source: https://no-color.org, https://force-color.org; the order between them is Python's.
    """
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return to_terminal and environ.get("TERM") != "dumb"


def terminal_width() -> int | None:
    """Columns of the terminal that stdout is; None when it is none, and nothing is wrapped."""
    return shutil.get_terminal_size().columns if is_terminal(sys.stdout) else None


def _abandon_stdout() -> None:
    """Let what is left in its buffers go nowhere, so that leaving Python does not fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _harmless(line: str) -> str:
    """Show what would command the terminal as escapes: messages repeat names of files."""
    if line.isprintable():
        return line
    from pluribus.reports.wording import printable

    return printable(line)


def seen_from_here(root: Path) -> str:
    """The root as it stands before paths in it; empty when it is here, or elsewhere."""
    here, there = Path.cwd(), root.resolve()
    if there == here or not there.is_relative_to(here):
        return ""
    return there.relative_to(here).as_posix() + "/"
