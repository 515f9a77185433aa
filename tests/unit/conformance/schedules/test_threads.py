"""Threads of which one runs at a time, on code of this module."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest

from pluribus.conformance.schedules.decisions import Decisions, Deviations
from pluribus.conformance.schedules.threads import Done, Turns

PATIENCE_S = 0.5


def ran(
    works: list[Callable[[], object]],
    deviations: Deviations = (),
    *,
    by_instruction: bool = False,
) -> tuple[list[Done] | None, Decisions]:
    decisions = Decisions(deviations)
    turns = Turns(
        decisions,
        is_project=lambda module: module == __name__,
        by_instruction=by_instruction,
        patience_s=PATIENCE_S,
    )
    return turns.run(works), decisions


def test_without_a_deviation_one_ends_before_the_other_begins() -> None:
    order: list[str] = []

    def says(name: str) -> None:
        for _ in range(3):
            order[:] = [*order, name]

    done, decisions = ran([lambda: says("a"), lambda: says("b")])

    assert order == ["a"] * 3 + ["b"] * 3
    assert done is not None
    assert set(decisions.options) == {2}


def test_each_run_of_one_schedule_is_the_same() -> None:
    def once() -> list[str]:
        order: list[str] = []

        def says(name: str) -> None:
            for _ in range(6):
                order[:] = [*order, name]

        ran([lambda: says("a"), lambda: says("b")], ((3, 1), (7, 1), (11, 1)))
        return order

    first = once()

    assert first != sorted(first)
    assert all(once() == first for _ in range(20))


def results(done: list[Done] | None) -> list[Any]:
    assert done is not None
    return [each.result for each in done]


def every(
    make: Callable[[], list[Callable[[], object]]], *, by_instruction: bool = False
) -> Iterator[tuple[list[Done] | None, Deviations]]:
    """Each schedule with up to two deviations."""
    _, plain = ran(make(), by_instruction=by_instruction)
    count = len(plain.options)
    yield ran(make(), by_instruction=by_instruction)[0], ()
    for at in range(count):
        yield ran(make(), ((at, 1),), by_instruction=by_instruction)[0], ((at, 1),)
    if not by_instruction:
        for first, second in product(range(count), range(count)):
            if first < second:
                deviations = ((first, 1), (second, 1))
                yield ran(make(), deviations)[0], deviations


def getters(
    get: Callable[[dict[str, object]], object],
) -> Callable[[], list[Callable[[], object]]]:
    """Two calls of a factory on one fresh table."""

    def make() -> list[Callable[[], object]]:
        table: dict[str, object] = {}
        return [lambda: get(table), lambda: get(table)]

    return make


def looks_then_makes(table: dict[str, object]) -> object:
    if "key" not in table:
        table["key"] = object()
    return table["key"]


def makes_in_one_line(table: dict[str, object]) -> object:
    table["key"] = found = table.get("key") or object()
    return found


def keeps_the_first(table: dict[str, object]) -> object:
    return table.setdefault("key", object())


LOCK = threading.Lock()
REENTRANT = threading.RLock()


def locks(table: dict[str, object]) -> object:
    with LOCK:
        if "key" not in table:
            table["key"] = object()
        return table["key"]


def looks_twice(table: dict[str, object]) -> object:
    found = table.get("key")
    if found is None:
        REENTRANT.acquire()
        try:
            found = table.get("key")
            if found is None:
                found = table["key"] = object()
        finally:
            REENTRANT.release()
    return found


def test_a_race_between_two_lines_is_found() -> None:
    racy = [made for done, made in every(getters(looks_then_makes)) if len(set(results(done))) > 1]

    assert racy
    assert all(len(deviations) in (1, 2) for deviations in racy)


def test_a_race_within_one_line_is_found_by_instructions_alone() -> None:
    make = getters(makes_in_one_line)

    by_line = [done for done, _ in every(make) if len(set(results(done))) > 1]
    by_instruction = [
        done for done, _ in every(make, by_instruction=True) if len(set(results(done))) > 1
    ]

    assert by_line == []
    assert by_instruction


@pytest.mark.parametrize("get", [keeps_the_first, locks, looks_twice])
@pytest.mark.parametrize("by_instruction", [False, True])
def test_what_locks_or_keeps_the_first_has_no_race_under_any_schedule(
    get: Callable[[dict[str, object]], object], by_instruction: bool
) -> None:
    runs = list(every(getters(get), by_instruction=by_instruction))

    assert len(runs) >= 4
    assert [made for done, made in runs if len(set(results(done))) > 1] == []


def test_a_thread_that_waits_for_a_lock_lets_the_other_go_on() -> None:
    lock = threading.Lock()
    order: list[str] = []

    def holds(name: str) -> None:
        with lock:
            order.append(name)
            order.append(name)

    # The first is stopped while it holds the lock, and the second runs into it.
    done, decisions = ran([lambda: holds("a"), lambda: holds("b")], ((3, 1),))

    assert done is not None
    assert order == ["a", "a", "b", "b"]
    assert decisions.taken[0].label.startswith("thread 1 stops at test_threads.py:")


def test_threads_that_wait_for_each_other_are_seen_to() -> None:
    one, other = threading.Lock(), threading.Lock()

    def takes(first: threading.Lock, second: threading.Lock) -> None:
        with first:
            first.locked()
            with second:
                second.locked()

    works: list[Callable[[], object]] = [lambda: takes(one, other), lambda: takes(other, one)]
    assert ran(works)[0] is not None
    assert ran(works, ((3, 1),))[0] is None


def test_what_a_thread_raises_is_kept() -> None:
    def fails() -> None:
        raise SystemExit(3)

    done, _ = ran([fails, lambda: 1])

    assert done is not None
    assert isinstance(done[0].error, SystemExit)
    assert done[1].result == 1


def test_conditions_and_events_between_threads_work() -> None:
    ready = threading.Event()
    found: list[int] = []

    def waits() -> None:
        ready.wait()
        found.append(1)

    def sets() -> None:
        found.append(0)
        ready.set()

    for at in range(4):
        ready.clear()
        found.clear()
        done, _ = ran([waits, sets], ((at, 1),))
        assert done is not None
        assert found == [0, 1]


def test_other_code_is_never_stopped() -> None:
    turns_taken = ran([lambda: sorted([3, 1]), lambda: None])[1].options

    quiet = Decisions()
    Turns(quiet, is_project=lambda module: False, by_instruction=True, patience_s=PATIENCE_S).run(
        [lambda: looks_then_makes({}), lambda: None]
    )

    assert turns_taken
    assert quiet.options == []
