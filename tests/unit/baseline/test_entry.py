"""What makes a finding one of those that an entry accepts."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from pluribus.baseline import identity_of
from tests.unit.baseline.entries import DAY, entry, finding


def test_the_place_in_a_file_is_no_part_of_an_identity() -> None:
    assert identity_of(finding(line=1), "") == identity_of(finding(line=99), "")


def test_the_file_is_a_part_of_an_identity() -> None:
    """A rule whose keys are dotted names alone would not see a swap between files."""
    assert identity_of(finding("a.py", "app:X"), "") != identity_of(finding("b.py", "app:X"), "")


def test_a_path_is_as_seen_from_the_contract_and_stands_there_once() -> None:
    found = finding("chat.py", "chat.py", "send", "app.legacy")

    assert identity_of(found, "app/") == (
        "rival",
        "manager",
        "app/chat.py",
        ("send", "app.legacy"),
    )


def test_the_id_of_an_entry_says_nothing_of_its_terms() -> None:
    one = entry("a.py", "X")

    assert one.id == msgspec.structs.replace(one, count=3, reason="other", owner="me").id
    assert one.id != entry("a.py", "Y").id
    assert one.id.startswith("rival:")


def test_an_entry_accepts_on_its_last_day_and_not_after() -> None:
    assert not entry(expires=DAY).has_expired(DAY)
    assert entry(expires=DAY).has_expired(DAY + timedelta(days=1))
    assert not entry().has_expired(date.max)
    assert not entry(expires=DAY).has_expired(None)
