"""What is changed, and what is left and why: plain values."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pluribus.remedy.applicability import Applicability


class Edit(msgspec.Struct, frozen=True, order=True):
    """Bytes that take the place of others; positions are those of `Source.text`."""

    start: int
    end: int
    text: bytes


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Edits of one file that are made together or not at all."""

    path: str
    line: int
    edits: tuple[Edit, ...]
    what: str
    """What is done, in a few words."""
    findings: tuple[str, ...]
    """The ids of those that it mends."""
    builtins: tuple[str, ...] = ()
    """Names of Python itself that what is added uses."""
    removes: bool = False
    """Whether the file is gone, and not only empty."""


class Left(msgspec.Struct, frozen=True, order=True):
    """What is not done about a finding."""

    finding: str
    """Its id."""
    path: str
    line: int
    applicability: Applicability
    """`unsafe` for what `--unsafe-fixes` does."""
    reason: str


class OverlapError(ValueError):
    """Two edits of one file claim the same bytes."""


def edited(text: bytes, edits: Iterable[Edit]) -> bytes:
    """Make edits, which may stand in any order; the same edit twice is one.

    Raises:
        OverlapError: two of them overlap.
    """
    parts = []
    at = 0
    for edit in sorted(set(edits)):
        if edit.start < at:
            raise OverlapError(f"two edits of bytes {edit.start} to {at}")
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return b"".join([*parts, text[at:]])
