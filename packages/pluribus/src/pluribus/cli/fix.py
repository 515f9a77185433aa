"""`pluribus fix`: what it takes. What it does is in `fixing`."""

from __future__ import annotations

from typing import Any

import click

from pluribus.cli import options
from pluribus.cli.help import TaughtCommand, option

_MEND = "What to mend"
_HOW = "How"
_OUTPUT = "Output"


@click.command(
    "fix",
    cls=TaughtCommand,
    examples=(
        ("pluribus fix --diff", "see every edit, and write nothing"),
        ("pluribus fix", "make the safe ones"),
        ("pluribus fix --unsafe-fixes --diff", "see those that cannot be proven too"),
        ("pluribus fix --phase 1 --concept chat", "one step of the work, for one concept"),
        ("pluribus fix --only 'src/shop/**'", "only a part of the code base"),
        ("pluribus fix --emit-patch patches", "a patch for each phase, to be reviewed"),
    ),
    statuses=(
        ("0", "nothing is left of what was to be mended"),
        ("1", "something is left, or --diff shows edits"),
        (
            "2",
            "could not mend: bad usage or contract, unsaved work in git, a file that was changed "
            "meanwhile or cannot be written, or a bug in pluribus",
        ),
        ("130", "interrupted"),
    ),
)
@options.root_argument
@options.contract_option
@option(
    _MEND,
    "--select",
    metavar="RULE",
    multiple=True,
    callback=options.names,
    help="Mend only the findings of these rules or families of rules; by default `imports` and "
    "`facade`.",
)
@option(
    _MEND,
    "--ignore",
    metavar="RULE",
    multiple=True,
    callback=options.names,
    help="Do not mend the findings of these rules or families of rules.",
)
@option(
    _MEND,
    "--concept",
    "concepts",
    metavar="NAME",
    multiple=True,
    callback=options.names,
    help="Mend only these concepts of the contract.",
)
@option(
    _MEND,
    "--phase",
    metavar="N",
    callback=options.text,
    help="Mend only the findings of this phase, by its number or its name.",
)
@option(
    _MEND,
    "--only",
    metavar="GLOB",
    multiple=True,
    callback=options.texts,
    help="Edit only these files, globs as in .gitignore; the whole code base is judged all the "
    "same.",
)
@option(
    _HOW,
    "--unsafe-fixes",
    is_flag=True,
    help="Also make edits of which it is not proven that the code means the same afterwards.",
)
@option(
    _HOW,
    "--shim",
    is_flag=True,
    help="With --unsafe-fixes, keep modules that only hand on, for users outside of the code "
    "base, and let them give a DeprecationWarning; else they are removed when nothing needs them.",
)
@option(
    _HOW,
    "--diff",
    is_flag=True,
    help="Write no file; show the edits as a diff, which `git apply` takes.",
)
@option(
    _HOW,
    "--emit-patch",
    metavar="FOLDER",
    callback=options.path,
    help="Write no file of the code base, but a patch for each phase into this folder, to be "
    "applied in their order.",
)
@option(
    _HOW,
    "--allow-dirty",
    is_flag=True,
    help="Edit files although git could not bring them back: they hold unsaved work, or there is "
    "no git.",
)
@option(
    _OUTPUT,
    "--output-format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How it is said what was done and what is left.",
)
@option(
    _OUTPUT,
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    help="List at most N places for each reason why something is left, and count the rest (text).",
)
@options.quiet_option
@options.no_cache_option
@options.cache_dir_option
def command(**given: Any) -> int:
    """Mend what needs no decision; say what is left, and why.

    PATH is the root of the code base, by default this folder. Imports of old paths, the uses that
    they bind and the strings that patch them move to the paths that the contract allows, byte by
    byte: comments, quotes and line ends stay as they are.

    An edit is safe when it is proven that every name is the same object afterwards, and that every
    patch of a test still meets the code that it met. All others are left, each with its reason.
    The code base is judged again with every edit before any file is written; a file of which an
    edit does not hold stays as it is. What is mended twice is the same as what is mended once.
    """
    from pluribus.cli.fixing import Request, run

    return run(Request(**given))
