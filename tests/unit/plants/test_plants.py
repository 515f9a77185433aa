"""Every rule has a plant, and every plant is Python that says where its violation is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pluribus.app.check import CheckOptions
from pluribus.app.planting import Field, open_field
from pluribus.contract import load_contract
from pluribus.plants import ALL, Ground, Plant
from pluribus.plants.laid import Planting, apart, lay
from pluribus.rules import ALL as RULES

CHAT = Path(__file__).parents[3] / "examples" / "chat"
SERVED = "def snapshot(self):\n        return [1]\n"


@pytest.fixture(scope="module")
def field() -> Field:
    """The example, whose contract declares all that there is to declare; its owner has one method
    more, which gives its result at once."""
    path = "chat/realtime/manager.py"
    text = (CHAT / path).read_text(encoding="utf-8")
    head = "class WebSocketManager:\n"
    assert head in text
    more = text.replace(head, f"{head}    {SERVED}\n")
    contract = load_contract(CHAT / "pluribus.toml")
    return open_field(CHAT, contract, CheckOptions(), overlay={path: more.encode()})


def grounds(field: Field, rule: str) -> list[Ground]:
    found = [field.ground(subject, rule) for subject in field.subjects]
    return [each for each in found if isinstance(each, Ground)]


def test_every_rule_has_one_plant_in_the_order_of_reports() -> None:
    assert [plant.rule for plant in ALL] == [rule.name for rule in RULES]


@pytest.mark.parametrize("plant", ALL, ids=lambda plant: plant.rule)
def test_what_is_planted_is_python_with_a_mark_and_near_misses_have_no_file_of_their_own_marked(
    plant: Plant, field: Field
) -> None:
    (ground,) = grounds(field, plant.rule)

    assert plant.obstacle(ground) is None
    violations, near_misses = list(plant.violations(ground)), list(plant.near_misses(ground))
    assert violations
    assert near_misses
    for sample in (*violations, *near_misses):
        laid = lay([Planting(plant.rule, ground, sample)])
        for path, content in laid.overlay.items():
            ast.parse(content, filename=f"{plant.rule}: {sample.name}: {path}")
        assert bool(laid.placed[0].marks) or sample in near_misses, sample.name


@pytest.mark.parametrize("plant", ALL, ids=lambda plant: plant.rule)
def test_every_violation_is_found_and_every_near_miss_is_left_alone(
    plant: Plant, field: Field
) -> None:
    (ground,) = grounds(field, plant.rule)
    for sample in plant.violations(ground):
        laid = lay([Planting(plant.rule, ground, sample)])
        own = [each for each in field.new_findings(laid) if each.rule == plant.rule]
        # Who lacks what the interface has now is told of it elsewhere too.
        there = [each for each in own if each.location.path in laid.placed[0].paths]
        places = {(each.location.path, each.location.line) for each in there}
        assert places == set(laid.placed[0].marks), sample.name

    for sample in plant.near_misses(ground):
        laid = lay([Planting(plant.rule, ground, sample)])
        own = [each for each in field.new_findings(laid) if each.rule == plant.rule]
        assert own == [], sample.name


def test_samples_that_spoil_each_other_are_judged_apart(field: Field) -> None:
    plantings = [
        Planting(plant.rule, ground, next(plant.violations(ground)))
        for plant in ALL
        for ground in grounds(field, plant.rule)
    ]

    groups = apart(plantings)

    assert sorted(each.rule for group in groups for each in group) == sorted(
        plant.rule for plant in ALL
    )
    for group in groups:
        alone = [each.sample.alone for each in group if each.sample.alone]
        assert len(alone) == len(set(alone))


def test_edits_of_one_file_leave_each_others_lines_alone(field: Field) -> None:
    chosen = [plant for plant in ALL if plant.rule in ("shadowed-definition", "missing-event")]
    plantings = [
        Planting(plant.rule, ground, next(plant.violations(ground)))
        for plant in chosen
        for ground in grounds(field, plant.rule)
    ]

    laid = lay(plantings)

    (path,) = laid.overlay
    lines = laid.overlay[path].decode().splitlines()
    for placed in laid.placed:
        ((_, line),) = placed.marks
        assert lines[line - 1].startswith("class WebSocketManager")
