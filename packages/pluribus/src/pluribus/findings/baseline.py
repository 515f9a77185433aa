"""What the baseline did to a report, in numbers."""

from __future__ import annotations

import msgspec


class SinceBase(msgspec.Struct, frozen=True, kw_only=True):
    """How the baseline differs from what it was at a git revision."""

    ref: str
    """As it was named; the comparison is with where HEAD left it."""
    growth: int
    """Violations that are accepted now and were not."""
    shrinkage: int
    """Violations that were accepted and are not any more."""
    prolonged: int
    """Entries that are accepted for longer."""
    worsened: int = 0
    """Entries that accept what is worse."""


class BaselineUse(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a report when a baseline was read."""

    path: str
    """The file, as seen from the root that was checked where that can be said."""
    entries: int
    accepted: int
    """Findings that are left out of the report because the baseline accepts them."""
    accepted_in_tests: int
    """How many of them are in tests."""
    stale: int
    """Violations that are accepted and gone."""
    expired: int
    """Entries whose day is over, although their violations are still there."""
    unjudged: int
    """Entries that the check did not look for."""
    since: SinceBase | None = None
    """None when no revision was named."""
