"""Coroutines that mostly wait for news: their tasks sleep, and all that have news are stepped by
one callback of the loop.

To wake a task takes a future, a callback and a turn of the loop, and thousands of callbacks at
once are thousands of objects more that the garbage collector looks through. A step does without:
it runs the coroutine in the name of its task, in its context, as far as it goes without waiting,
which nearly always is to the next wait for news. Where it waits for something else, as for a
socket that does not read, its task wakes and goes on with it.
"""

from __future__ import annotations

import asyncio
import contextvars
from asyncio.tasks import _enter_task, _leave_task
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any, Final, Self, cast

_NEWS: Final = object()
"""What a coroutine yields that waits for news; all else that it yields is for its task."""


@coroutine
def news() -> Generator[object, None, None]:
    """Wait for news; in coroutines that are `Stepped`."""
    yield _NEWS


class Turn:
    """Those that are stepped together, in the next turn of one loop."""

    __slots__ = ("_due", "_is_planned", "_loop")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._due: deque[Stepped] = deque()
        self._is_planned = False

    def add(self, stepped: Stepped) -> None:
        """Step this one too."""
        if not self._is_planned:
            self._loop.call_soon(self._take)
            self._is_planned = True
        self._due.append(stepped)

    def _take(self) -> None:
        due = self._due
        try:
            # Those that come up meanwhile have the next turn.
            for _ in range(len(due)):
                due.popleft().step()
        finally:
            self._is_planned = bool(due)
            if due:
                self._loop.call_soon(self._take)


class Stepped(Coroutine[Any, Any, None]):
    """A coroutine that is stepped. Its task runs this object, which hands on to the coroutine all
    that the task does, and sleeps where the coroutine waits for news."""

    __slots__ = (
        "_context",
        "_coroutine",
        "_ended",
        "_is_due",
        "_pending",
        "_task",
        "_turn",
        "_wake",
    )

    def __init__(self, turn: Turn) -> None:
        self._coroutine: Coroutine[Any, Any, None] | None = None
        self._turn = turn
        self._context = contextvars.copy_context()
        self._wake: asyncio.Future[None] | None = None
        """What the task sleeps on while the coroutine waits for news."""
        self._pending: object = None
        """What the coroutine came to wait for in a step."""
        self._ended: BaseException | None = None
        """How the coroutine ended, if it did so in a step."""
        self._is_due = False
        self._task: asyncio.Task[None] | None = None
        """None when it has ended, so that no cycle is left for the garbage collector: a task holds
        what it runs."""

    def start(self, coroutine: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
        """Begin in the next turn of the loop that is running: gives the task."""
        self._coroutine = coroutine
        loop = asyncio.get_running_loop()
        try:
            task: asyncio.Task[None] = loop.create_task(self, name=name, context=self._context)
        except BaseException:
            coroutine.close()
            raise
        if not task.done():  # as it may be where tasks are eager
            self._task = task
        return task

    def wake(self) -> None:
        """There is news: go on in the next turn, if it is news that is waited for."""
        if self._wake is not None and not self._is_due:
            self._turn.add(self)
            self._is_due = True

    def step(self) -> None:
        """Go on as far as it goes without waiting."""
        self._is_due = False
        wake, task, coroutine = self._wake, self._task, self._coroutine
        if wake is None or task is None or coroutine is None or wake.done():
            return  # it was cancelled, or its task is about to go on with it
        loop = wake.get_loop()
        # Whoever asks for the current task, as time limits do, is told the one that goes on with
        # the coroutine should it have to wait.
        _enter_task(loop, task)
        try:
            pending = self._context.run(coroutine.send, None)
        except BaseException as ended:  # noqa: BLE001 - its task raises it, as if it had run this
            self._ended, pending = ended, None
        finally:
            _leave_task(loop, task)
        if pending is not _NEWS:
            self._pending = pending
            # It may have cancelled its own task, and so what that sleeps on.
            if not wake.done():
                wake.set_result(None)

    # What its task asks for, as of any coroutine

    def send(self, value: Any) -> Any:
        """Begin, or go on after what was waited for."""
        assert self._coroutine is not None, "it has been started"
        wake, self._wake = self._wake, None
        if wake is None:
            return self._handed_on(self._coroutine.send, value)
        if self._ended is not None:
            raise self._end(self._ended)
        pending, self._pending = self._pending, None
        return pending

    def throw(self, typ: Any, val: Any = None, tb: Any = None, /) -> Any:
        """Go on with an exception, as where the task is cancelled."""
        assert self._coroutine is not None, "it has been started"
        thrown = typ if val is None else val
        wake, self._wake = self._wake, None
        pending, self._pending = self._pending, None
        if self._ended is None:
            if isinstance(thrown, asyncio.CancelledError) and _is_cancelled(pending):
                return pending  # whose end is what the coroutine hears of, as in any task
            return self._handed_on(self._coroutine.throw, thrown)
        if isinstance(self._ended, StopIteration) and wake is not None and wake.cancelled():
            raise self._end(thrown)  # it cancelled its own task, and returned
        raise self._end(self._ended)

    def close(self) -> None:
        """End it where it waits."""
        if self._coroutine is not None:
            self._coroutine.close()

    # As a task asks that runs it inside of a coroutine of its own, as those do that trace tasks.

    def __await__(self) -> Generator[Any, Any, None]:
        return cast("Generator[Any, Any, None]", self)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        return self.send(None)

    def _handed_on(self, go_on: Callable[[Any], object], value: Any) -> object:
        try:
            pending = go_on(value)
        except BaseException:
            self._task = None
            raise
        if pending is not _NEWS:
            return pending
        self._wake = asyncio.get_running_loop().create_future()
        return next(iter(self._wake))

    def _end(self, ended: BaseException) -> BaseException:
        self._ended = self._task = None
        return ended


def _is_cancelled(pending: Any) -> bool:
    """Cancel what is waited for; false where it is nothing that can be."""
    cancel = getattr(pending, "cancel", None)
    return cancel is not None and bool(cancel())
