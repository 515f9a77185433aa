"""The one place where exceptions become exit statuses."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Final

import click

from pluribus.cli.commands import PROGRAM, program
from pluribus.cli.output import is_terminal, write_error, write_stderr
from pluribus.errors import PluribusError

OK: Final = 0
FOUND: Final = 1
UNABLE: Final = 2
INTERRUPTED: Final = 130

_COMPLETION: Final = "_PLURIBUS_COMPLETE"


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; every error is explained on stderr."""
    try:
        return _invoke(list(arguments))
    except click.exceptions.Exit as done:
        return done.exit_code
    except (KeyboardInterrupt, click.Abort):
        # A terminal has just shown `^C`, and is still on that line.
        write_stderr("\ninterrupted" if is_terminal(sys.stderr) else "interrupted")
        return INTERRUPTED
    except click.ClickException as error:
        write_error(*_explained(error))
    except PluribusError as error:
        write_error(error.message, error.hint)
    except (SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic of the Rust core is no Exception
        write_error(*_unexpected(error))
    return UNABLE


def _invoke(arguments: list[str]) -> int:
    if wanted := os.environ.get(_COMPLETION):
        from click.shell_completion import shell_complete

        return shell_complete(program, {}, PROGRAM, _COMPLETION, wanted)
    # `program.main` would take `EOFError` for Ctrl-C, and a closed stdout for a finding.
    with program.make_context(PROGRAM, arguments) as context:
        status = program.invoke(context)
    assert isinstance(status, int), "a command returns its exit status"
    return status


def _explained(error: click.ClickException) -> tuple[str, str | None]:
    """Say what click says in the words of every other error."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return "no command given", f"name one of those below\n\n{error.format_message()}"
    message, hint = error.format_message(), None
    if isinstance(error, click.UsageError) and error.ctx is not None:
        hint = f"see `{error.ctx.command_path} --help`"
    if isinstance(error, click.NoSuchOption):
        message = f"there is no option `{error.option_name}`"
        near = " or ".join(f"`{each}`" for each in sorted(error.possibilities or ()))
        hint = f"did you mean {near}?" if near else hint
    return message[:1].lower() + message[1:].rstrip("."), hint


def _unexpected(error: BaseException) -> tuple[str, str]:
    name = type(error).__name__
    message = f"this is a bug in {PROGRAM}: {name}" + (f": {error}" if str(error) else "")
    if os.environ.get("PLURIBUS_DEBUG") == "1":
        lines = "".join(traceback.format_exception(error))
        return f"{message}\n\n{lines.rstrip()}", "please report it, with the lines above"
    return message, "please report it, with what PLURIBUS_DEBUG=1 adds to this message"
