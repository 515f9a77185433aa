"""Time that passes when nothing else happens."""

from __future__ import annotations

import asyncio
import threading
from time import monotonic

import pytest

from pluribus.testing import Clock, Stuck

HOUR_S = 3600.0


def test_an_hour_passes_at_once() -> None:
    async def scene() -> float:
        began = asyncio.get_running_loop().time()
        await asyncio.sleep(HOUR_S)
        return asyncio.get_running_loop().time() - began

    clock = Clock()
    began = monotonic()
    passed_s = clock.run(scene())

    assert passed_s == pytest.approx(HOUR_S)
    assert clock.now_s == pytest.approx(HOUR_S)
    assert monotonic() - began < 10


def test_timers_go_off_in_their_order() -> None:
    seen: list[str] = []

    async def one(name: str, delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        seen.append(name)

    async def scene() -> None:
        await asyncio.gather(one("late", 20), one("early", 1), one("between", 10))

    Clock().run(scene())

    assert seen == ["early", "between", "late"]


def test_a_timeout_is_one() -> None:
    async def scene() -> None:
        async with asyncio.timeout(30):
            await asyncio.Event().wait()

    clock = Clock()
    with pytest.raises(TimeoutError):
        clock.run(scene())

    assert clock.now_s == pytest.approx(30)


def test_what_can_never_happen_is_told_with_its_place() -> None:
    async def for_ever() -> None:
        await asyncio.Event().wait()

    async def scene() -> None:
        await for_ever()

    with pytest.raises(Stuck, match=r"it waits at .*for_ever"):
        Clock().run(scene())


def test_a_thread_is_waited_for_and_takes_no_time() -> None:
    has_begun, may_end = threading.Event(), threading.Event()

    def work() -> str:
        has_begun.set()
        may_end.wait(10)
        return "done"

    async def scene() -> tuple[str, float]:
        loop = asyncio.get_running_loop()
        later = loop.call_later(HOUR_S, may_end.set)
        working = loop.run_in_executor(None, work)
        threading.Timer(0.1, may_end.set).start()
        result = await working
        later.cancel()
        return result, loop.time()

    assert Clock().run(scene()) == ("done", 0.0)
    assert has_begun.is_set()


def test_the_clock_goes_on_from_scene_to_scene() -> None:
    clock = Clock()
    clock.run(asyncio.sleep(5))
    clock.run(asyncio.sleep(7))

    assert clock.now_s == pytest.approx(12)


def test_what_a_scene_raises_is_raised() -> None:
    async def scene() -> None:
        raise LookupError("nobody")

    with pytest.raises(LookupError, match="nobody"):
        Clock().run(scene())
