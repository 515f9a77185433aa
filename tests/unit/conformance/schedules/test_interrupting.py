"""What is cancelled, and where."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from pluribus.conformance.history import Call
from pluribus.conformance.schedules.decisions import Decisions
from pluribus.conformance.schedules.interrupting import Interruption


def called(make: Callable[[], Awaitable[Any]], cancelled_at: int | None) -> tuple[Any, Any]:
    decisions = Decisions(() if cancelled_at is None else ((cancelled_at, 1),))
    interruption = Interruption(decisions)

    async def main() -> Any:
        call = Call("emit", "emit", "emit()", 0)
        return await asyncio.ensure_future(waits(interruption.around(call, make())))

    async def waits(awaitable: Awaitable[object]) -> object:
        return await awaitable

    try:
        result: Any = asyncio.run(main())
    except asyncio.CancelledError:
        result = "cancelled"
    return result, (interruption, decisions)


async def three_waits(seen: list[str]) -> str:
    await asyncio.sleep(0)
    seen.append("one turn")
    await asyncio.sleep(0.001)
    seen.append("a timer")
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.001, future.set_result, None)
    await future
    seen.append("a future")
    return "done"


def test_without_a_deviation_nothing_is_cancelled_and_each_wait_is_counted() -> None:
    seen: list[str] = []

    result, (interruption, decisions) = called(lambda: three_waits(seen), None)

    assert result == "done"
    assert interruption.waits == 3
    assert decisions.options == [2, 2, 2]


@pytest.mark.parametrize(
    ("number", "reached"), [(0, []), (1, ["one turn"]), (2, ["one turn", "a timer"])]
)
def test_each_wait_can_be_where_it_ends(number: int, reached: list[str]) -> None:
    seen: list[str] = []

    result, (interruption, decisions) = called(lambda: three_waits(seen), number)

    assert (result, seen) == ("cancelled", reached)
    assert interruption.is_cancelled
    (taken,) = decisions.taken
    assert "three_waits, test_interrupting.py:" in taken.label


def test_who_goes_on_after_a_cancellation_is_cancelled_once() -> None:
    async def stubborn() -> int:
        refused = 0
        for _ in range(5):
            try:
                await asyncio.sleep(0)
            except asyncio.CancelledError:
                refused += 1
        return refused

    result, (interruption, decisions) = called(stubborn, 1)

    assert result == 1
    assert interruption.waits == 5
    assert len(decisions.options) == 2


def test_what_raises_raises_the_same() -> None:
    async def fails() -> None:
        await asyncio.sleep(0)
        raise LookupError("own")

    with pytest.raises(LookupError, match="own"):
        called(fails, None)


def test_a_task_that_was_returned_is_cancelled_as_a_whole() -> None:
    seen: list[str] = []

    result, _ = called(lambda: asyncio.ensure_future(three_waits(seen)), 0)

    assert result == "cancelled"
    assert "a future" not in seen
