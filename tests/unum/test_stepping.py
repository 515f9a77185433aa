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
                case "inner task":
                    inner = asyncio.Task(asyncio.sleep(3600))
                    seen.append(inner)
                    await inner
                case "gather":
                    inner = asyncio.Task(asyncio.sleep(3600))
                    seen.append(inner)
                    await asyncio.gather(inner)
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


def _told(seen: list[Any]) -> list[Any]:
    """What can be compared: of a task, whether it goes on."""
    return [each.done() if isinstance(each, asyncio.Task) else each for each in seen[1:]]


def _wrapping(loop: asyncio.AbstractEventLoop, coro: Any, **how: Any) -> asyncio.Task[Any]:
    """A factory as tracers of tasks have: it runs what it is given inside of its own coroutine."""

    async def traced() -> Any:
        return await coro

    return asyncio.Task(traced(), loop=loop, **how)


async def _both(script: list[str], orders: list[str], *, is_wrapped: bool) -> None:
    wrong: list[dict[str, Any]] = []
    if is_wrapped:
        asyncio.get_running_loop().set_task_factory(_wrapping)
    asyncio.get_running_loop().set_exception_handler(lambda _, what: wrong.append(what))
    woken = Woken()
    task: asyncio.Task[None] | None = None
    by_step: list[Any] = [lambda: task]
    by_task: list[Any] = [lambda: woken.task]
    _WHO.set("the connection")
    turn = Turn(asyncio.get_running_loop())
    stepped = Stepped(turn)
    task = stepped.start(_play(script, news, by_step), name="stepped")
    woken.task = asyncio.create_task(_play(script, woken.news, by_task))
    _WHO.set("who sends")
    if is_wrapped:
        # Cancelled before, it would never come to run what it wraps, of whatever kind.
        await _settle()
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
            case "cancel in the turn":
                # Each has gone on with the news, and the task of none has been told of it.
                stepped.wake()
                woken.wake()
                await asyncio.sleep(0)
                task.cancel()
                woken.task.cancel()
            case "wake and cancel":
                stepped.wake()
                woken.wake()
                task.cancel()
                woken.task.cancel()
        await _settle()
        assert _told(by_step) == _told(by_task)
        assert task.done() == woken.task.done()
    both = (task, woken.task)
    while not all(each.done() for each in both):
        for each in both:
            each.cancel()
        await _settle()
        assert _told(by_step) == _told(by_task)
    raised = [None if each.cancelled() else type(each.exception()) for each in both]
    assert raised[0] == raised[1]
    assert not wrong


_ACTIONS = (
    "news",
    "sleep",
    "limit",
    "over",
    "inner task",
    "gather",
    "anyio",
    "cancel",
    "stubborn",
    "raise",
)


@settings(max_examples=300, deadline=None)
@given(
    script=st.lists(st.sampled_from(_ACTIONS), max_size=8),
    orders=st.lists(
        st.sampled_from(
            ("turn", "wake", "twice", "cancel", "wake and cancel", "cancel in the turn")
        ),
        max_size=8,
    ),
    is_wrapped=st.booleans(),
)
@example(script=["news", "cancel"], orders=["wake"], is_wrapped=False)
@example(script=["news", "cancel", "sleep"], orders=["wake"], is_wrapped=False)
@example(script=["news", "cancel", "raise"], orders=["wake"], is_wrapped=False)
@example(script=["news", "cancel", "gather"], orders=["wake"], is_wrapped=False)
@example(script=["news", "inner task"], orders=["cancel in the turn"], is_wrapped=True)
def test_it_does_what_a_task_does(
    script: list[str], orders: list[str], *, is_wrapped: bool
) -> None:
    # Which of the two comes first where both come in one turn is no promise of anybody.
    if "over" in script:
        assume("cancel" not in script and "cancel in the turn" not in orders)
    asyncio.run(_both(script, orders, is_wrapped=is_wrapped))


def test_each_goes_on_at_the_same_turn_in_the_order_of_their_news() -> None:
    async def follow(name: str, seen: list[str]) -> None:
        while True:
            await news()
            seen.append(name)

    async def play() -> list[str]:
        seen: list[str] = []
        turn = Turn(asyncio.get_running_loop())
        all_ = {name: Stepped(turn) for name in "abc"}
        tasks = {each.start(follow(name, seen), name=name) for name, each in all_.items()}
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

        first_, second_ = Stepped(turn), Stepped(turn)
        tasks = {first_.start(first(), name="first"), second_.start(second(), name="second")}
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
        fails, other = Stepped(turn), Stepped(turn)
        failing = fails.start(follow(error, seen), name="fails")
        going = other.start(follow(None, seen), name="other")
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
        stepped = Stepped(Turn(asyncio.get_running_loop()))
        task = stepped.start(news(), name="x")
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
        stepped = Stepped(Turn(asyncio.get_running_loop()))
        stepped.start(follow(), name="x")
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
        stepped = Stepped(Turn(asyncio.get_running_loop()))
        ended = weakref.ref(stepped.start(follow(), name="x"))
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


def test_a_loop_that_takes_nothing_silences_nobody_for_longer() -> None:
    class Loop:
        """Refuses once, as a loop in debug mode does that is called from another thread."""

        def __init__(self) -> None:
            self.taken: list[Callable[[], None]] = []
            self.has_refused = False

        def call_soon(self, callback: Callable[[], None]) -> None:
            if not self.has_refused:
                self.has_refused = True
                raise RuntimeError
            self.taken.append(callback)

    loop: Any = Loop()
    turn = Turn(loop)
    with pytest.raises(RuntimeError):
        turn.add(Stepped(turn))

    turn.add(Stepped(turn))

    assert len(loop.taken) == 1
