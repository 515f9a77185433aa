"""Writes the generated files of docs/reference: `python -m scripts.docs [GLOB]`."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path

import click

import pluribus
from pluribus.app.explain import page_names, precision_of
from pluribus.baseline import schema as baseline_schema
from pluribus.cli import fixed_json
from pluribus.cli.commands import PROGRAM, program
from pluribus.contract import schema_files
from pluribus.reports import (
    burndown_json,
    conformance_json,
    discovery_json,
    plan_json,
    proof_json,
)
from pluribus.reports.json import schema
from pluribus_unum import schema as unum
from scripts import typescript
from scripts.property_pages import REPOSITORY, properties_page
from scripts.unum_page import unum_page

REFERENCE = REPOSITORY / "docs" / "reference"
PACKAGE = Path(pluribus.__file__).parent
COLUMNS = 80
UNUM_VERSION = tomllib.loads((REPOSITORY / "packages/unum/pyproject.toml").read_text())["project"][
    "version"
]


def commands() -> str:
    """Every command with its help, as a page."""
    parts = ["# Commands\n\nWritten by `make docs` from the commands themselves.\n"]
    for name, text in _helps(program, PROGRAM):
        parts.append(f"## {name}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def rules() -> str:
    """The index of the rules' pages, in the order in which reports list the rules, and of what is
    said of comments."""
    lines = [
        "# Rules",
        "",
        "Written by `make docs` from the page of each rule, which `pluribus explain NAME` prints.",
        "",
        "| rule | family | finds | precision |",
        "| --- | --- | --- | --- |",
    ]
    pages = {page.stem.replace("_", "-"): page for page in PACKAGE.glob("*/**/*.md")}
    for name, (family, _) in page_names().items():
        page = pages[name]
        text = page.read_text("utf-8")
        _, summary, *_ = [each for each in text.splitlines() if each]
        precision = precision_of(text)
        link = f"../../{page.relative_to(REPOSITORY).as_posix()}"
        lines.append(f"| [{name}]({link}) | {family} | {summary} | {precision} |")
    return "\n".join(lines) + "\n"


FILES: dict[str, Callable[[], str]] = {
    "baseline.schema.json": baseline_schema.schema,
    "burndown.schema.json": burndown_json.schema,
    "cli.md": commands,
    "concept.schema.json": lambda: schema_files()["concept.schema.json"],
    "conformance.schema.json": conformance_json.schema,
    "contract.schema.json": lambda: schema_files()["contract.schema.json"],
    "discovery.schema.json": discovery_json.schema,
    "fix.schema.json": fixed_json.schema,
    "plan.schema.json": plan_json.schema,
    "proof.schema.json": proof_json.schema,
    "properties.md": properties_page,
    "report.schema.json": schema,
    "rules.md": rules,
    "unum.asyncapi.json": lambda: _json(unum.asyncapi(UNUM_VERSION)),
    "unum.md": unum_page,
    "unum.schema.json": lambda: _json(unum.json_schema()),
    "../../clients/typescript/src/wire.ts": typescript.types,
}
"""Each generated file, seen from docs/reference, and what gives its text."""


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _helps(
    command: click.Command, name: str, parent: click.Context | None = None
) -> Iterator[tuple[str, str]]:
    context = click.Context(
        command,
        info_name=name,
        parent=parent,
        **{**command.context_settings, "terminal_width": COLUMNS},
    )
    lines = command.get_help(context).splitlines()
    yield context.command_path, "\n".join(line.rstrip() for line in lines)
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            inner = command.get_command(context, each)
            if inner is not None and not inner.hidden:
                yield from _helps(inner, each, context)


if __name__ == "__main__":
    pattern = sys.argv[1] if len(sys.argv) > 1 else "*"
    for file, text in FILES.items():
        if fnmatch(file, pattern):
            (REFERENCE / file).write_text(text(), encoding="utf-8")
            print(f"wrote {(REFERENCE / file).resolve().relative_to(REPOSITORY)}")
