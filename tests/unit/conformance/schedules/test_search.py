from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from pluribus.conformance.schedules.decisions import Decisions, Deviations
from pluribus.conformance.schedules.search import Bounds, search


@dataclass(frozen=True)
class Ran:
    """One run of a made-up subject."""

    has_failed: bool
    options: tuple[int, ...]
    deviations: Deviations
    goes_on: bool = True


def subject(
    options: tuple[int, ...], fails: Callable[[list[int]], bool], seen: list[Deviations]
) -> Callable[[Decisions], Ran]:
    def run(decisions: Decisions) -> Ran:
        taken = [decisions.choose(each, str) for each in options]
        deviations = tuple((each.number, each.option) for each in decisions.taken)
        seen.append(deviations)
        return Ran(fails(taken), tuple(decisions.options), deviations)

    return run


WIDE = Bounds(single=1000, double=10_000, drawn=0)


def test_all_schedules_with_one_and_with_two_deviations_are_run_once() -> None:
    seen: list[Deviations] = []
    run = subject((3, 2, 2), lambda taken: False, seen)

    found = search(run, WIDE, random.Random(0))

    single = {((0, 1),), ((0, 2),), ((1, 1),), ((2, 1),)}
    double = {
        ((0, 1), (1, 1)),
        ((0, 1), (2, 1)),
        ((0, 2), (1, 1)),
        ((0, 2), (2, 1)),
        ((1, 1), (2, 1)),
    }
    assert len(seen) == len(set(seen))
    assert set(seen) == {(), *single, *double}
    assert str(found) == "the plain schedule, all 4 with one deviation, all 5 with two"


def test_a_failure_that_needs_two_deviations_is_found_where_each_alone_does_nothing() -> None:
    run = subject((2,) * 12, lambda taken: taken[3] == 1 and taken[9] == 1, [])

    found = search(run, WIDE, random.Random(0))

    assert found.failing is not None
    assert found.failing.deviations == ((3, 1), (9, 1))


def test_what_was_drawn_is_made_as_small_as_it_can_be() -> None:
    run = subject((4,) * 40, lambda taken: sum(map(bool, taken)) >= 3 and taken[5] >= 2, [])

    found = search(run, Bounds(single=0, double=0, drawn=0), random.Random(0))
    assert found.failing is None
    found = search(run, Bounds(single=40, double=40, drawn=40), random.Random(0))

    assert found.failing is not None
    deviations = dict(found.failing.deviations)
    assert len(deviations) == 3
    assert deviations[5] == 2
    assert sorted(deviations.values()) == [1, 1, 2]


def test_a_search_is_the_same_for_the_same_seed() -> None:
    runs: list[list[Deviations]] = [[], []]
    for seen in runs:
        run = subject((3,) * 50, lambda taken: False, seen)
        search(run, Bounds(single=10, double=10, drawn=5), random.Random(3))

    assert runs[0] == runs[1]
    assert len(runs[0]) == 1 + 10 + 10 + 5


def test_what_is_not_confirmed_is_no_failure_and_ends_the_search_soon() -> None:
    seen: list[Deviations] = []
    run = subject((2,) * 30, any, seen)

    found = search(run, WIDE, random.Random(0), confirm=lambda ran: False)

    assert found.failing is None
    assert len(found.refuted) == 3


def test_where_nothing_can_be_judged_nothing_more_is_run() -> None:
    seen: list[Deviations] = []

    def run(decisions: Decisions) -> Ran:
        decisions.choose(2, str)
        seen.append(())
        return Ran(has_failed=False, options=(2,), deviations=(), goes_on=False)

    search(run, WIDE, random.Random(0))

    assert len(seen) == 1


@pytest.mark.parametrize("most", [1, 7, 29])
def test_bounds_are_kept(most: int) -> None:
    seen: list[Deviations] = []
    run = subject((2,) * 30, lambda taken: False, seen)

    found = search(run, Bounds(single=most, double=0, drawn=0), random.Random(1))

    assert found.single == (most, 30)
    assert len(seen) == 1 + most


def test_without_time_no_more_are_run_and_the_share_is_told() -> None:
    seen: list[Deviations] = []
    run = subject((2,) * 9, lambda taken: False, seen)

    found = search(run, WIDE, random.Random(0), has_time=lambda: len(seen) < 4)

    assert len(seen) == 4
    assert "3 of 9 with one deviation" in str(found)


def test_what_has_failed_counts_without_time_too() -> None:
    run = subject((2,) * 9, lambda taken: True, [])

    found = search(run, WIDE, random.Random(0), has_time=lambda: False)

    assert found.failing is not None
