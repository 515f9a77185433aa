"""`pluribus discover`: what it takes. What it does is in `discovering`."""

from __future__ import annotations

from typing import Any

import click

from pluribus.cli import options
from pluribus.cli.help import TaughtCommand, option

_LOOK = "Where to look"
_OUTPUT = "Output"
_PROPOSE = "Propose"


@click.command(
    "discover",
    cls=TaughtCommand,
    examples=(
        ("pluribus discover", "what has several owners in this folder"),
        ("pluribus discover --limit 5", "the five that matter most"),
        ("pluribus discover --exclude 'tools/**'", "without a part of it"),
        ("pluribus discover --write", "propose a contract for each, then `pluribus check`"),
        ("pluribus discover --output-format json | jq", "for programs"),
    ),
)
@options.root_argument
@option(
    _LOOK,
    "--exclude",
    metavar="GLOB",
    multiple=True,
    callback=options.texts,
    help="Leave these files out, globs as in .gitignore; may be repeated.",
)
@option(
    _PROPOSE,
    "--write",
    is_flag=True,
    help="Write contracts/NAME.toml for each concept shown whose owner is decided, and a "
    "pluribus.toml if there is no contract. What exists is never overwritten.",
)
@option(
    _PROPOSE,
    "--into",
    metavar="FOLDER",
    callback=options.path,
    help="Where --write writes; by default beside the contract, or in PATH.",
)
@option(
    _OUTPUT,
    "--output-format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How the concepts are listed.",
)
@option(
    _OUTPUT,
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    help="Show the first N concepts; by default 20 as text, and all as JSON.",
)
@options.color_option
@options.quiet_option
@options.no_cache_option
@options.cache_dir_option
def command(**given: Any) -> int:
    """Find the concepts that have several owners; needs no contract.

    PATH is the root of the code base, by default this folder. Concepts are ranked by how sure it
    is that they have several owners, then by how many files depend on these. Each is shown with
    its rivals and who depends on them, the evidence, a proposed owner with the reason, and what
    it would cost to consolidate. Popularity alone never decides who should be the one.

    Left alone is what is rightly many: plug-ins, sync and async twins, versions side by side,
    test doubles, generated and vendored code. Tests and backups are counted apart. If there is a
    contract, its [codebase] says which files are tests and which are left out.
    """
    from pluribus.cli.discovering import Request, run

    return run(Request(**given))
