"""What a baseline accepts of what was found, what is new, and which entries are out of date."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import msgspec

from pluribus.baseline.entry import Entry, Identity, identity_of
from pluribus.findings import Evidence, Finding


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """Findings and entries, held against each other as multisets.

    For each identity: accepted + new = found, and stale = entry - found, never below zero. What is
    worse than what was accepted is new, and leaves no room: it is the one that was accepted.
    """

    new: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    stale: tuple[tuple[Entry, int], ...]
    """Entries in the scope of the check that accept more than is there, and how many more."""
    expired: tuple[Entry, ...]
    """Entries that accept nothing any more, although what they accepted is still there."""
    unjudged: int
    """Entries outside of the scope of the check: whether they are stale is not known."""


def settle(
    findings: Sequence[Finding],
    entries: Mapping[Identity, Entry],
    *,
    prefix: str,
    today: date | None,
    is_in_scope: Callable[[Entry], bool],
) -> Settled:
    """Hold findings against entries.

    Args:
        findings: All that was found, before any filter, in the order of reports: of those that
            have one identity the first are taken for the accepted ones.
        entries: What is accepted.
        prefix: What stands before the path of a finding as seen from the contract.
        today: The day, for entries that expire.
        is_in_scope: Whether the check looked for the violations of an entry.
    """
    found: dict[Identity, list[Finding]] = {}
    for finding in findings:
        found.setdefault(identity_of(finding, prefix), []).append(finding)
    new: list[Finding] = []
    accepted: list[Finding] = []
    for identity, group in found.items():
        entry = entries.get(identity)
        if entry is None:
            new += group
            continue
        room = 0 if entry.has_expired(today) else entry.count
        for each in group:
            if room and entry.accepts(each.severity):
                room -= 1
                accepted.append(each)
            else:
                new.append(_beyond(each, entry, len(group), today))
    gone = [
        (entry, entry.count - len(found.get(identity, ())))
        for identity, entry in sorted(entries.items())
    ]
    return Settled(
        new=tuple(new),
        accepted=tuple(accepted),
        stale=tuple((each, excess) for each, excess in gone if excess > 0 and is_in_scope(each)),
        expired=tuple(
            entry
            for identity, entry in sorted(entries.items())
            if identity in found and entry.has_expired(today)
        ),
        unjudged=sum(
            not is_in_scope(each) for each in entries.values() if each.identity not in found
        ),
    )


def _beyond(finding: Finding, entry: Entry, found: int, today: date | None) -> Finding:
    """Say why an entry for such a finding does not accept it."""
    if entry.has_expired(today):
        whose = f" ({entry.owner})" if entry.owner else ""
        text = f"accepted until {entry.expires}{whose}: {entry.reason}"
    elif not entry.accepts(finding.severity):
        text = f"accepted as {entry.severity}, and is {finding.severity} now: {entry.reason}"
    else:
        text = f"{entry.count} like it accepted, {found} found: one of these is new"
        if found - entry.count > 1:
            text = f"{entry.count} like it accepted, {found} found"
    evidence = (*finding.evidence, Evidence("baseline", text))
    return msgspec.structs.replace(finding, evidence=evidence)
