"""What `pluribus fix` did, for programs: `docs/reference/fix.schema.json`.

As with the report of a check, the types here are the public shape.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Final, Literal

import msgspec

from pluribus import __version__
from pluribus.app.fixing import Outcome
from pluribus.remedy.edit import Left
from pluribus.reports.json import JsonTool

FIX_SCHEMA_VERSION: Final = 1
_Count = Annotated[int, msgspec.Meta(ge=0)]
_FromOne = Annotated[int, msgspec.Meta(ge=1)]


class JsonChange(msgspec.Struct, frozen=True, kw_only=True):
    """Edits that are made together: what they do, and the ids of the findings that go."""

    line: _FromOne
    what: str
    findings: tuple[str, ...]


class JsonChangedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is edited or removed, in a phase of the contract."""

    path: str
    phase: str
    changes: tuple[JsonChange, ...]


class JsonRefused(msgspec.Struct, frozen=True, kw_only=True):
    """A file that stays as it is, because an edit of it did not hold."""

    path: str
    reason: str


class JsonFix(msgspec.Struct, frozen=True, kw_only=True):
    """What was changed and what is left, and why.

    `before` and `after` count the findings that were to be mended, by rule.
    """

    schema_version: Literal[1]
    tool: JsonTool
    changed: tuple[JsonChangedFile, ...]
    left: tuple[Left, ...]
    refused: tuple[JsonRefused, ...]
    before: dict[str, _Count]
    after: dict[str, _Count]


def schema() -> str:
    """Write the JSON Schema (2020-12) of what `as_json` writes."""
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "pluribus fix",
        **msgspec.json.schema(JsonFix),
    }
    return _written(msgspec.json.encode(described))


def as_json(outcome: Outcome, limit: int | None) -> str:
    """Write all of it; `limit` is for those who read."""
    changed = (
        JsonChangedFile(
            path=file.path,
            phase=step.phase,
            changes=tuple(
                JsonChange(line=each.line, what=each.what, findings=tuple(each.findings))
                for each in file.changes
            ),
        )
        for step in outcome.steps
        for file in step.files
    )
    document = JsonFix(
        schema_version=FIX_SCHEMA_VERSION,
        tool=JsonTool(name="pluribus", version=__version__),
        changed=tuple(changed),
        left=outcome.left,
        refused=tuple(JsonRefused(path=path, reason=why) for path, why in outcome.refused),
        before=Counter(each.rule for each in outcome.before),
        after=Counter(each.rule for each in outcome.after),
    )
    return _written(msgspec.json.encode(document, order="sorted"))


def _written(encoded: bytes) -> str:
    return msgspec.json.format(encoded, indent=2).decode() + "\n"
