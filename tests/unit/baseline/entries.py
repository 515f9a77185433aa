"""Entries and findings for the tests of the baseline."""

from __future__ import annotations

from datetime import date

from pluribus.baseline import Entry, Identity
from pluribus.findings import Confidence, Finding, Location, Severity

DAY = date(2026, 11, 26)


def entry(
    path: str = "app/chat.py",
    *key: str,
    count: int = 1,
    reason: str = "why",
    owner: str = "",
    expires: date | None = None,
) -> Entry:
    """An entry of one rule and concept."""
    return Entry(
        rule="rival",
        concept="manager",
        path=path,
        key=key,
        count=count,
        reason=reason,
        owner=owner,
        expires=expires,
    )


def finding(path: str = "app/chat.py", *key: str, line: int = 1) -> Finding:
    """A finding that `entry` with the same arguments accepts."""
    return Finding(
        rule="rival",
        concept="manager",
        severity=Severity.ERROR,
        confidence=Confidence.CERTAIN,
        message="a rival",
        hint="",
        location=Location(path, line),
        key=key,
        phase="implementations",
    )


def by_identity(*entries: Entry) -> dict[Identity, Entry]:
    """As a baseline holds them."""
    return {each.identity: each for each in entries}
