"""`pluribus plan`: what it takes. What it does is in `planning`."""

from __future__ import annotations

from typing import Any

import click

from pluribus.cli import options
from pluribus.cli.help import TaughtCommand, option

_PLAN = "What to plan"
_OUTPUT = "Output"


@click.command(
    "plan",
    cls=TaughtCommand,
    examples=(
        ("pluribus plan", "the way from many to one, in this folder"),
        ("pluribus plan --concept chat", "for one concept"),
        ("pluribus plan --base-ref v1.0", "count from the baseline as it was at a revision"),
        ("pluribus plan --output-format markdown", "check-boxes, to paste into an issue"),
        ("pluribus plan --output-format json | jq", "for programs"),
    ),
)
@options.root_argument
@options.contract_option
@option(
    _PLAN,
    "--concept",
    "concepts",
    metavar="NAME",
    multiple=True,
    callback=options.names,
    help="Plan only these concepts of the contract; may be repeated, and take a,b,c.",
)
@options.baseline_option
@option(
    "Baseline",
    "--base-ref",
    metavar="REF",
    callback=options.words,
    help="Take the start counts from the baseline where HEAD left this git revision; by default "
    "from the baseline as it is.",
)
@option(
    _OUTPUT,
    "--output-format",
    type=click.Choice(("text", "markdown", "json")),
    default="text",
    show_default=True,
    help="How the plan is written.",
)
@option(
    _OUTPUT,
    "--output-file",
    metavar="FILE",
    callback=options.path,
    help="Write the plan there, whole or not at all, instead of to stdout.",
)
@option(
    _OUTPUT,
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    help="Name the first N files and moves of a step, and count the rest (text, markdown); by "
    "default 12.",
)
@options.color_option
@options.quiet_option
@options.no_cache_option
@options.cache_dir_option
def command(**given: Any) -> int:
    """Plan the way from many owners to one, in steps that never break an import.

    PATH is the root of the code base, by default this folder. The phases are those of the
    contract. Each is shown with its count at the start and now, its target, and its gate: the
    command that is green when the phase is done.

    The steps stand in an order in which none breaks an import: first the owner offers what will
    be taken from it, then importers change, those from which nobody imports first, then strings,
    and at last what nothing needs any more is removed. Of each it says which files it touches,
    whom CODEOWNERS names for them, and what `pluribus fix` can do or only a person can.

    Files are read and nothing is changed. What the baseline accepts is planned too.
    """
    from pluribus.cli.planning import Request, run

    return run(Request(**given))
