"""Three-way merge of baselines, entry by entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from pluribus.baseline.entry import Entry, Identity, milder
from pluribus.baseline.file import as_bytes, line_of
from pluribus.findings import Severity


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """What both sides come to, and where they cannot both be right."""

    entries: tuple[Entry, ...]
    conflicts: tuple[tuple[Entry, Entry], ...]
    """Ours and theirs, where both changed the same words of an entry differently. Their counts,
    dates and severities are merged already."""

    def as_bytes(self) -> bytes:
        """Write the file, with the marks of git around what a person has to decide."""
        if not self.conflicts:
            return as_bytes(self.entries)
        blocks = {each.identity: line_of(each) for each in self.entries}
        for our, their in self.conflicts:
            lines = (b"<<<<<<< ours", line_of(our), b"=======", line_of(their), b">>>>>>> theirs")
            blocks[our.identity] = b"\n".join(lines)
        return as_bytes(()) + b"".join(block + b"\n" for _, block in sorted(blocks.items()))


def merge(
    base: Mapping[Identity, Entry],
    ours: Mapping[Identity, Entry],
    theirs: Mapping[Identity, Entry],
) -> Merged:
    """Merge what two sides made of one baseline.

    It does not matter which side is which. What both sides accept is never lost, and nothing is
    accepted that neither does. Where both lowered a count, or both raised it, they are taken to
    have done the same; if they did not, the next check says so, as a stale entry or a new finding.
    """
    entries: list[Entry] = []
    conflicts: list[tuple[Entry, Entry]] = []
    for identity in sorted({*ours, *theirs}):
        before, our, their = base.get(identity), ours.get(identity), theirs.get(identity)
        count = _count(_of(before), _of(our), _of(their))
        if not count:
            continue
        # Where one side took the entry out, the words are those of the side that has it.
        one, other = our or their, their or our
        assert one is not None
        assert other is not None
        merged_words = _words(before, one, other)
        if merged_words is None:
            merged = {
                "count": count,
                "expires": _date(before, one, other),
                "severity": _severity(before, one, other),
            }
            conflicts.append(
                (
                    msgspec.structs.replace(one, **merged),
                    msgspec.structs.replace(other, **merged),
                )
            )
        else:
            entries.append(msgspec.structs.replace(merged_words, count=count))
    return Merged(entries=tuple(entries), conflicts=tuple(conflicts))


def _of(entry: Entry | None) -> int:
    return 0 if entry is None else entry.count


def _count(before: int, our: int, their: int) -> int:
    if our == their or their == before:
        return our
    if our == before:
        return their
    if (our > before) == (their > before):
        # Both removed some, or both added some: maybe the same ones.
        return min(our, their) if our < before else max(our, their)
    return our + their - before


def _words(before: Entry | None, our: Entry, their: Entry) -> Entry | None:
    """The entry with the words of the side that changed them; None where both did."""
    chosen = {}
    for name in ("reason", "owner", "phase"):
        mine, other = getattr(our, name), getattr(their, name)
        was = None if before is None else getattr(before, name)
        if mine == other or other == was:
            chosen[name] = mine
        elif mine == was:
            chosen[name] = other
        else:
            return None
    return msgspec.structs.replace(
        our,
        **chosen,
        expires=_date(before, our, their),
        severity=_severity(before, our, their),
    )


def _severity(before: Entry | None, our: Entry, their: Entry) -> Severity | None:
    """That of the side that changed it; where both did, the milder: it is the stricter."""
    if before is not None and their.severity == before.severity:
        return our.severity
    if before is not None and our.severity == before.severity:
        return their.severity
    return milder(our.severity, their.severity)


def _date(before: Entry | None, our: Entry, their: Entry) -> date | None:
    """The date of the side that changed it; where both did, the earlier: it is the stricter."""
    was = None if before is None else before.expires
    if before is not None and their.expires == was:
        return our.expires
    if before is not None and our.expires == was:
        return their.expires
    return min((each for each in (our.expires, their.expires) if each), default=None)
