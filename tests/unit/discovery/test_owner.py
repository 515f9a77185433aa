"""Who should be the owner, and that popularity alone never decides."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pluribus.discovery.fragments import Fragment
from pluribus.discovery.group import Group
from pluribus.discovery.landscape import Thing
from pluribus.discovery.owner import propose
from pluribus.findings import Confidence, Location
from pluribus.findings.discovery import Counts, Proposal, Rival

DAY_S = 24 * 3600


def rival(
    name: str, users: int, *, has: float | None = None, against: tuple[str, ...] = ()
) -> Rival:
    return Rival(
        path=f"app.{name}:Manager",
        kind="class",
        location=Location(f"app/{name}.py"),
        dependants=Counts(production=users, tests=0, backups=0),
        completeness=has,
        against=against,
    )


def proposed(
    *rivals: Rival, ends_in: str = "", history: Mapping[str, int] | None = None
) -> Proposal:
    things = tuple(
        Thing(
            each.path.partition(":")[0],
            each.path.partition(":")[2],
            number,
            0,
            each.location,
        )
        for number, each in enumerate(rivals)
    )
    group = Group(
        kind="role rivals",
        things=things,
        evidence=(),
        confidence=Confidence.CERTAIN,
        ends_in=ends_in,
    )
    fragment = Fragment(
        name="manager", things=things, groups=(group,), confidence=Confidence.CERTAIN
    )
    return propose(fragment, rivals, history or {})


def test_popularity_alone_does_not_decide() -> None:
    proposal = proposed(rival("one", 90, has=1.0), rival("two", 1, has=1.0))

    assert proposal.owner == ""
    assert proposal.candidates == ("app.one:Manager", "app.two:Manager")
    assert "how many depend" in proposal.reason


def test_the_one_that_is_imported_at_all_is_the_owner() -> None:
    assert proposed(rival("one", 2), rival("two", 0)).owner == "app.one:Manager"


def test_the_most_complete_is_the_owner_though_more_depend_on_another() -> None:
    proposal = proposed(rival("one", 9, has=0.5), rival("two", 3, has=1.0))

    assert proposal.owner == "app.two:Manager"
    assert "though more depend on `app.one:Manager`" in proposal.reason


def test_where_completeness_and_dependants_disagree_by_far_a_person_decides() -> None:
    proposal = proposed(rival("one", 90, has=0.5), rival("two", 3, has=1.0))

    assert proposal.owner == ""
    assert proposal.candidates == ("app.two:Manager", "app.one:Manager")


def test_what_is_deprecated_is_not_the_owner() -> None:
    proposal = proposed(rival("one", 90, against=("it warns",)), rival("two", 3))

    assert proposal.owner == "app.two:Manager"
    assert "it warns" in proposal.reason


def test_the_one_that_the_other_paths_end_in_is_the_owner() -> None:
    proposal = proposed(rival("one", 90), rival("two", 3), ends_in="app.two:Manager")

    assert proposal.owner == "app.two:Manager"


@pytest.mark.parametrize(("days", "is_decided"), [(10, False), (200, True)])
def test_the_most_used_is_the_owner_if_the_others_are_long_untouched(
    days: int, is_decided: bool
) -> None:
    history = {"app/one.py": 1_000 * DAY_S, "app/two.py": (1_000 - days) * DAY_S}

    proposal = proposed(rival("one", 5), rival("two", 3), history=history)

    assert bool(proposal.owner) == is_decided
