"""The page of the properties of `pluribus conform`, from the properties and the managers of the
kit themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from pluribus.conformance.mutants import SPECIMENS
from pluribus.conformance.properties import PROPERTIES, Property
from pluribus.contract import Conform, Context, Interface, Operation

REPOSITORY = Path(__file__).parents[1]
_KEYS = {
    "conform": (Conform, Operation),
    "interface": (Interface,),
    "context": (Context,),
}
"""Sections of the page on the contract, and the tables whose keys they explain."""
_KEY = re.compile(r"`((?:ops\.[*\w]+\.)?([a-z-]+)(?:\.([a-z-]+))?)`")


def properties_page() -> str:
    """A section for each property: what it asks, what it refuses, and where that is declared."""
    lines = [
        "# Properties",
        "",
        "Written by `make docs` from the properties themselves, in the order in which"
        " `pluribus conform` lists",
        "them. A property that is judged for each operation that delivers ends as the worst of"
        " them. What it must",
        "refuse are broken managers of the kit, by which `pluribus conform --self-test` sees that"
        " it can fail;",
        "[the matrix](matrix.md) shows what else it refuses.",
        "",
        "| property | says | must refuse |",
        "| --- | --- | --- |",
        *(
            f"| [{each.name}](#{_anchor(each)}) | {each.title} | {len(_refused(each))} |"
            for each in PROPERTIES
        ),
        "",
    ]
    for each in PROPERTIES:
        lines += [f"#{each.page}", *_about(each), ""]
    return "\n".join(lines[:-1]) + "\n"


def _about(prop: Property) -> Iterator[str]:
    refused = _refused(prop)
    if refused:
        yield f"- Must refuse: {'; '.join(refused)}."
    if declared := _declared(prop):
        yield f"- In the contract: {', '.join(declared)}."
    if place := _source(prop):
        yield f"- [Source]({place})"


def _refused(prop: Property) -> list[str]:
    return [f"`{each.name}` ({each.about})" for each in SPECIMENS if prop.name in each.refused_by]


def _declared(prop: Property) -> list[str]:
    """The keys of the contract that its page names, with where they are explained."""
    found: dict[str, None] = {}
    for shown, first, second in _KEY.findall(prop.says):
        for section, tables in _KEYS.items():
            own = second if first == section else first
            keys = {name for table in tables for name in _keys(table)}
            if first == section or own in keys:
                found[f"[`{shown}`](contract.md#{section})"] = None
                break
    return list(found)


def _keys(table: type) -> list[str]:
    return [name.replace("_", "-") for name in getattr(table, "__struct_fields__", ())]


def _source(prop: Property) -> str:
    judge = prop.judge or prop.judge_delivery
    try:
        file = inspect.getsourcefile(inspect.unwrap(judge)) if judge else None
    except TypeError:
        return ""
    return "" if file is None else f"../../{Path(file).relative_to(REPOSITORY).as_posix()}"


def _anchor(prop: Property) -> str:
    words = f"{prop.name}: {prop.title}".lower()
    kept = "".join(each for each in words if each.isalnum() or each in " -_")
    return kept.replace(" ", "-")
