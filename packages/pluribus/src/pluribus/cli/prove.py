"""`pluribus prove`: what it takes. What it does is in `proving`."""

from __future__ import annotations

from typing import Any, Final

import click

from pluribus.cli import options
from pluribus.cli.help import TaughtCommand, option

_JUDGE = "What to judge"
_VERDICT = "Verdict"
_OUTPUT = "Output"

FORMATS: Final = ("text", "json", "markdown", "html")
"""Those of `pluribus.reports`, which is not imported for `--help`."""

ACCEPTABLE: Final = (
    "deleted-tests",
    "uncollected-tests",
    "skipped-tests",
    "emptied-tests",
    "collection",
    "contract",
)
"""Kinds of changes that may be meant."""


@click.command(
    "prove",
    cls=TaughtCommand,
    examples=(
        ("pluribus prove origin/main HEAD", "what a branch has consolidated"),
        ("pluribus prove v1.4 v2.0 --select imports", "a family of rules alone"),
        ("pluribus prove HEAD~3 HEAD --bundle proof", "proof.json, proof.md and proof.html"),
        ("pluribus prove A B --contract chat.toml", "revisions that hold no contract"),
        ("pluribus prove A B --accept deleted-tests", "tests of what is gone are gone, too"),
    ),
    statuses=(
        ("0", "proven: all that was red is green, and nothing made it so but the code"),
        ("1", "not proven: something is left or new, was made to say less, or cannot fail"),
        ("2", "could not judge: bad usage or contract, no repository, an unknown revision"),
        ("130", "interrupted"),
    ),
)
@click.argument("before", metavar="BEFORE", callback=options.words)
@click.argument("after", metavar="AFTER", callback=options.words)
@options.root_argument
@options.contract_option
@option(
    _JUDGE,
    "--select",
    metavar="RULE",
    multiple=True,
    callback=options.names,
    help="Prove only these rules or families of rules; may be repeated, and take a,b,c.",
)
@option(
    _JUDGE,
    "--ignore",
    metavar="RULE",
    multiple=True,
    callback=options.names,
    help="Do not prove these rules or families of rules; the proof says which it is about.",
)
@option(
    _JUDGE,
    "--concept",
    "concepts",
    metavar="NAME",
    multiple=True,
    callback=options.names,
    help="Prove only these concepts of the contract.",
)
@option(
    _VERDICT,
    "--accept",
    type=click.Choice(ACCEPTABLE),
    multiple=True,
    help="Changes of this kind are meant: they are listed, and do not count; may be repeated.",
)
@option(
    _OUTPUT,
    "--output-format",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How the proof is written.",
)
@option(
    _OUTPUT,
    "--output-file",
    metavar="FILE",
    callback=options.path,
    help="Write it there, whole or not at all, instead of to stdout.",
)
@options.report_option(FORMATS)
@option(
    _OUTPUT,
    "--bundle",
    metavar="FOLDER",
    callback=options.path,
    help="Write proof.json, proof.md and proof.html into this folder, which is made if need be.",
)
@option(
    _OUTPUT,
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    help="List at most N findings or changes of a kind (text); by default 40.",
)
@options.color_option
@options.quiet_option
@options.no_cache_option
@options.cache_dir_option
def command(**given: Any) -> int:
    """Show that a consolidation is real: red before, green after, nothing hidden.

    Each rule that was red at the revision BEFORE must be green at AFTER, and not because somebody
    looked away. Both are read from git's objects, without a checkout, and judged by one contract,
    that of AFTER. PATH is a folder of the work tree, by default this one, or a bare repository.

    Listed is what makes a check say less: findings that comments, exemptions or ignores silence
    at AFTER and did not before, or that are in files which are not judged any more; a contract
    that demands less; what the baseline accepts (none is honoured); tests that are gone, skipped
    or emptied; files that cannot be read any more. What made something green counts against it.

    That the rules can still fail is shown at AFTER: violations that are planted in memory must be
    found, and files of BEFORE that are put back in memory must make them fail again.
    """
    from pluribus.cli.proving import Request, run

    return run(Request(**given))
