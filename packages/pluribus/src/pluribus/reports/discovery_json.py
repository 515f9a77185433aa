"""What `pluribus discover` found, for programs: `docs/reference/discovery.schema.json`.

As with the report of a check, the types here are the public shape.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from pluribus.findings import Confidence, Evidence
from pluribus.findings.discovery import (
    DISCOVERY_SCHEMA_VERSION,
    Counts,
    Discovery,
    Proposal,
    Surveyed,
)
from pluribus.reports.json import JsonLocation, JsonTool
from pluribus.reports.options import RenderOptions

_Count = Annotated[int, msgspec.Meta(ge=0)]


class JsonRival(msgspec.Struct, frozen=True, kw_only=True):
    """One of several owners, with the files that import it and what speaks against it.

    `completeness` is how much it has of what at least two of the rivals have, from 0 to 1.
    """

    path: str
    kind: Literal["class", "function", "module", "constant"]
    location: JsonLocation
    dependants: Counts
    completeness: float | None
    against: tuple[str, ...]


class JsonFragmentedConcept(msgspec.Struct, frozen=True, kw_only=True):
    """A concept with several owners, at its rank.

    `cost` counts the files to touch, `copies` those of the same names in folders of backups.
    """

    rank: Annotated[int, msgspec.Meta(ge=1)]
    name: str
    confidence: Confidence
    kinds: tuple[str, ...]
    rivals: tuple[JsonRival, ...]
    evidence: tuple[Evidence, ...]
    dependants: Counts
    proposal: Proposal
    cost: Counts
    copies: _Count


class JsonDiscovery(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of `pluribus discover`. Readers should ignore keys that they do not know.

    `found` counts the concepts, also those that `--limit` keeps from the list.
    """

    schema_version: Literal[1]
    tool: JsonTool
    concepts: tuple[JsonFragmentedConcept, ...]
    found: _Count
    surveyed: Surveyed


def render(discovery: Discovery, options: RenderOptions) -> str:
    """Write all of it. The options change nothing."""
    return _written(msgspec.json.encode(document(discovery), order="deterministic"))


def schema() -> str:
    """Write the JSON Schema (2020-12) of what `render` writes."""
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "pluribus discovery",
        **msgspec.json.schema(JsonDiscovery),
    }
    return _written(msgspec.json.encode(described))


def document(discovery: Discovery) -> JsonDiscovery:
    """Give what was found its public shape."""
    concepts = [
        {"rank": rank, **{name: getattr(each, name) for name in each.__struct_fields__}}
        for rank, each in enumerate(discovery.concepts, 1)
    ]
    return JsonDiscovery(
        schema_version=DISCOVERY_SCHEMA_VERSION,
        tool=JsonTool(name="pluribus", version=discovery.tool_version),
        concepts=msgspec.convert(
            concepts, tuple[JsonFragmentedConcept, ...], from_attributes=True
        ),
        found=discovery.found,
        surveyed=discovery.surveyed,
    )


def _written(encoded: bytes) -> str:
    return msgspec.json.format(encoded, indent=2).decode() + "\n"
