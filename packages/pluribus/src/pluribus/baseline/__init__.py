"""The findings that a team has accepted for now: a file of entries, and the arithmetic on it.

Pure values and functions. Nothing here knows a clock, a terminal or git.
"""

from __future__ import annotations

from pluribus.baseline.changes import Changes, changes_between
from pluribus.baseline.entry import Entry, Identity, identity_of
from pluribus.baseline.file import Baseline, as_bytes, line_of, parse, read_baseline
from pluribus.baseline.merging import Merged, merge
from pluribus.baseline.settling import Settled, settle
from pluribus.baseline.writing import Revised, Terms, revise

__all__ = [
    "Baseline",
    "Changes",
    "Entry",
    "Identity",
    "Merged",
    "Revised",
    "Settled",
    "Terms",
    "as_bytes",
    "changes_between",
    "identity_of",
    "line_of",
    "merge",
    "parse",
    "read_baseline",
    "revise",
    "settle",
]
