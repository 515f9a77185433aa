"""Help pages that teach: options in groups, examples, and what each exit status means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from pluribus.cli.output import write_stdout
from pluribus.errors import UsageError

_Function = TypeVar("_Function", bound=Callable[..., Any])
Rows = tuple[tuple[str, str], ...]

STATUSES: Final[Rows] = (
    ("0", "done"),
    ("2", "bad usage or contract, a file that cannot be written, or a bug in pluribus"),
    ("130", "interrupted"),
)
"""Of a command that judges nothing."""

_COMMAND_COLUMNS: Final = 46


class GroupedOption(click.Option):
    """An option that help pages list under the heading `section`."""

    def __init__(self, *arguments: Any, section: str, **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self.section = section


class TaughtCommand(click.Command):
    """A command whose help ends in examples and exit statuses."""

    def __init__(
        self, *arguments: Any, examples: Rows, statuses: Rows = STATUSES, **attributes: Any
    ) -> None:
        super().__init__(*arguments, **attributes)
        self.examples = examples
        self.statuses = statuses

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Write the help as reports are written: a full disk or a closed pipe is no bug."""
        help_option = super().get_help_option(ctx)
        if help_option is not None:
            help_option.callback = _show_help
        return help_option

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options under their headings, in the order in which they are declared."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                section = getattr(parameter, "section", "Help")
                sections.setdefault(section, []).append(record)
        for section, records in sections.items():
            with formatter.section(section):
                formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples and the exit statuses."""
        with formatter.section("Examples"):
            formatter.write_dl(self.examples, col_max=_COMMAND_COLUMNS)
        with formatter.section("Exit status"):
            formatter.write_dl(self.statuses)


class TaughtGroup(TaughtCommand, click.Group):
    """A command of commands, which are listed first and in the order in which they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that `args` begin with."""
        if args[0] not in self.commands and not args[0].startswith("-"):
            raise UsageError(
                f"there is no command `{ctx.command_path} {args[0]}`",
                hint=f"see `{ctx.command_path} --help`",
            )
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, and the options."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, each.get_short_help_str(80)) for name, each in self.commands.items()]
            )
        super().format_options(ctx, formatter)


def _show_help(ctx: click.Context, parameter: click.Parameter, is_wanted: bool) -> None:
    if is_wanted and not ctx.resilient_parsing:
        write_stdout(ctx.get_help() + "\n")
        ctx.exit()


def option(section: str, *names: str, **attributes: Any) -> Callable[[_Function], _Function]:
    """Declare an option under a heading; the rest is as in `click.option`."""
    return click.option(*names, cls=GroupedOption, section=section, **attributes)
