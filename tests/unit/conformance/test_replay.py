"""What a report prints is enough to see a failure again."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluribus.conformance.judge import verdict_of
from pluribus.conformance.matrix import judge_specimen
from pluribus.conformance.mutants import SPECIMENS, Specimen
from pluribus.conformance.properties import PROPERTIES, Property
from pluribus.conformance.replay import replay_of
from pluribus.findings.conformance import Outcome

BY_NAME = {each.name: each for each in PROPERTIES}
BROKEN = [
    (each, BY_NAME[name])
    for each in SPECIMENS
    for name in each.refused_by
    if "memory" in BY_NAME[name].transports
]
SEED = 11


@pytest.mark.parametrize(
    ("specimen", "prop"), BROKEN, ids=[f"{each.name}-{prop.name}" for each, prop in BROKEN]
)
def test_every_counterexample_of_the_kit_is_seen_again(specimen: Specimen, prop: Property) -> None:
    first = judge_specimen(specimen, prop, SEED)
    verdict = verdict_of(prop, "specimen", first, Path("/"), seed=SEED)

    replay = replay_of(verdict.replay)
    again = judge_specimen(specimen, BY_NAME[replay.property], replay.seed, replay.schedule)

    assert first.outcome is Outcome.FAIL
    assert (again.outcome, again.about) == (Outcome.FAIL, first.about)
    assert again.schedule == first.schedule


def test_of_a_good_manager_no_schedule_is_seen_to_fail() -> None:
    (good,) = [each for each in SPECIMENS if each.name == "PerThread"]

    for schedule in ("emit:quick:4=2", "emit:slow:9=1,14=1"):
        assert judge_specimen(good, BY_NAME["H5"], SEED, schedule).outcome is Outcome.PASS


def test_a_schedule_that_is_no_longer_there_is_said_to_be_gone() -> None:
    (good,) = [each for each in SPECIMENS if each.name == "PerThread"]

    unknown = judge_specimen(good, BY_NAME["H6"], SEED, "emit:flying:1=1")
    missing = judge_specimen(good, BY_NAME["H5"], SEED, "broadcast:quick:1=1")
    shorter = judge_specimen(good, BY_NAME["H5"], SEED, "emit:quick:99999=1")

    assert unknown.outcome is missing.outcome is Outcome.NOT_EXERCISED
    assert "no run `emit:flying:1=1`" in unknown.claim
    assert shorter.outcome is Outcome.PASS
    assert "1 of its decisions were not met" in shorter.witnesses


def test_what_passes_names_nothing_to_replay() -> None:
    (good,) = [each for each in SPECIMENS if each.name == "PerThread"]
    run = judge_specimen(good, BY_NAME["D1"], SEED)

    assert verdict_of(BY_NAME["D1"], "specimen", run, Path("/"), seed=SEED).replay == ""
