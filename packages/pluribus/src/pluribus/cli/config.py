"""`pluribus config`: the contract as it was understood."""

from __future__ import annotations

from pathlib import Path

import click

from pluribus.cli.help import TaughtCommand, option
from pluribus.cli.options import contract_option, root_argument
from pluribus.cli.output import write_stderr, write_stdout


@click.command(
    "config",
    cls=TaughtCommand,
    examples=(
        ("pluribus config", "every value, the defaults marked"),
        ("pluribus config --output-format json", "the same for programs"),
        ("pluribus config --schema > schema.json", "for an editor"),
    ),
)
@root_argument
@contract_option
@option(
    "Output",
    "--output-format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="TOML that reads back as the same contract, or JSON.",
)
@option(
    "Output",
    "--schema",
    is_flag=True,
    help="Print the JSON Schema of pluribus.toml, and read no contract.",
)
def command(root: Path, contract: Path | None, output_format: str, schema: bool) -> int:
    """Show the contract as it was understood.

    PATH is the root of a code base, by default this folder; its contract is the nearest at or
    above PATH. Where that is goes to stderr, the contract with its defaults to stdout.
    """
    from pluribus.contract import as_json, describe, find_contract, load_contract, schema_files

    if schema:
        write_stdout(schema_files()["contract.schema.json"])
        return 0
    path = find_contract(root) if contract is None else contract
    understood = load_contract(path)
    write_stdout(as_json(understood).decode() if output_format == "json" else describe(understood))
    write_stderr(f"read from {path}")
    return 0
