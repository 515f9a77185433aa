"""The program and its commands. Only the module of the command that is run is imported."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Final

import click

from pluribus import __version__
from pluribus.cli.help import TaughtCommand
from pluribus.cli.output import write_stdout
from pluribus.errors import UsageError

PROGRAM: Final = "pluribus"

COMMANDS: Final = {
    "check": "Judge a code base by its contract.",
    "discover": "Find the concepts that have several owners; needs no contract.",
    "plan": "Plan the way from many owners to one, in steps that never break an import.",
    "fix": "Mend what needs no decision; say what is left, and why.",
    "conform": "Drive the owners, and judge how they behave.",
    "baseline": "Accept what is found for now, and only ever less of it.",
    "burndown": "Count the findings over the history of a git repository.",
    "prove": "Show that a consolidation is real: red before, green after, nothing hidden.",
    "explain": "Say what a rule catches, why, and how to fix it.",
    "files": "List which files are judged, and why the others are not.",
    "config": "Show the contract as it was understood.",
}
"""The name of each command, which is that of its module, and the first line of its help."""


class LazyGroup(TaughtCommand, click.Group):
    """Commands that are imported when they are run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands, in the order in which help lists them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"pluribus.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that `args` begin with."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise _unknown(args[0])
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, from the table alone, and the options."""
        with formatter.section("Commands"):
            formatter.write_dl(tuple(COMMANDS.items()))
        super().format_options(ctx, formatter)


def _unknown(name: str) -> UsageError:
    from pluribus.contract.keys import nearest

    near = nearest(name, COMMANDS) or ([f"check {name}"] if Path(name).exists() else [])
    return UsageError(
        f"there is no command `{name}`",
        hint="did you mean " + " or ".join(f"`{PROGRAM} {each}`" for each in near) + "?"
        if near
        else f"see `{PROGRAM} --help`",
    )


def _show_version(ctx: click.Context, parameter: click.Parameter, is_wanted: bool) -> None:
    if is_wanted and not ctx.resilient_parsing:
        write_stdout(f"{PROGRAM} {__version__}\n")
        ctx.exit()


@click.command(
    PROGRAM,
    cls=LazyGroup,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    examples=(
        ("pluribus discover", "what has many owners here, and which should be the one"),
        ("pluribus check", "judge the code base in this folder"),
        ("pluribus check --help", "every way to do so"),
        ("pluribus explain dual-import", "what a rule means, and what to do"),
    ),
    statuses=(
        ("0", "nothing found"),
        ("1", "findings"),
        ("2", "could not judge: bad usage or contract, or a bug in pluribus"),
        ("130", "interrupted"),
    ),
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_version,
    help="Show the version and exit.",
)
def program() -> None:
    """Find the many, keep the one.

    pluribus finds, counts and guards against the places where a Python code base has several
    implementations of what should have one. A contract, `pluribus.toml`, names the one.
    """
