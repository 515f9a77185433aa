"""Writes the reference of the command line: `python -m tests.unit.cli.reference`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from pluribus.cli.commands import PROGRAM, program

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "cli.md"
COLUMNS = 88

INTRODUCTION = """\
# The command line

<!-- Written by `python -m tests.unit.cli.reference` from the help of the commands. -->

`python -m pluribus` is the same as `pluribus`. A report goes to stdout, and everything else, such
as progress, warnings and errors, to stderr. Nothing is wrapped or coloured unless it is written to
a terminal.

An option that may be repeated takes one value each time; rules and concepts may also be listed
with commas between them. An empty value is an error: a variable that a script forgot to set must
not turn a check green.

| variable | effect |
| --- | --- |
| `NO_COLOR` | when it is not empty: no colours, unless `--color always` |
| `FORCE_COLOR` | when it is not empty: colours even where stdout is not a terminal |
| `PLURIBUS_DEBUG=1` | a bug in pluribus is shown with its traceback |
| `_PLURIBUS_COMPLETE=bash_source` | prints completions for bash; also `zsh_source` and so on |
"""


def page() -> str:
    """Give the text that the page must hold."""
    sections = (f"## {name}\n\n```text\n{help_page}\n```\n" for name, help_page in helps())
    return "\n".join([INTRODUCTION, *sections])


def helps() -> Iterator[tuple[str, str]]:
    """Yield the name and the help of the program and of each command."""
    names = list(program.context_settings["help_option_names"])
    top = click.Context(
        program, info_name=PROGRAM, terminal_width=COLUMNS, help_option_names=names
    )
    yield PROGRAM, top.get_help()
    for name in program.list_commands(top):
        command = program.get_command(top, name)
        assert command is not None
        context = click.Context(command, parent=top, info_name=name, terminal_width=COLUMNS)
        yield f"{PROGRAM} {name}", context.get_help()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
