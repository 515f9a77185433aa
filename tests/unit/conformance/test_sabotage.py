"""Subjects that are broken from outside, over every transport: each is noticed by the property
that it is meant for, and by none when nothing is broken."""

from __future__ import annotations

import asyncio

import pytest

from pluribus.conformance.judge import Run, Setting, judged, setting
from pluribus.conformance.mutants import SPECIMENS
from pluribus.conformance.sabotage import SABOTAGES
from pluribus.conformance.transports import IMPLEMENTATIONS
from pluribus.findings.conformance import Outcome
from tests.unit.conformance import applications
from tests.unit.conformance.subjects import BY_NAME, adapter_of

PARTS = ("memory", "asgi", *(f"sockets:{each}" for each in IMPLEMENTATIONS))
NOTICED_BY = {
    "drop": "D1",
    "duplicate": "D1",
    "reorder": "D1",
    "leak": "D2",
    "keep": "E1",
    "swap": "D2",
}
BY_SABOTAGE = {each.name: each for each in SABOTAGES}
(PER_USER,) = [each for each in SPECIMENS if each.name == "PerUser"]
ARRIVAL_S = 0.2


def run_of(name: str, stages: Setting) -> Run:
    return asyncio.run(judged(BY_NAME[name], stages))


def test_every_sabotage_is_meant_for_a_property() -> None:
    assert list(NOTICED_BY) == [each.name for each in SABOTAGES]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", NOTICED_BY)
def test_what_is_broken_is_noticed(name: str, part: str) -> None:
    adapter = PER_USER.adapter(arrival_s=ARRIVAL_S)

    run = run_of(
        NOTICED_BY[name], BY_SABOTAGE[name].stages(adapter, seed=0, watch=None, part=part)
    )

    assert run.outcome is Outcome.FAIL, run.claim


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", sorted(set(NOTICED_BY.values())))
def test_what_nobody_breaks_passes(name: str, part: str) -> None:
    run = run_of(name, setting(PER_USER.adapter(arrival_s=ARRIVAL_S), seed=0, part=part))

    assert run.outcome is Outcome.PASS, run.claim


@pytest.mark.parametrize(
    ("over", "app", "is_possible"),
    [
        ("memory", "", True),
        ("memory", "shop.main:app", True),
        ("sockets", "", True),
        ("sockets", "shop.main:app", False),
    ],
)
def test_an_application_removes_by_itself_so_that_nothing_can_be_kept(
    over: str, app: str, is_possible: bool
) -> None:
    rooms = applications.Rooms()
    adapter = adapter_of({"owner": applications.Rooms}, conform={"app": app or None})

    applies = {each.name: each.applies(adapter, rooms, over=over) for each in SABOTAGES}

    assert applies["keep"] is is_possible
    assert applies["drop"]
