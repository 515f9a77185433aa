"""`pluribus conform`: what it takes. What it does is in `conforming`."""

from __future__ import annotations

from typing import Any, Final

import click

from pluribus.cli import options
from pluribus.cli.help import TaughtCommand, option

TRANSPORTS: Final = ("memory", "asgi", "sockets")
"""Those of `pluribus.conformance.transports`, which is not imported for `--help`."""
_JUDGE = "What to judge"
_BIND = "How it is driven"
_OUTPUT = "Output"

FORMATS: Final = ("text", "json", "junit", "sarif", "markdown", "html")
"""Those of `pluribus.reports`, which is not imported for `--help`."""


@click.command(
    "conform",
    cls=TaughtCommand,
    examples=(
        ("pluribus conform --concept chat --bind", "what each parameter would be given, and why"),
        ("pluribus conform --concept chat --suggest", "the same as a table for pluribus.toml"),
        ("pluribus conform", "judge every concept that has a table [conform]"),
        ("pluribus conform --property D1,D2", "two properties alone"),
        ("pluribus conform --rivals", "what the owner and its rivals do, side by side"),
        ("pluribus conform --report html=out.html", "a page besides what is shown"),
        ("pluribus conform --replay D1:chat:0", "see one failure again"),
        ("pluribus conform --transport sockets", "over real connections, on loopback"),
        ("pluribus conform --self-test", "break managers, and see that the kit notices"),
        ("pluribus conform --self-test --concept chat", "break your own, through its adapter"),
    ),
    statuses=(
        ("0", "every property holds, or is declined, or is allowed not to be exercised"),
        ("1", "a property does not hold"),
        ("2", "not judged: an ERROR, NOT_EXERCISED without a reason, bad usage or contract"),
        ("130", "interrupted"),
    ),
)
@options.root_argument
@options.contract_option
@option(
    _JUDGE,
    "--concept",
    "concepts",
    metavar="NAME",
    multiple=True,
    callback=options.names,
    help="Judge these concepts, also without a table [conform]; may be repeated.",
)
@option(
    _JUDGE,
    "--property",
    "properties",
    metavar="NAME",
    multiple=True,
    callback=options.names,
    help="Judge these properties; `pluribus explain D1` says what one asks.",
)
@option(
    _JUDGE,
    "--seed",
    metavar="N",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Whence the ids of users, threads and connections come.",
)
@option(
    _JUDGE,
    "--rivals",
    is_flag=True,
    help="Drive the rivals of the owners, too, and show them side by side; they fail nothing.",
)
@option(
    _JUDGE,
    "--replay",
    metavar="ID",
    default="",
    help="See one failure again, as a report names it: its property, its seed, its schedule.",
)
@option(
    _JUDGE,
    "--transport",
    type=click.Choice(TRANSPORTS),
    default=TRANSPORTS[0],
    show_default=True,
    help="What sockets are: objects in memory, ASGI, or real ones on loopback.",
)
@option(
    _BIND, "--bind", is_flag=True, help="Show what each parameter is given, and judge nothing."
)
@option(_BIND, "--suggest", is_flag=True, help="Write that as TOML, to be put into the contract.")
@option(
    _JUDGE,
    "--self-test",
    is_flag=True,
    help="Show that the kit notices broken managers: its own, or with --concept yours.",
)
@option(
    _OUTPUT,
    "--output-format",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How verdicts are written.",
)
@option(
    _OUTPUT,
    "--output-file",
    metavar="FILE",
    callback=options.path,
    help="Write them there, whole or not at all, instead of to stdout.",
)
@options.report_option(FORMATS)
@options.color_option
@options.quiet_option
def command(**given: Any) -> int:
    """Drive the owners, and judge how they behave.

    PATH is the root of a code base, by default this folder; its contract is the nearest at or
    above PATH. It runs the code that the contract names: the factories and the methods that add
    and remove sockets and send events. Users, sockets and events are the kit's own; nothing
    leaves the machine.

    Each property ends as PASS, FAIL, NOT_EXERCISED (what would have to be seen was not), ERROR
    (the kit could not judge) or DECLINED (the contract does not promise it). Silence is no PASS.
    """
    from pluribus.cli.conforming import Request, run

    return run(Request(**given))
