"""What a baseline becomes after a check: lower freely, higher only for a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import msgspec

from pluribus.baseline.entry import Entry, Identity, identity_of, milder
from pluribus.findings import Finding, Severity


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """On what terms more is accepted."""

    reason: str
    owner: str = ""
    expires: date | None = None


class Revised(msgspec.Struct, frozen=True, kw_only=True):
    """The baseline that follows, and how many findings are left out of it."""

    entries: dict[Identity, Entry]
    refused: tuple[Finding, ...]
    """New findings that nobody gave a reason for, those that are worse than what was accepted, and
    those whose entry has expired."""


def revise(
    findings: Sequence[Finding],
    entries: Mapping[Identity, Entry],
    *,
    prefix: str,
    terms: Terms | None,
    today: date | None,
    is_in_scope: Callable[[Entry], bool],
) -> Revised:
    """Take out what is gone, and with `terms` take in what is new.

    What is outside of the scope of the check stays as it is.
    """
    groups: dict[Identity, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(identity_of(finding, prefix), []).append(finding)
    found = Counter({identity: len(group) for identity, group in groups.items()})
    kept: dict[Identity, Entry] = {}
    for identity, entry in entries.items():
        if not is_in_scope(entry):
            kept[identity] = entry
        elif count := min(entry.count, found[identity]):
            severity = milder(entry.severity, _worst(groups[identity]))
            kept[identity] = msgspec.structs.replace(entry, count=count, severity=severity)
    refused: list[Finding] = []
    for identity, group in groups.items():
        old = kept.get(identity)
        room = 0 if old is None or old.has_expired(today) else old.count
        borne = [each for each in group if old is None or old.accepts(each.severity)][:room]
        if len(borne) == len(group):
            continue
        if terms is None:
            refused += [each for each in group if each not in borne]
        else:
            kept[identity] = _accepting(identity, group, old, terms, today)
    return Revised(entries=dict(sorted(kept.items())), refused=tuple(refused))


def _accepting(
    identity: Identity,
    group: Sequence[Finding],
    old: Entry | None,
    terms: Terms,
    today: date | None,
) -> Entry:
    rule, concept, path, key = identity
    reason, owner, expires = terms.reason, terms.owner, terms.expires
    if old is not None and not old.has_expired(today):
        # The reason for those that were there before is still one.
        reason = old.reason if old.reason == reason else f"{old.reason}; {reason}"
        owner = owner or old.owner
        expires = min((each for each in (old.expires, expires) if each), default=None)
    return Entry(
        rule=rule,
        concept=concept,
        path=path,
        key=key,
        count=len(group),
        reason=reason,
        owner=owner or (old.owner if old else ""),
        expires=expires,
        phase=group[0].phase,
        severity=_worst(group),
    )


def _worst(group: Sequence[Finding]) -> Severity | None:
    """What an entry for these need accept at worst; nothing is worse than an error."""
    worst = max((each.severity for each in group), key=lambda each: each.rank)
    return None if worst is Severity.ERROR else worst
