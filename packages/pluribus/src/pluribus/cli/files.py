"""`pluribus files`: which files are judged. How they are listed is in `listing`."""

from __future__ import annotations

from pathlib import Path

import click

from pluribus.cli import options
from pluribus.cli.help import TaughtCommand, option
from pluribus.cli.output import write_stdout


@click.command(
    "files",
    cls=TaughtCommand,
    examples=(
        ("pluribus files", "what is judged, and what is not"),
        ("pluribus files --output-format json", "the same for programs"),
    ),
)
@options.root_argument
@options.contract_option
@option(
    "Output",
    "--output-format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How the files are listed.",
)
@options.no_cache_option
@options.cache_dir_option
def command(
    root: Path,
    contract: Path | None,
    output_format: str,
    no_cache: bool,
    cache_dir: Path | None,
) -> int:
    """List which files are judged, and why the others are not.

    PATH is the root of the code base, by default this folder. Of each file that is judged you see
    the module that it is, and whether it counts as a test.
    """
    from pluribus.app.files import list_files
    from pluribus.cli.listing import FORMATS

    cache = options.cache_folder(root, contract=contract, given=cache_dir, is_refused=no_cache)
    write_stdout(FORMATS[output_format](list_files(root, contract=contract, cache=cache)))
    return 0
