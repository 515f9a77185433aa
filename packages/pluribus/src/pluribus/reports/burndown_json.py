"""A burn-down for programs: `docs/reference/burndown.schema.json`.

As with the report of a check, the types here are the public shape.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from pluribus.findings import NotRun, Severity, Tally
from pluribus.findings.history import (
    BURNDOWN_SCHEMA_VERSION,
    Burndown,
    Commit,
    Count,
    Move,
    Point,
    Step,
)
from pluribus.reports._series import day_of
from pluribus.reports.json import JsonTool
from pluribus.reports.options import RenderOptions

_Count = Annotated[int, msgspec.Meta(ge=0)]


class JsonCommit(msgspec.Struct, frozen=True, kw_only=True):
    """A commit. `day` is that of its committer's time in UTC, `time_s` counts from 1970."""

    id: str
    day: str
    time_s: int
    author: str
    subject: str


class JsonTallied(msgspec.Struct, frozen=True, kw_only=True):
    """Findings of one rule of a concept, in production code and in tests."""

    concept: str
    phase: str
    rule: str
    production: _Count
    tests: _Count


class JsonBlind(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that could not be run for a concept, so that nothing was counted of it."""

    concept: str
    rule: str
    reason: str


class JsonPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A revision that was judged, or `problem`, why it could not be.

    `commits` is how many there are since the point before, `suppressed` what comments and the
    contract silence, `not_read` the files that could not be read, in which nothing was counted.
    """

    commit: JsonCommit
    commits: _Count
    counts: tuple[JsonTallied, ...]
    suppressed: _Count
    files: _Count
    not_read: _Count
    not_run: tuple[JsonBlind, ...]
    problem: str


class JsonMove(msgspec.Struct, frozen=True, kw_only=True):
    """A count that went up or down; rules that could not be run at both ends have none."""

    concept: str
    phase: str
    rule: str
    before: _Count
    after: _Count


class JsonStep(msgspec.Struct, frozen=True, kw_only=True):
    """The `commits` after `since` up to `until`, and what they raised or lowered."""

    since: JsonCommit
    until: JsonCommit
    commits: _Count
    moves: tuple[JsonMove, ...]


class JsonBurndown(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of `pluribus burndown`. Readers should ignore keys that they do not know.

    Points and steps run from the oldest on. `targets` is how many findings each phase may keep,
    `phase_of` the phase of each rule that was asked for.
    """

    schema_version: Literal[1]
    tool: JsonTool
    revision: str
    every: Literal["commit", "day", "week"]
    phases: tuple[str, ...]
    targets: dict[str, _Count]
    phase_of: dict[str, str]
    concepts: tuple[str, ...]
    is_shallow: bool
    points: tuple[JsonPoint, ...]
    steps: tuple[JsonStep, ...]


def render(burndown: Burndown, options: RenderOptions) -> str:
    """Write all of it. The options change nothing."""
    return _written(msgspec.json.encode(document(burndown), order="deterministic"))


def schema() -> str:
    """Write the JSON Schema (2020-12) of what `render` writes."""
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "pluribus burn-down",
        **msgspec.json.schema(JsonBurndown),
    }
    return _written(msgspec.json.encode(described))


def document(burndown: Burndown) -> JsonBurndown:
    """Give what was counted its public shape."""
    return msgspec.convert(
        {
            "schema_version": BURNDOWN_SCHEMA_VERSION,
            "tool": JsonTool(name="pluribus", version=burndown.tool_version),
            "revision": burndown.revision,
            "every": burndown.every,
            "phases": burndown.phases,
            "targets": burndown.targets,
            "phase_of": burndown.phase_of,
            "concepts": burndown.concepts,
            "is_shallow": burndown.is_shallow,
            "points": [_point(each) for each in burndown.points],
            "steps": [_step(each) for each in burndown.steps],
        },
        JsonBurndown,
        from_attributes=True,
    )


def parsed(text: bytes) -> Burndown:
    """Read what `render` wrote; trees of commits and severities are not in it.

    Raises:
        msgspec.DecodeError: it is no such document.
    """
    read = msgspec.json.decode(text, type=JsonBurndown)
    return Burndown(
        tool_version=read.tool.version,
        revision=read.revision,
        every=read.every,
        phases=read.phases,
        targets=read.targets,
        phase_of=read.phase_of,
        concepts=read.concepts,
        is_shallow=read.is_shallow,
        points=tuple(_point_of(each) for each in read.points),
        steps=tuple(
            Step(
                since=_commit_of(each.since),
                until=_commit_of(each.until),
                commits=each.commits,
                moves=msgspec.convert(each.moves, tuple[Move, ...], from_attributes=True),
            )
            for each in read.steps
        ),
    )


def _point_of(point: JsonPoint) -> Point:
    tallies = tuple(
        Tally(
            concept=each.concept,
            phase=each.phase,
            rule=each.rule,
            severity=Severity.NOTE,
            production=each.production,
            tests=each.tests,
            files=0,
        )
        for each in point.counts
    )
    count = Count(
        tallies=tallies,
        suppressed=point.suppressed,
        files=point.files,
        not_read=point.not_read,
        not_run=tuple(NotRun(each.rule, each.concept, each.reason) for each in point.not_run),
        problem=point.problem,
    )
    return Point(commit=_commit_of(point.commit), commits=point.commits, count=count)


def _commit_of(commit: JsonCommit) -> Commit:
    return Commit(
        id=commit.id,
        tree="",
        time_s=commit.time_s,
        author=commit.author,
        subject=commit.subject,
    )


def commit_document(commit: Commit) -> JsonCommit:
    """Give a commit its public shape."""
    return JsonCommit(
        id=commit.id,
        day=day_of(commit),
        time_s=commit.time_s,
        author=commit.author,
        subject=commit.subject,
    )


def _point(point: Point) -> JsonPoint:
    count = point.count
    return JsonPoint(
        commit=commit_document(point.commit),
        commits=point.commits,
        counts=msgspec.convert(count.tallies, tuple[JsonTallied, ...], from_attributes=True),
        suppressed=count.suppressed,
        files=count.files,
        not_read=count.not_read,
        not_run=msgspec.convert(count.not_run, tuple[JsonBlind, ...], from_attributes=True),
        problem=count.problem,
    )


def _step(step: Step) -> JsonStep:
    return JsonStep(
        since=commit_document(step.since),
        until=commit_document(step.until),
        commits=step.commits,
        moves=msgspec.convert(step.moves, tuple[JsonMove, ...], from_attributes=True),
    )


def _written(encoded: bytes) -> str:
    return msgspec.json.format(encoded, indent=2).decode() + "\n"
