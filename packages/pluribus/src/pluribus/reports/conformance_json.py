"""What `pluribus conform` found, for programs: `docs/reference/conformance.schema.json`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from pluribus.findings import Evidence
from pluribus.findings.conformance import (
    CONFORMANCE_SCHEMA_VERSION,
    Conformance,
    KitTrial,
    MatrixLine,
    Outcome,
)
from pluribus.reports.json import JsonLocation, JsonTool
from pluribus.reports.options import RenderOptions


class JsonVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of one property.

    `id` is that of a FAIL or an ERROR, and the same in every run; `sequence` is a Python program,
    and `replay` what `pluribus conform --replay` takes to see it again.
    """

    property: str
    title: str
    outcome: Outcome
    claim: str
    hint: str
    witnesses: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    sequence: str
    anchors: tuple[JsonLocation, ...]
    id: str
    replay: str
    allowed: str


class JsonRivalConformance(msgspec.Struct, frozen=True, kw_only=True):
    """The same properties of a rival; `unbound` says why it could not be driven."""

    path: str
    location: JsonLocation | None
    verdicts: tuple[JsonVerdict, ...]
    unbound: str
    notes: tuple[str, ...]


class JsonConceptConformance(msgspec.Struct, frozen=True, kw_only=True):
    """The verdicts of one concept; `rivals` is null where nobody asked for them."""

    concept: str
    owner: str
    verdicts: tuple[JsonVerdict, ...]
    notes: tuple[str, ...]
    unused_allowances: tuple[str, ...]
    unused_shared: tuple[str, ...]
    unused_keys: tuple[str, ...]
    rivals: tuple[JsonRivalConformance, ...] | None


class JsonConformance(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of `pluribus conform`. Readers should ignore keys that they do not know."""

    schema_version: Literal[1]
    tool: JsonTool
    seed: Annotated[int, msgspec.Meta(ge=0)]
    concepts: tuple[JsonConceptConformance, ...]


class JsonTrial(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a self-test."""

    subject: str
    is_sound: bool
    lines: tuple[MatrixLine, ...]
    problems: tuple[str, ...]


def render(conformance: Conformance, options: RenderOptions) -> str:
    """Write all of it. The options change nothing."""
    document = JsonConformance(
        schema_version=CONFORMANCE_SCHEMA_VERSION,
        tool=JsonTool(name="pluribus", version=conformance.tool_version),
        seed=conformance.seed,
        concepts=msgspec.convert(
            conformance.concepts, tuple[JsonConceptConformance, ...], from_attributes=True
        ),
    )
    return _written(msgspec.json.encode(document))


def render_trial(trial: KitTrial, options: RenderOptions) -> str:
    """Write a self-test. The options change nothing."""
    document = JsonTrial(
        subject=trial.subject,
        is_sound=trial.is_sound,
        lines=trial.lines,
        problems=trial.problems,
    )
    return _written(msgspec.json.encode(document))


def schema() -> str:
    """Write the JSON Schema (2020-12) of what `render` writes."""
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "pluribus conformance",
        **msgspec.json.schema(JsonConformance),
    }
    return _written(msgspec.json.encode(described))


def _written(encoded: bytes) -> str:
    return msgspec.json.format(encoded, indent=2).decode() + "\n"
