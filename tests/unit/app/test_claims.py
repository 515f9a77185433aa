"""A claim is proven only of a rule that was seen to fail."""

from __future__ import annotations

import pytest

from pluribus.app.claims import Judgement, Shown, claims_of, verdict_of
from pluribus.findings import Confidence, Finding, Location, Severity
from pluribus.findings.proof import Change

FOUND = Finding(
    rule="legacy-import",
    concept="one",
    severity=Severity.WARNING,
    confidence=Confidence.CERTAIN,
    message="it is",
    hint="change it",
    location=Location("a.py"),
    key=("a.py",),
    phase="imports",
)
KEY = ("legacy-import", "one")
BEFORE = Judgement((FOUND,), (FOUND,), frozenset({"a.py"}))
AFTER = Judgement((), (), frozenset({"a.py"}))


def status(shown: Shown, *changes: Change) -> tuple[str, bool]:
    claims = claims_of(BEFORE, AFTER, changes, shown)
    return claims[0].status, verdict_of(claims, changes)[0]


@pytest.mark.parametrize(
    ("planted", "restored", "expected"),
    [
        ("found", "found", "proven"),
        ("found", "missed", "proven"),
        ("nothing of it can be planted here", "found", "proven"),
        ("missed", "found", "cannot-fail"),
        ("nothing of it can be planted here", "missed", "cannot-fail"),
    ],
)
def test_green_proves_nothing_of_a_rule_that_cannot_fail(
    planted: str, restored: str, expected: str
) -> None:
    shown = Shown(planted={KEY: planted}, restored={KEY: restored}, not_run={})

    assert status(shown) == (expected, expected == "proven")


def test_a_rule_that_was_not_run_is_not_green() -> None:
    shown = Shown(planted={}, restored="there is no such file", not_run={KEY: "no legacy path"})

    assert status(shown) == ("cannot-fail", False)


def test_what_blocks_counts_unless_it_was_accepted() -> None:
    shown = Shown(planted={KEY: "found"}, restored={KEY: "found"}, not_run={})
    gone = Change(kind="deleted-tests", place="a.py", text="1 test gone", blocks=True)
    meant = Change(
        kind="deleted-tests", place="a.py", text="1 test gone", blocks=True, is_accepted=True
    )
    elsewhere = Change(kind="unreadable", place="b.py", text="a null byte", blocks=True)

    assert status(shown, gone) == ("laundered", False)
    assert status(shown, meant) == ("proven", True)
    assert status(shown, elsewhere) == ("proven", False)
