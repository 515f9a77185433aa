"""One violation, and its identity that survives moved lines."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Severity(StrEnum):
    """How bad it is if it is true."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for a note, 1 for a warning, 2 for an error."""
        return ("note", "warning", "error").index(self.value)


class Confidence(StrEnum):
    """How sure it is that it is true."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Location(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """A place in the source tree."""

    path: str
    """Relative to the root that was checked, with forward slashes."""
    line: int = msgspec.field(default=1)
    """From 1."""
    column: int = msgspec.field(default=1)
    """From 1, in code points."""
    label: str = ""
    """What is at this place, in a few words."""


class Evidence(msgspec.Struct, frozen=True, order=True):
    """One thing that a reader can verify: what it is called, and what it says."""

    name: str
    text: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One violation, from a rule."""

    rule: str
    concept: str
    severity: Severity
    confidence: Confidence
    message: str
    """What is wrong, with the value; one sentence without a full stop."""
    hint: str
    """What to do about it."""
    location: Location
    related: tuple[Location, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    key: tuple[str, ...]
    """What makes two findings the same one: names and paths, never positions."""
    id: str = ""
    """`rule:` and a digest of concept, key and ordinal; set by `identified`."""
    phase: str = ""
    in_tests: bool = False
    """Whether the place is in a file that the contract counts as a test."""

    @property
    def order(self) -> tuple[str, Location, str, str, tuple[str, ...]]:
        """Sorts findings the way that reports list them."""
        return (self.concept, self.location, self.rule, self.message, self.key)


def identified(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings and give each its `id`.

    Two findings with one key differ by their ordinal alone, so the ids of a file are a multiset
    that does not change when lines move.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    named = []
    for finding in sorted(findings, key=lambda each: each.order):
        key = (finding.rule, finding.concept, *finding.key)
        seen[key] += 1
        digest = hashlib.sha256("\0".join((*key, str(seen[key]))).encode()).hexdigest()[:16]
        named.append(msgspec.structs.replace(finding, id=f"{finding.rule}:{digest}"))
    return tuple(named)
