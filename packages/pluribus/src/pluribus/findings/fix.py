"""What a machine would do about findings, as a check may tell it: plain values."""

from __future__ import annotations

import msgspec


class Replacement(msgspec.Struct, frozen=True, order=True):
    """Text that takes the place of what stands between two places of a file."""

    path: str
    """Relative to the root that was checked, with forward slashes."""
    line: int
    """From 1."""
    column: int
    """From 1, in code points; a byte-order mark is none."""
    end_line: int
    end_column: int
    """Of the first character that stays."""
    text: str


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    """Replacements that are made together or not at all; others need not be made with them."""

    what: str
    """What is done, in a few words."""
    findings: tuple[str, ...]
    """The ids of those that are gone afterwards."""
    replacements: tuple[Replacement, ...]
