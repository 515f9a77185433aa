"""The loop keeps what asyncio promises, and decides what it does not."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from time import monotonic
from typing import Any

import pytest

from pluribus.conformance.schedules.decisions import Decisions, Deviations
from pluribus.conformance.schedules.loop import Deadlocked, Overdue, ScheduledLoop


def ran(
    work: Coroutine[Any, Any, Any], deviations: Deviations = (), **options: Any
) -> tuple[Any, Decisions]:
    decisions = Decisions(deviations)
    loop = ScheduledLoop(decisions, **options)
    try:
        return loop.run_until_complete(work), decisions
    finally:
        loop.end()


def test_an_hour_takes_no_time() -> None:
    async def sleeps() -> float:
        before = asyncio.get_running_loop().time()
        await asyncio.sleep(3600)
        return asyncio.get_running_loop().time() - before

    began = monotonic()
    passed, _ = ran(sleeps())

    assert passed == pytest.approx(3600)
    assert monotonic() - began < 10


def test_timeouts_end_in_the_order_of_their_time() -> None:
    async def waits() -> list[str]:
        ended: list[str] = []

        async def sleeps(name: str, seconds: float) -> None:
            await asyncio.sleep(seconds)
            ended.append(name)

        await asyncio.gather(sleeps("late", 2), sleeps("soon", 1), sleeps("at once", 0))
        return ended

    ended, _ = ran(waits())

    assert ended == ["at once", "soon", "late"]


def test_what_is_ready_runs_first_come_first_served_whatever_is_decided() -> None:
    async def many() -> list[int]:
        order: list[int] = []
        loop = asyncio.get_running_loop()
        for number in range(20):
            loop.call_soon(order.append, number)
        await asyncio.sleep(0)
        return order

    every = tuple((number, 1) for number in range(50))

    assert ran(many())[0] == ran(many(), every)[0] == list(range(20))


async def ties(names: str) -> str:
    ended: list[str] = []

    async def sleeps(name: str) -> None:
        await asyncio.sleep(1)
        ended.append(name)

    await asyncio.gather(*map(sleeps, names))
    return "".join(ended)


def test_which_of_two_timers_for_one_moment_goes_first_is_decided() -> None:
    plain, decisions = ran(ties("ab"))
    other, _ = ran(ties("ab"), ((0, 1),))

    assert decisions.options == [2]
    assert (plain, other) == ("ab", "ba")


def test_every_order_of_ties_stays_an_order_of_all() -> None:
    found = set()
    for first in (0, 1):
        for second in (0, 1):
            chosen = tuple((at, 1) for at, each in enumerate((first, second)) if each)
            found.add(ran(ties("abc"), chosen)[0])

    assert {"".join(sorted(each)) for each in found} == {"abc"}
    assert len(found) == 4


def test_timers_of_one_task_for_one_moment_keep_their_order() -> None:
    async def sets() -> list[int]:
        order: list[int] = []
        loop = asyncio.get_running_loop()
        when = loop.time() + 1
        for number in range(5):
            loop.call_at(when, order.append, number)
        await asyncio.sleep(2)
        return order

    every = tuple((number, 1) for number in range(20))

    order, decisions = ran(sets(), every)

    assert order == [0, 1, 2, 3, 4]
    assert decisions.options == []


def test_a_timer_that_is_cancelled_does_not_go_off() -> None:
    async def cancels() -> list[int]:
        order: list[int] = []
        loop = asyncio.get_running_loop()
        handle = loop.call_later(1, order.append, 1)
        loop.call_later(1, order.append, 2)
        handle.cancel()
        await asyncio.sleep(2)
        return order

    assert ran(cancels())[0] == [2]


def test_where_nothing_could_ever_go_on_there_is_a_deadlock_at_once() -> None:
    async def waits() -> None:
        await asyncio.Event().wait()

    began = monotonic()
    with pytest.raises(Deadlocked):
        ran(waits())

    assert monotonic() - began < 5


def test_what_goes_on_for_ever_is_overdue() -> None:
    async def ticks() -> None:
        while True:
            await asyncio.sleep(0.5)

    with pytest.raises(Overdue):
        ran(ticks(), limit_s=30)


def test_who_looks_over_and_over_does_not_stop_the_clock() -> None:
    async def polls() -> float:
        async def looks() -> None:
            while True:
                await asyncio.sleep(0)

        task = asyncio.ensure_future(looks())
        before = asyncio.get_running_loop().time()
        await asyncio.sleep(5)
        task.cancel()
        return asyncio.get_running_loop().time() - before

    passed, _ = ran(polls())

    assert passed == pytest.approx(5, abs=0.1)


def test_many_turns_that_come_to_an_end_take_no_time() -> None:
    async def turns() -> float:
        before = asyncio.get_running_loop().time()
        for _ in range(500):
            await asyncio.sleep(0)
        return asyncio.get_running_loop().time() - before

    passed, _ = ran(turns())

    assert passed == 0


def test_a_thread_is_waited_for_and_the_clock_stands_still() -> None:
    release = threading.Event()

    async def asks() -> str:
        loop = asyncio.get_running_loop()
        loop.call_later(0.01, release.set)
        done = loop.run_in_executor(None, release.wait, 5)
        return "released" if await done else "late"

    assert ran(asks())[0] == "released"


def test_with_a_real_clock_waiting_takes_its_time() -> None:
    async def sleeps() -> None:
        await asyncio.sleep(0.05)

    began = monotonic()
    ran(sleeps(), is_real=True)

    assert monotonic() - began >= 0.049


def test_a_task_that_refuses_to_be_cancelled_does_not_hold_the_end_up() -> None:
    async def stubborn() -> None:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                continue

    async def leaves() -> int:
        task = asyncio.ensure_future(stubborn())
        await asyncio.sleep(0)
        return id(task)

    assert ran(leaves())[0]


def test_a_thread_that_is_idle_does_not_slow_the_clock_down() -> None:
    stop = threading.Event()
    idle = threading.Thread(target=stop.wait)
    idle.start()

    async def sleeps() -> None:
        for _ in range(10):
            await asyncio.sleep(60)

    began = monotonic()
    ran(sleeps())
    took_s = monotonic() - began
    stop.set()
    idle.join()

    assert took_s < 10


def test_a_thread_that_wakes_the_loop_is_no_deadlock() -> None:
    async def asks() -> str:
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        threading.Timer(0.05, loop.call_soon_threadsafe, (future.set_result, "woken")).start()
        return str(await future)

    assert ran(asks())[0] == "woken"


def test_what_comes_from_outside_in_time_comes_before_a_later_timer() -> None:
    async def waits() -> str:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[str] = loop.create_future()
        late = loop.call_later(3600, future.set_result, "late")
        asker = loop.run_in_executor(None, threading.Event().wait, 0.05)
        asker.add_done_callback(lambda _: future.set_result("in time"))
        try:
            return await future
        finally:
            late.cancel()
            assert loop.time() < 1000 + 3600

    assert ran(waits())[0] == "in time"
