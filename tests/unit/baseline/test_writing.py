"""A baseline is lowered freely, and raised only for a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from pluribus.baseline import Entry, Revised, Terms, changes_between, revise
from pluribus.findings import Finding
from tests.unit.baseline.entries import DAY, by_identity, entry, finding

YESTERDAY = DAY - timedelta(days=1)
TOMORROW = DAY + timedelta(days=1)


def revised(
    findings: Sequence[Finding], *entries: Entry, terms: Terms | None = None, in_scope: bool = True
) -> Revised:
    return revise(
        findings,
        by_identity(*entries),
        prefix="",
        terms=terms,
        today=DAY,
        is_in_scope=lambda _: in_scope,
    )


def kept(result: Revised) -> list[Entry]:
    return list(result.entries.values())


def test_what_is_gone_is_taken_out_without_a_reason() -> None:
    assert kept(revised([])) == []
    assert kept(revised([], entry())) == []
    assert kept(revised([finding()], entry(count=3))) == [entry()]


def test_what_is_new_is_refused_without_a_reason() -> None:
    result = revised([finding(), finding(line=2)], entry())

    assert kept(result) == [entry()]
    assert [each.location.line for each in result.refused] == [2]


def test_what_is_new_is_taken_in_with_a_reason_an_owner_and_a_day() -> None:
    terms = Terms(reason="later", owner="me", expires=TOMORROW)

    (one,) = kept(revised([finding("a.py", "X")], terms=terms))

    assert (one.reason, one.owner, one.expires, one.phase) == (
        "later",
        "me",
        TOMORROW,
        "implementations",
    )


def test_an_entry_that_grows_keeps_its_reason_and_its_day() -> None:
    found = [finding(), finding(line=2)]

    (one,) = kept(revised(found, entry(expires=TOMORROW, owner="me"), terms=Terms(reason="more")))

    assert (one.count, one.reason, one.owner, one.expires) == (2, "why; more", "me", TOMORROW)


def test_an_entry_that_has_expired_counts_as_new() -> None:
    old = entry(expires=YESTERDAY, owner="me")

    refused = revised([finding()], old)
    (renewed,) = kept(revised([finding()], old, terms=Terms(reason="again", expires=TOMORROW)))

    assert (len(refused.refused), kept(refused)) == (1, [old])
    assert (renewed.reason, renewed.owner, renewed.expires) == ("again", "me", TOMORROW)
    assert changes_between(by_identity(old), by_identity(renewed)).prolonged == ((old, renewed),)


def test_what_was_not_looked_for_stays() -> None:
    assert kept(revised([], entry(count=2), in_scope=False)) == [entry(count=2)]
