"""The report for programs. Its shape is public: `docs/reference/report.schema.json`.

The types here are that shape. They are kept apart from the findings model so that it may change;
what has the same shape in both is used as it is.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

import msgspec

from pluribus.findings import (
    Confidence,
    Evidence,
    FileNote,
    Files,
    NotRun,
    Replacement,
    Report,
    Root,
    Selector,
    Severity,
    Tally,
)
from pluribus.findings.report import SCHEMA_VERSION
from pluribus.reports._grouping import in_order
from pluribus.reports.options import RenderOptions

_FromOne = Annotated[int, msgspec.Meta(ge=1)]
_Count = Annotated[int, msgspec.Meta(ge=0)]
_Shape = TypeVar("_Shape")
_Struct = TypeVar("_Struct", bound=msgspec.Struct)


class JsonTool(msgspec.Struct, frozen=True, kw_only=True):
    """What wrote the report."""

    name: Literal["pluribus"]
    version: str


class JsonLocation(msgspec.Struct, frozen=True, kw_only=True):
    """A place, and what is there in a few words.

    The path is relative to the checked root, with forward slashes; the column counts code points.
    """

    path: str
    line: _FromOne
    column: _FromOne
    label: str


class JsonFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One violation. `id` does not change when lines move."""

    id: str
    rule: str
    concept: str
    phase: str
    severity: Severity
    confidence: Confidence
    message: str
    hint: str
    location: JsonLocation
    related: tuple[JsonLocation, ...]
    evidence: tuple[Evidence, ...]
    in_tests: bool


class JsonFix(msgspec.Struct, frozen=True, kw_only=True):
    """What would mend findings, all of it or nothing; positions are those of the files as they
    are, columns count code points, and the end is the first character that stays."""

    what: str
    findings: tuple[str, ...]
    replacements: tuple[Replacement, ...]


class JsonOwnerPath(msgspec.Struct, frozen=True, kw_only=True):
    """A dotted path under which the owner can be imported, and each hop from it to the owner."""

    path: str
    kind: str
    chain: tuple[str, ...]
    location: JsonLocation
    importers: _Count


class JsonMatrixClass(msgspec.Struct, frozen=True, kw_only=True):
    """A column: the owner, or a rival."""

    path: str
    location: JsonLocation


class JsonMatrixRow(msgspec.Struct, frozen=True, kw_only=True):
    """A method, and what each class takes; empty where it has no such method."""

    method: str
    cells: tuple[str, ...]


class JsonMatrix(msgspec.Struct, frozen=True, kw_only=True):
    """The methods of an interface, by classes, the owner first."""

    classes: tuple[JsonMatrixClass, ...]
    rows: tuple[JsonMatrixRow, ...]


class JsonConcept(msgspec.Struct, frozen=True, kw_only=True):
    """One responsibility, its owner, and every path to it.

    `empty` holds the declared legacy paths and rivals that nothing is left of.
    """

    name: str
    owner: str
    location: JsonLocation | None
    summary: str
    impact: str
    risk: str
    paths: tuple[JsonOwnerPath, ...]
    empty: tuple[str, ...]
    matrix: JsonMatrix | None


class JsonCompleteness(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen, what was not checked, and why.

    It is complete when every selected file was read whole and every rule ran.
    """

    is_complete: bool
    files: Files
    roots: tuple[Root, ...]
    selectors: tuple[Selector, ...]
    recovered: tuple[FileNote, ...]
    not_parsed: tuple[FileNote, ...]
    excluded: dict[str, _Count]
    unresolved_imports: dict[str, _Count]
    not_run: tuple[NotRun, ...]


class JsonSince(msgspec.Struct, frozen=True, kw_only=True):
    """How many more, and fewer, violations the baseline accepts than where HEAD left `ref`, and
    how many of its entries for longer, or what is worse."""

    ref: str
    growth: _Count
    shrinkage: _Count
    prolonged: _Count
    worsened: _Count


class JsonBaseline(msgspec.Struct, frozen=True, kw_only=True):
    """What the baseline did.

    `accepted` findings are not in the report; `stale` violations are accepted and gone; `expired`
    entries accept nothing any more; `unjudged` entries were not looked for.
    """

    path: str
    entries: _Count
    accepted: _Count
    accepted_in_tests: _Count
    stale: _Count
    expired: _Count
    unjudged: _Count
    since: JsonSince | None


class JsonReport(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of `pluribus check`. Readers should ignore keys that they do not know."""

    schema_version: Literal[1]
    tool: JsonTool
    failed: bool
    findings: tuple[JsonFinding, ...]
    fixes: tuple[JsonFix, ...]
    suppressed: _Count
    hidden: _Count
    baseline: JsonBaseline | None
    tallies: tuple[Tally, ...]
    concepts: tuple[JsonConcept, ...]
    phases: tuple[str, ...]
    rules: tuple[str, ...]
    completeness: JsonCompleteness


def render(report: Report, options: RenderOptions) -> str:
    """Write the whole report, every list sorted. The options change nothing."""
    return _written(msgspec.json.encode(document(report), order="deterministic"))


def schema() -> str:
    """Write the JSON Schema (2020-12) of what `render` writes."""
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "pluribus report",
        **msgspec.json.schema(JsonReport),
    }
    return _written(msgspec.json.encode(described))


def document(report: Report) -> JsonReport:
    """Give the report its public shape."""
    return JsonReport(
        schema_version=SCHEMA_VERSION,
        tool=JsonTool(name="pluribus", version=report.tool_version),
        failed=report.failed,
        findings=_shaped(
            sorted(report.findings, key=lambda finding: finding.order), tuple[JsonFinding, ...]
        ),
        fixes=_shaped(report.fixes, tuple[JsonFix, ...]),
        suppressed=report.suppressed,
        hidden=report.hidden,
        baseline=None if report.baseline is None else _shaped(report.baseline, JsonBaseline),
        tallies=tuple(in_order(report)),
        concepts=tuple(
            _shaped(_sorted(concept, "paths", "empty"), JsonConcept) for concept in report.concepts
        ),
        phases=report.phases,
        rules=report.rules,
        completeness=_shaped(
            _sorted(
                report.completeness, "roots", "selectors", "recovered", "not_parsed", "not_run"
            ),
            JsonCompleteness,
        ),
    )


def _shaped(value: object, shape: type[_Shape]) -> _Shape:
    """Copy the attributes that the public shape has."""
    return msgspec.convert(value, shape, from_attributes=True)


def _sorted(struct: _Struct, *fields: str) -> _Struct:
    """Sort the lists whose order means nothing."""
    changes = {field: tuple(sorted(getattr(struct, field))) for field in fields}
    return msgspec.structs.replace(struct, **changes)


def _written(encoded: bytes) -> str:
    return msgspec.json.format(encoded, indent=2).decode() + "\n"
