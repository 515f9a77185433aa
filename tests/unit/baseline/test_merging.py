"""Three versions of a baseline become one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pluribus.baseline import Entry, merge
from tests.unit.baseline.entries import DAY, by_identity, entry

LATER = DAY + timedelta(days=1)
LATEST = DAY + timedelta(days=2)


def counts(before: int, ours: int, theirs: int) -> int:
    sides = (by_identity(entry(count=n)) if n else {} for n in (before, ours, theirs))
    merged = merge(*sides)
    assert not merged.conflicts
    return sum(each.count for each in merged.entries)


@pytest.mark.parametrize(
    ("before", "ours", "theirs", "expected"),
    [
        (0, 0, 1, 1),  # one side took it in
        (0, 1, 1, 1),  # both did
        (1, 0, 1, 0),  # one side took it out
        (1, 0, 0, 0),  # both did
        (3, 2, 3, 2),  # one side lowered it
        (3, 2, 1, 1),  # both did: what both keep stays
        (1, 2, 3, 3),  # both raised it
        (2, 1, 3, 2),  # one lowered it, one raised it
        (2, 0, 3, 1),
    ],
)
def test_counts_are_merged_as_multisets(
    before: int, ours: int, theirs: int, expected: int
) -> None:
    assert counts(before, ours, theirs) == expected
    assert counts(before, theirs, ours) == expected


def merged_one(before: Entry, ours: Entry, theirs: Entry) -> Entry | None:
    """The one entry that comes of these; None for a conflict."""
    merged = merge(by_identity(before), by_identity(ours), by_identity(theirs))
    return merged.entries[0] if merged.entries else None


def test_the_words_of_the_side_that_changed_them_are_taken() -> None:
    merged = merged_one(entry(), entry(reason="better"), entry(owner="me", count=2))

    assert merged == entry(reason="better", owner="me", count=2)


def test_two_new_reasons_are_a_conflict_with_both_lines() -> None:
    sides = [by_identity(entry(reason=reason)) for reason in ("before", "ours", "theirs")]

    merged = merge(*sides)

    assert merged.entries == ()
    assert merged.as_bytes().decode().splitlines()[1:] == [
        "<<<<<<< ours",
        '{"rule":"rival","concept":"manager","path":"app/chat.py","key":[],"count":1,"reason":"ours"}',
        "=======",
        '{"rule":"rival","concept":"manager","path":"app/chat.py","key":[],"count":1,"reason":"theirs"}',
        ">>>>>>> theirs",
    ]


def test_of_two_new_dates_the_earlier_is_taken() -> None:
    before = entry(expires=DAY)

    assert merged_one(before, entry(expires=LATEST), entry(expires=LATER)) == entry(expires=LATER)
    assert merged_one(before, entry(), entry(expires=LATER)) == entry(expires=LATER)
    assert merged_one(before, entry(), before) == entry()
    assert merged_one(before, entry(), entry()) == entry()
