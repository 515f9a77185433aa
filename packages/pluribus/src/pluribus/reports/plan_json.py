"""A plan for programs: `docs/reference/plan.schema.json`.

As with the report of a check, the types here are the public shape.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from pluribus.findings.plan import (
    PLAN_SCHEMA_VERSION,
    PhaseState,
    Plan,
    PlannedMove,
    Start,
    StepKind,
)
from pluribus.reports.json import JsonTool
from pluribus.reports.options import RenderOptions

_Count = Annotated[int, msgspec.Meta(ge=0)]
_FromOne = Annotated[int, msgspec.Meta(ge=1)]


class JsonWork(msgspec.Struct, frozen=True, kw_only=True):
    """Findings by who can bring them down: `pluribus fix` proves each edit (`safe`), or a person
    reads it (`unsafe`), or a person alone can."""

    safe: _Count
    unsafe: _Count
    person: _Count


class JsonStep(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is done, reviewed and merged as one.

    In the order of `number` no step breaks an import; `after` are the steps that it needs. `phase`
    is empty where it is in none. `rules` counts the findings that it brings down.
    """

    number: _FromOne
    phase: str
    concept: str
    kind: StepKind
    what: str
    files: tuple[str, ...]
    moves: tuple[PlannedMove, ...]
    removes: tuple[str, ...]
    rules: dict[str, _Count]
    work: JsonWork
    after: tuple[_FromOne, ...]
    owners: tuple[str, ...]
    notes: tuple[str, ...]


class JsonPhase(msgspec.Struct, frozen=True, kw_only=True):
    """A phase: findings at the start, now and at most when it is done.

    `gate` is the command that is green then; empty for the findings of no phase, which come last.
    """

    name: str
    rules: tuple[str, ...]
    start: _Count
    now: _Count
    now_in_tests: _Count
    target: _Count
    is_gate: bool
    state: PhaseState
    gate: str
    work: JsonWork


class JsonPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of `pluribus plan`. Readers should ignore keys that they do not know.

    `left` says what is not planned and why, `incomplete` what could not be looked at.
    """

    schema_version: Literal[1]
    tool: JsonTool
    concepts: tuple[str, ...]
    start: Start
    phases: tuple[JsonPhase, ...]
    steps: tuple[JsonStep, ...]
    codeowners: str
    left: tuple[str, ...]
    incomplete: str


def render(plan: Plan, options: RenderOptions) -> str:
    """Write all of it. The options change nothing."""
    return _written(msgspec.json.encode(document(plan), order="deterministic"))


def schema() -> str:
    """Write the JSON Schema (2020-12) of what `render` writes."""
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "pluribus plan",
        **msgspec.json.schema(JsonPlan),
    }
    return _written(msgspec.json.encode(described))


def document(plan: Plan) -> JsonPlan:
    """Give a plan its public shape."""
    return JsonPlan(
        schema_version=PLAN_SCHEMA_VERSION,
        tool=JsonTool(name="pluribus", version=plan.tool_version),
        concepts=plan.concepts,
        start=plan.start,
        phases=msgspec.convert(plan.phases, tuple[JsonPhase, ...], from_attributes=True),
        steps=msgspec.convert(plan.steps, tuple[JsonStep, ...], from_attributes=True),
        codeowners=plan.codeowners,
        left=plan.left,
        incomplete=plan.incomplete,
    )


def _written(encoded: bytes) -> str:
    return msgspec.json.format(encoded, indent=2).decode() + "\n"
