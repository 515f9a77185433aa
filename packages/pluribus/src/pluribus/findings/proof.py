"""What was red at one revision and is green at another, and what made it so."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from pluribus.findings.completeness import NotRun
from pluribus.findings.finding import Finding
from pluribus.findings.history import Commit

PROOF_SCHEMA_VERSION: Final = 1
"""Of the JSON of a proof; it grows when a reader of the last one would break."""

Status = Literal["proven", "remains", "new", "laundered", "cannot-fail"]
Kind = Literal[
    "silenced",
    "hidden",
    "contract",
    "baseline",
    "deleted-tests",
    "uncollected-tests",
    "skipped-tests",
    "emptied-tests",
    "collection",
    "unreadable",
]


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of a concept that found something at one of the revisions."""

    concept: str
    phase: str
    rule: str
    status: Status
    before: int
    """Findings at the first revision, those in tests too."""
    after: int
    files_before: int
    """In how many files they were."""
    files_after: int
    fixed: int
    """Of those that are gone, how many stood in files that are judged still."""
    deleted: int
    """And how many in files that are no more."""
    planted: str
    """What came of a violation that was planted at the second revision: `found`, `missed`, or why
    none could be."""
    restored: str
    """What came of putting the files of the first revision back: `found`, `missed`, or why none
    could be."""


class Change(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Something between the revisions that makes a check say less."""

    kind: Kind
    place: str
    """A file, or a key of the contract."""
    text: str
    """What changed, in a few words."""
    blocks: bool
    """Whether it made something green, so that nothing is proven."""
    rule: str = ""
    """The rule that it silences; empty when it is not about one."""
    concept: str = ""
    is_accepted: bool = False
    """Whether it was said beforehand that this kind is meant."""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of comparing two revisions, free of clocks, host paths and hash order."""

    tool_version: str
    before: Commit
    after: Commit
    is_ancestor: bool
    """Whether the second builds on the first."""
    contract: str
    """Where the contract is from, by which both are judged."""
    concepts: tuple[str, ...]
    rules: tuple[str, ...]
    """The rules that were asked, by name."""
    claims: tuple[Claim, ...]
    gone: tuple[Finding, ...]
    """What was found at the first revision and is not at the second: the reasons for red."""
    remaining: tuple[Finding, ...]
    """What is found at the second revision and was at the first."""
    new: tuple[Finding, ...]
    """What is found at the second revision only."""
    changes: tuple[Change, ...]
    not_run_before: tuple[NotRun, ...]
    """Rules that could not be run at the first revision."""
    notes: tuple[str, ...]
    """What else there is to know."""
    is_proven: bool
    verdict: str
    """Why, in a sentence."""
