"""How many findings there were at each of many revisions."""

from __future__ import annotations

from typing import Final

import msgspec

from pluribus.findings.completeness import NotRun
from pluribus.findings.report import Tally

BURNDOWN_SCHEMA_VERSION: Final = 1
"""Of the JSON of a burn-down; it grows when a reader of the last one would break."""


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """A commit, as git has it."""

    id: str
    tree: str
    time_s: int
    """When it was committed, in seconds since 1970."""
    author: str
    subject: str

    @property
    def short(self) -> str:
        """Enough of its id to find it by."""
        return self.id[:10]


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """What was found at one revision."""

    tallies: tuple[Tally, ...] = ()
    suppressed: int = 0
    """Findings that a comment, a per-file ignore or a declared exemption silenced."""
    files: int = 0
    """Python files that were selected."""
    not_read: int = 0
    """How many of them could not be read; what is in them was not counted."""
    not_run: tuple[NotRun, ...] = ()
    """Rules that could not be run for a concept, so that nothing was counted of them."""
    problem: str = ""
    """Why the revision could not be judged at all; empty when it was."""


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A revision, and what was found at it."""

    commit: Commit
    commits: int
    """How many commits there are from the point before, this one among them."""
    count: Count


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """What went up or down between two points."""

    concept: str
    phase: str
    rule: str
    before: int
    after: int


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """The commits that raised or lowered something."""

    since: Commit
    """The last one before."""
    until: Commit
    commits: int
    """How many there are after `since` up to `until`; with 1 it is `until` itself."""
    moves: tuple[Move, ...]


class Burndown(msgspec.Struct, frozen=True, kw_only=True):
    """The counts over the history of a code base."""

    tool_version: str
    revision: str
    """Where the history ends, as it was asked for."""
    every: str
    """`commit`, `day` or `week`."""
    phases: tuple[str, ...]
    """In the order of work."""
    targets: dict[str, int]
    """How many findings may be left of each phase."""
    phase_of: dict[str, str]
    """The phase of each rule that was asked for; empty for one that is in none."""
    concepts: tuple[str, ...]
    is_shallow: bool
    """Whether the clone lacks what came before the first point."""
    points: tuple[Point, ...]
    """From the oldest on."""
    steps: tuple[Step, ...]
    """From the oldest on; where a rule could not be run at one of two points, it has no move."""
