"""`pluribus burndown`: what it takes. What it does is in `burning`."""

from __future__ import annotations

from typing import Any, Final

import click

from pluribus.cli import options
from pluribus.cli.help import TaughtCommand, option

_HISTORY = "Which history"
_OUTPUT = "Output"

FORMATS: Final = ("text", "json", "svg", "html")
"""Those of `pluribus.reports`, which is not imported for `--help`."""


@click.command(
    "burndown",
    cls=TaughtCommand,
    examples=(
        ("pluribus burndown", "the last commit of each day, from the first on"),
        ("pluribus burndown --since v2.0 --every commit", "every commit since a release"),
        ("pluribus burndown --since 2026-01-01 --every week", "this year, by week"),
        ("pluribus burndown --trace", "which commit raised or lowered each count"),
        ("pluribus burndown --concept cart --select imports", "a concept, a family of rules"),
        ("pluribus burndown --report svg=burndown.svg", "the picture"),
        ("pluribus burndown repo.git --contract pluribus.toml", "a bare repository"),
    ),
    statuses=(
        ("0", "counted, whatever was found"),
        ("2", "could not count: bad usage or contract, no repository, an unknown revision"),
        ("130", "interrupted; what was counted by then need not be counted again"),
    ),
)
@options.root_argument
@option(
    _HISTORY,
    "--until",
    "revision",
    metavar="REV",
    default="HEAD",
    show_default=True,
    callback=options.words,
    help="The commit at which the history ends.",
)
@option(
    _HISTORY,
    "--since",
    metavar="REV|DAY",
    callback=options.words,
    help="The commit, or the day as YYYY-MM-DD, at which it begins; by default the first.",
)
@option(
    _HISTORY,
    "--every",
    type=click.Choice(("commit", "day", "week")),
    default="day",
    show_default=True,
    help="Judge each commit, or the last one of each day or week in UTC.",
)
@option(
    _HISTORY,
    "--trace",
    "traces",
    is_flag=True,
    help="Where counts differ between two revisions, judge the commits between, to name the one.",
)
@options.contract_option
@options.select_option
@options.ignore_option
@options.concept_option
@option(
    _OUTPUT,
    "--output-format",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How the counts are written.",
)
@option(
    _OUTPUT,
    "--output-file",
    metavar="FILE",
    callback=options.path,
    help="Write them there, whole or not at all, instead of to stdout.",
)
@options.report_option(FORMATS)
@option(
    _OUTPUT,
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    help="List the last N revisions and steps (text); by default 40, the others have all.",
)
@options.color_option
@options.quiet_option
@options.no_cache_option
@options.cache_dir_option
def command(**given: Any) -> int:
    """Count the findings over the history of a git repository.

    PATH is a folder of its work tree, by default this one, or a bare repository. The revisions
    are read from git's objects: nothing is checked out, and no work in progress is looked at.

    The history is that of first parents, so that a merge counts as one commit. All of it is
    judged by one contract: the nearest at or above PATH as it is on disk, or in a bare
    repository that of the last commit. Where the owner of a concept is not defined yet, what can
    be counted without it is. Comments and exemptions silence as they do in a check; a baseline
    does not. What was counted is kept in the cache, and counted once.
    """
    from pluribus.cli.burning import Request, run

    return run(Request(**given))
