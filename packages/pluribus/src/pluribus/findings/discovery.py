"""What `pluribus discover` says: concepts that nobody declared, with several owners each."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from pluribus.findings.finding import Confidence, Evidence, Location

DISCOVERY_SCHEMA_VERSION: Final = 1
"""Of the JSON; it grows when a reader of the last one would break."""


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Files, apart by what they are."""

    production: int
    tests: int
    backups: int


class Rival(msgspec.Struct, frozen=True, kw_only=True):
    """One of several owners."""

    path: str
    """`module:Name`, or a module."""
    kind: Literal["class", "function", "module", "constant"]
    location: Location
    dependants: Counts
    """Files that import it, by whatever path."""
    completeness: float | None
    """How much it has of what at least two of the rivals have, from 0 to 1; None where that says
    nothing."""
    against: tuple[str, ...]
    """What speaks against it as the owner."""


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """Which rival should be the one."""

    owner: str
    """Empty when nothing but popularity tells the candidates apart."""
    reason: str
    candidates: tuple[str, ...]
    """Those between whom a person has to decide; empty when there is an owner."""


class FragmentedConcept(msgspec.Struct, frozen=True, kw_only=True):
    """A concept with several owners."""

    name: str
    confidence: Confidence
    kinds: tuple[str, ...]
    """The kinds of evidence that speak for it, sorted."""
    rivals: tuple[Rival, ...]
    """The one with most dependants first."""
    evidence: tuple[Evidence, ...]
    dependants: Counts
    """Files that import any of the rivals."""
    proposal: Proposal
    cost: Counts
    """Files that would have to be touched: the other rivals', and those that import them."""
    copies: int
    """Files of the same names in folders of backups."""


class Surveyed(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at."""

    production: int
    tests: int
    backups: int
    beside: int
    """Examples, scripts, vendored and generated code: no product, and left alone."""
    not_whole: int
    """Files of the product that could not be read, or only in part."""
    test_globs: tuple[str, ...]
    """The globs by which tests were told, those that match nothing apart."""


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, the surest and most used first."""

    tool_version: str
    concepts: tuple[FragmentedConcept, ...]
    """As many as were asked for."""
    found: int
    """How many there are."""
    surveyed: Surveyed
