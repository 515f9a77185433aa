"""A proof for programs: `docs/reference/proof.schema.json`.

As with the report of a check, the types here are the public shape.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from pluribus.findings import Finding, Severity
from pluribus.findings.proof import PROOF_SCHEMA_VERSION, Kind, Proof, Status
from pluribus.reports.burndown_json import JsonBlind, JsonCommit, commit_document
from pluribus.reports.json import JsonTool
from pluribus.reports.options import RenderOptions

_Count = Annotated[int, msgspec.Meta(ge=0)]


class JsonFound(msgspec.Struct, frozen=True, kw_only=True):
    """A finding, at the place where it is or was."""

    id: str
    rule: str
    concept: str
    phase: str
    severity: Severity
    path: str
    line: int
    in_tests: bool
    message: str


class JsonClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of a concept that found something at one of the revisions.

    `planted` and `restored` are `found`, `missed`, or why it could not be tried: whether a
    violation that was planted at the second revision was found, and whether files of the first
    revision that were put back made the rule fail again.
    """

    concept: str
    phase: str
    rule: str
    status: Status
    before: _Count
    after: _Count
    files_before: _Count
    files_after: _Count
    fixed: _Count
    deleted: _Count
    planted: str
    restored: str


class JsonChange(msgspec.Struct, frozen=True, kw_only=True):
    """Something between the revisions that makes a check say less.

    With `blocks` it made something green; with `is_accepted` that was said to be meant.
    """

    kind: Kind
    place: str
    text: str
    blocks: bool
    rule: str
    concept: str
    is_accepted: bool


class JsonProof(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of `pluribus prove`. Readers should ignore keys that they do not know.

    `gone` was found at the first revision only, `new` at the second only, `remaining` at both.
    """

    schema_version: Literal[1]
    tool: JsonTool
    is_proven: bool
    verdict: str
    before: JsonCommit
    after: JsonCommit
    is_ancestor: bool
    contract: str
    concepts: tuple[str, ...]
    rules: tuple[str, ...]
    claims: tuple[JsonClaim, ...]
    gone: tuple[JsonFound, ...]
    remaining: tuple[JsonFound, ...]
    new: tuple[JsonFound, ...]
    changes: tuple[JsonChange, ...]
    not_run_before: tuple[JsonBlind, ...]
    notes: tuple[str, ...]


def render(proof: Proof, options: RenderOptions) -> str:
    """Write all of it. The options change nothing."""
    return _written(msgspec.json.encode(document(proof), order="deterministic"))


def schema() -> str:
    """Write the JSON Schema (2020-12) of what `render` writes."""
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "pluribus proof",
        **msgspec.json.schema(JsonProof),
    }
    return _written(msgspec.json.encode(described))


def document(proof: Proof) -> JsonProof:
    """Give a proof its public shape."""
    same = {
        name: getattr(proof, name)
        for name in proof.__struct_fields__
        if name in JsonProof.__struct_fields__
    }
    return msgspec.convert(
        {
            **same,
            "schema_version": PROOF_SCHEMA_VERSION,
            "tool": JsonTool(name="pluribus", version=proof.tool_version),
            "before": commit_document(proof.before),
            "after": commit_document(proof.after),
            "gone": [_found(each) for each in proof.gone],
            "remaining": [_found(each) for each in proof.remaining],
            "new": [_found(each) for each in proof.new],
        },
        JsonProof,
        from_attributes=True,
    )


def _found(finding: Finding) -> JsonFound:
    return JsonFound(
        id=finding.id,
        rule=finding.rule,
        concept=finding.concept,
        phase=finding.phase,
        severity=finding.severity,
        path=finding.location.path,
        line=finding.location.line,
        in_tests=finding.in_tests,
        message=finding.message,
    )


def _written(encoded: bytes) -> str:
    return msgspec.json.format(encoded, indent=2).decode() + "\n"
