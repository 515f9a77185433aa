"""What is said of the baseline itself; the page of each stands beside this file."""

from __future__ import annotations

from types import MappingProxyType

STALE = "stale-entry"
GROWTH = "baseline-growth"

SUMMARIES = MappingProxyType(
    {
        STALE: "the baseline accepts a violation that is gone",
        GROWTH: "the baseline accepts what it did not accept at the base",
    }
)
"""Findings that no rule gives, and that no baseline accepts."""
