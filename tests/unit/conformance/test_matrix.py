from __future__ import annotations

from dataclasses import replace

import pytest

from pluribus.adapters.trying import judged_apart
from pluribus.conformance.jobs import Question
from pluribus.conformance.matrix import kit_trial
from pluribus.conformance.mutants import SPECIMENS, Specimen
from pluribus.conformance.properties import PROPERTIES
from pluribus.conformance.stage import Stage
from pluribus.conformance.transports.names import MEMORY
from pluribus.findings.conformance import KitTrial, Outcome

GOOD = [each for each in SPECIMENS if not each.about]
IN_MEMORY = tuple(each.name for each in PROPERTIES if MEMORY in each.transports)
SEEDS = 5
MUTE = ("AddIsIdle", "DropsAll", "gives_nothing", "AddRaises", "Unawaited")
"""Nothing ever arrives from these."""
NEEDS_ARRIVAL = (
    *("D1", "D2", "D3", "D4", "D5", "D11"),
    *("E1", "E2", "E3", "E4", "E5", "E7"),
    *("H3", "H4", "H5", "H6", "H7", "H8"),
)


@pytest.fixture(scope="module")
def trial() -> KitTrial:
    return kit_trial(judging=judged_apart)


def test_every_broken_manager_is_refused_by_what_must_refuse_it(trial: KitTrial) -> None:
    assert [(each.name, each.problem) for each in trial.lines if each.problem] == []


def test_every_property_refuses_a_broken_manager_and_passes_a_good_one(trial: KitTrial) -> None:
    assert trial.problems == ()
    assert trial.is_sound


def test_no_broken_manager_passes_everything(trial: KitTrial) -> None:
    survivors = [
        line.name
        for line in trial.lines
        if line.about and Outcome.FAIL not in dict(line.outcomes).values()
    ]

    assert survivors == []


def test_the_kit_itself_never_errs_on_its_own_managers(trial: KitTrial) -> None:
    errors = [
        (line.name, name)
        for line in trial.lines
        for name, outcome in line.outcomes
        if outcome is Outcome.ERROR
    ]

    assert errors == []


@pytest.mark.parametrize("name", MUTE)
def test_where_nothing_arrives_no_property_of_arrival_passes(trial: KitTrial, name: str) -> None:
    (line,) = [each for each in trial.lines if each.name == name]

    assert [
        prop
        for prop, outcome in line.outcomes
        if prop in NEEDS_ARRIVAL and outcome is Outcome.PASS
    ] == []


@pytest.mark.parametrize("specimen", GOOD, ids=lambda each: each.name)
def test_no_seed_makes_a_good_manager_fail(specimen: Specimen) -> None:
    # In a process of its own: the kit looks through all that a process holds, and that of the
    # tests holds much.
    questions = [
        Question(specimen=specimen.name, properties=IN_MEMORY, seed=seed, transport=MEMORY)
        for seed in range(1, SEEDS + 1)
    ]
    judged = [each for answer in judged_apart(questions, workers=1) for each in answer]
    bad = [
        (each.seed, each.property, each.claim)
        for each in judged
        if each.outcome not in (Outcome.PASS, Outcome.DECLINED)
    ]

    assert len(judged) == SEEDS * len(IN_MEMORY)
    assert bad == []


def test_each_style_of_good_manager_is_asked_of_delivery_and_of_life(trial: KitTrial) -> None:
    asked = {
        line.name: {name for name, outcome in line.outcomes if outcome is Outcome.PASS}
        for line in trial.lines
        if not line.about
    }

    assert all({"D1", "D2", "E1", "E2", "E3"} <= names for names in asked.values()), asked
    # It broadcasts nothing, nobody comes back to it, and it keeps nothing in a store.
    left = set(IN_MEMORY) - asked["Registered"]
    assert left == {"C11", "D9", "G7", *(f"F{number}" for number in range(1, 9))}
    assert all(f"F{number}" in asked["Resumable"] for number in range(1, 9))
    assert {"C11", "G7"} <= asked["Stored"]


def test_a_property_that_cannot_fail_is_found_out() -> None:
    async def content(stage: Stage) -> None:
        stage.witness("nothing")

    lazy = replace(PROPERTIES[0], judge=content)

    trial = kit_trial(SPECIMENS[:6], (lazy,))

    assert trial.problems == ("A1 refuses no broken manager",)
    assert not trial.is_sound


def test_what_a_server_does_is_held_against_no_property() -> None:
    (runs,) = [each for each in PROPERTIES if each.name == "D6"]
    asked = [each for each in SPECIMENS if not each.about or runs.name in each.refused_by]
    undeclared = [replace(each, otherwise_over=()) for each in asked]

    declared_so = kit_trial(asked, (runs,), over="sockets", judging=judged_apart)
    not_so = kit_trial(undeclared, (runs,), over="sockets", judging=judged_apart)

    assert declared_so.is_sound
    assert not_so.problems == ("D6 passes no good manager",)
    assert [each.name for each in not_so.lines if each.problem] == ["PerThread", "Registered"]
