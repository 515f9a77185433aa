"""What puts a thread to sleep, and what does not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import thread_time

import pytest

from pluribus.conformance.schedules.blocking import BLOCKS_S, BlockingCalls, is_measurable

pytestmark = pytest.mark.skipif(
    not is_measurable(), reason="/proc/thread-self/schedstat is missing"
)


def found(work: Callable[[], object], *, is_project: bool = True) -> set[str]:
    with BlockingCalls(lambda module: is_project and module == __name__) as calls:
        work()
    return calls.found


def waits() -> None:
    threading.Event().wait(3 * BLOCKS_S)


def takes_a_lock() -> None:
    lock = threading.Lock()
    threading.Timer(4 * BLOCKS_S, lock.release).start()
    lock.acquire()
    lock.acquire()


def computes() -> None:
    until = thread_time() + 2 * BLOCKS_S
    while thread_time() < until:
        sorted(range(20_000))
    sorted(range(300_000), key=lambda each: -each)


def test_what_sleeps_in_c_is_found_with_its_place() -> None:
    (slept,) = found(waits)

    assert "acquire" in slept
    assert "in waits, test_blocking.py:" in slept


def test_a_lock_that_is_held_is_found() -> None:
    (slept,) = found(takes_a_lock)

    assert "in takes_a_lock, test_blocking.py:" in slept


def test_who_computes_does_not_sleep_however_busy_the_machine_is() -> None:
    assert all(found(computes) == set() for _ in range(5))


def test_what_no_project_calls_is_not_looked_at() -> None:
    assert found(waits, is_project=False) == set()
