"""A coroutine that is stepped does what it would do in a task that is woken by a future."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import weakref
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import anyio
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from pluribus_unum.stepping import Stepped, Turn, news

_WHO: contextvars.ContextVar[str] = contextvars.ContextVar("_WHO", default="nobody")


class Woken:
    """The plain way: a task, and a future for each wait."""

    def __init__(self) -> None:
        self._wake: asyncio.Future[None] | None = None
        self.task: asyncio.Task[None] | None = None

    async def news(self) -> None:
        self._wake = asyncio.get_running_loop().create_future()
        await self._wake

    def wake(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)


class Told(Exception):
    """What a coroutine raises when it is told to."""


async def _play(script: list[str], wait: Callable[[], Awaitable[None]], seen: list[Any]) -> None:
    """Do one thing after the other, and note what was found."""
    me = seen[0]
    for each in script:
        try:
            match each:
                case "news":
                    await wait()
                case "sleep":
                    await asyncio.sleep(0)
                case "limit":
                    async with asyncio.timeout(60):
                        await wait()
                case "over":
                    async with asyncio.timeout(0):
                        await asyncio.sleep(1)
                case "anyio":
                    await anyio.lowlevel.checkpoint()
                case "cancel":
                    task = asyncio.current_task()
                    assert task is not None
                    task.cancel()
                case "stubborn":
                    with suppress(asyncio.CancelledError):
                        await wait()
                case "raise":
                    raise Told
        except TimeoutError:
            seen.append("timeout")
        finally:
            seen.append((each, asyncio.current_task() is me(), _WHO.get()))


async def _settle() -> None:
    for _ in range(12):
        await asyncio.sleep(0)


async def _both(script: list[str], orders: list[str]) -> None:
    wrong: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: wrong.append(what))
    woken = Woken()
    task: asyncio.Task[None] | None = None
    by_step: list[Any] = [lambda: task]
    by_task: list[Any] = [lambda: woken.task]
    _WHO.set("the connection")
    turn = Turn(asyncio.get_running_loop())
    stepped = Stepped(_play(script, news, by_step), turn)
    task = stepped.start(name="stepped")
    woken.task = asyncio.create_task(_play(script, woken.news, by_task))
    _WHO.set("who sends")
    for order in orders:
        match order:
            case "wake":
                stepped.wake()
                woken.wake()
            case "twice":
                for _ in range(2):
                    stepped.wake()
                    woken.wake()
            case "cancel":
                task.cancel()
                woken.task.cancel()
            case "wake and cancel":
                stepped.wake()
                woken.wake()
                task.cancel()
                woken.task.cancel()
        await _settle()
        assert by_step[1:] == by_task[1:]
        assert task.done() == woken.task.done()
    both = (task, woken.task)
    while not all(each.done() for each in both):
        for each in both:
            each.cancel()
        await _settle()
        assert by_step[1:] == by_task[1:]
    raised = [None if each.cancelled() else type(each.exception()) for each in both]
    assert raised[0] == raised[1]
    assert not wrong


_ACTIONS = ("news", "sleep", "limit", "over", "anyio", "cancel", "stubborn", "raise")


@settings(max_examples=300, deadline=None)
@given(
    script=st.lists(st.sampled_from(_ACTIONS), max_size=8),
    orders=st.lists(
        st.sampled_from(("turn", "wake", "twice", "cancel", "wake and cancel")), max_size=8
    ),
)
@example(script=["news", "cancel"], orders=["wake"])
@example(script=["news", "cancel", "sleep"], orders=["wake"])
@example(script=["news", "cancel", "raise"], orders=["wake"])
def test_it_does_what_a_task_does(script: list[str], orders: list[str]) -> None:
    # Which of the two comes first where both come in one turn is no promise of anybody.
    assume(not {"cancel", "over"} <= set(script))
    asyncio.run(_both(script, orders))


def test_each_goes_on_at_the_same_turn_in_the_order_of_their_news() -> None:
    async def follow(name: str, seen: list[str]) -> None:
        while True:
            await news()
            seen.append(name)

    async def play() -> list[str]:
        seen: list[str] = []
        turn = Turn(asyncio.get_running_loop())
        all_ = {name: Stepped(follow(name, seen), turn) for name in "abc"}
        tasks = {each.start(name=name) for name, each in all_.items()}
        await _settle()
        for name in "cabac":
            all_[name].wake()
        assert not seen, "nothing is done for who brings the news"
        await asyncio.sleep(0)
        for each in tasks:
            each.cancel()
        await asyncio.wait(tasks)
        return seen

    assert asyncio.run(play()) == ["c", "a", "b"]


def test_what_comes_up_in_a_turn_has_the_next() -> None:
    async def play() -> list[str]:
        seen: list[str] = []
        turn = Turn(asyncio.get_running_loop())

        async def first() -> None:
            while True:
                await news()
                seen.append("first")
                second_.wake()

        async def second() -> None:
            while True:
                await news()
                seen.append("second")
                first_.wake()

        first_, second_ = Stepped(first(), turn), Stepped(second(), turn)
        tasks = {first_.start(name="first"), second_.start(name="second")}
        await _settle()
        first_.wake()
        for _ in range(4):
            await asyncio.sleep(0)
            seen.append("turn")
        for each in tasks:
            each.cancel()
        await asyncio.wait(tasks)
        return seen

    told = asyncio.run(play())
    assert told == ["first", "turn", "second", "turn", "first", "turn", "second", "turn"]


def test_one_that_fails_takes_nobody_with_it() -> None:
    async def follow(error: BaseException | None, seen: list[str]) -> None:
        await news()
        if error is not None:
            raise error
        seen.append("went on")

    async def play(error: BaseException) -> tuple[list[str], BaseException | None]:
        seen: list[str] = []
        turn = Turn(asyncio.get_running_loop())
        fails, other = Stepped(follow(error, seen), turn), Stepped(follow(None, seen), turn)
        failing, going = fails.start(name="fails"), other.start(name="other")
        await _settle()
        fails.wake()
        other.wake()
        await _settle()
        assert going.done()
        return seen, failing.exception()

    seen, raised = asyncio.run(play(Told()))
    assert seen == ["went on"]
    assert isinstance(raised, Told)


def test_what_has_returned_in_a_step_is_not_cancelled_any_more() -> None:
    async def play() -> asyncio.Task[None]:
        stepped = Stepped(news(), Turn(asyncio.get_running_loop()))
        task = stepped.start(name="x")
        await _settle()
        stepped.wake()
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        return task

    assert not asyncio.run(play()).cancelled()


@pytest.mark.parametrize("when", ["before it begins", "while it waits for news", "later"])
def test_a_loop_that_ends_says_nothing_of_it(
    when: str, recwarn: pytest.WarningsRecorder, caplog: pytest.LogCaptureFixture
) -> None:
    async def follow() -> None:
        while True:
            await news()
            await asyncio.sleep(3600)

    async def play() -> None:
        stepped = Stepped(follow(), Turn(asyncio.get_running_loop()))
        stepped.start(name="x")
        if when != "before it begins":
            await _settle()
        if when == "later":
            stepped.wake()
            await _settle()

    asyncio.run(play())
    assert not recwarn.list
    assert not caplog.records


@pytest.mark.parametrize("how", ["returns in a step", "returns later", "is cancelled"])
def test_what_has_ended_is_no_circle(how: str) -> None:
    async def follow() -> None:
        await news()
        if how == "returns later":
            await asyncio.sleep(0)

    async def play() -> None:
        stepped = Stepped(follow(), Turn(asyncio.get_running_loop()))
        ended = weakref.ref(stepped.start(name="x"))
        await _settle()
        found = ended()
        assert found is not None
        if how == "is cancelled":
            found.cancel()
        else:
            stepped.wake()
        del found
        await _settle()
        del stepped
        assert ended() is None

    gc.disable()
    try:
        asyncio.run(play())
    finally:
        gc.enable()
