"""An event loop with a clock of its own, which keeps every promise of asyncio."""

from __future__ import annotations

import asyncio
import contextlib
import selectors
import threading
from asyncio import events
from collections.abc import Callable
from concurrent.futures import Executor
from contextvars import Context
from heapq import heappush
from time import monotonic
from typing import Any, TypeVar, TypeVarTuple, Unpack

from pluribus.conformance.schedules.decisions import Decisions

_FILE_S = 0.05
_THREAD_S = 0.002
"""How long what may be idle, a socket of the subject or a thread, is given to say something."""
_LAST_TURNS = 20
_BUSY = 2000
"""More turns than anything takes that comes to an end; from then on each takes this long:"""
_TURN_S = 0.01
_START_S = 1000.0
"""The clock of a machine that has just been started is no reason to take time for unset."""


Arguments = TypeVarTuple("Arguments")
R = TypeVar("R")


class Stuck(Exception):
    """The loop will not come to an end."""


class Deadlocked(Stuck):
    """Nothing is ready, no timer is set, and nothing outside could change that."""


class Overdue(Stuck):
    """It goes on for longer than anything there may take."""


class _Selector(selectors.DefaultSelector):
    """Waits by moving the clock, unless something outside of the loop may happen meanwhile."""

    def __init__(self, *, is_real: bool, limit_s: float, patience_s: float) -> None:
        super().__init__()
        self._patience_s = patience_s
        self.now_s = _START_S
        self.end_s = _START_S + limit_s
        self.turns = 0
        self._busy = 0
        """Turns since there was last nothing to do."""
        self.has_jobs: Callable[[], bool] = lambda: False
        self.is_overdue: Callable[[float], bool] = lambda now_s: False
        self._is_real = is_real

    def select(self, timeout: float | None = None) -> Any:
        """Look what is ready; `timeout` passes by the loop's clock."""
        self.turns += 1
        if self.now_s > self.end_s or self.is_overdue(self.now_s):
            raise Overdue
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            self._busy += 1
            if self._busy > _BUSY:
                # Who looks over and over for something is never done; time passes all the same.
                self.now_s += _TURN_S
            return ready
        self._busy = 0
        outside_s = self._outside_s()
        if timeout is None and not outside_s:
            raise Deadlocked
        if timeout is None or self._is_real:
            return self._waited(timeout)
        began = monotonic()
        if outside_s:
            ready = super().select(min(timeout, outside_s))
        self.now_s += monotonic() - began if ready else timeout
        return ready

    def _waited(self, timeout: float | None) -> Any:
        """Wait for real, if need be in several turns of the loop."""
        longest_s = self._patience_s if timeout is None else min(timeout, self._patience_s)
        began = monotonic()
        ready = super().select(longest_s)
        if not ready and timeout is None:
            raise Deadlocked
        # Timers that were set for one moment stay so, whatever computing has cost meanwhile.
        self.now_s += monotonic() - began if ready else longest_s
        return ready

    def _outside_s(self) -> float:
        """How long something outside of the loop is given to happen before the clock moves on."""
        if self.has_jobs():
            return self._patience_s
        # One file is the loop's own, by which threads wake it.
        if len(self.get_map()) > 1:
            return _FILE_S
        return _THREAD_S if any(map(_is_the_subjects, threading.enumerate())) else 0.0


class _Timer(events.TimerHandle):
    """A timer that keeps its place among others that are due at the same moment."""

    __slots__ = ("place",)
    place: float

    def __lt__(self, other: object) -> bool:
        if isinstance(other, _Timer):
            return (self.when(), self.place) < (other.when(), other.place)
        return NotImplemented


class ScheduledLoop(asyncio.SelectorEventLoop):
    """Runs what is ready first come, first served, as asyncio promises. What it does not promise
    is decided: which of two timers goes first that different tasks set for one moment.

    Waiting takes no time, but for what happens outside of the loop: in threads, on real sockets.
    With `is_real`, it takes as long as it says. What is outside and was asked for something is
    waited for as long as `patience_s`.
    """

    def __init__(
        self,
        decisions: Decisions,
        *,
        is_real: bool = False,
        limit_s: float = float("inf"),
        patience_s: float = 5.0,
        is_overdue: Callable[[float], bool] = lambda now_s: False,
    ) -> None:
        self._clock = _Selector(is_real=is_real, limit_s=limit_s, patience_s=patience_s)
        super().__init__(self._clock)
        self._clock.is_overdue = is_overdue
        self._decisions = decisions
        self._places = 0.0
        self._timers: dict[float, list[tuple[object, _Timer]]] = {}
        self._outside = 0
        self._clock.has_jobs = self._has_jobs

    @property
    def turns(self) -> int:
        """How often it has looked for something to do."""
        return self._clock.turns

    def time(self) -> float:
        """Seconds by its own clock."""
        return self._clock.now_s

    def call_at(
        self,
        when: float,
        callback: Callable[[Unpack[Arguments]], object],
        *args: *Arguments,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Set a timer; among several for one moment its place is decided."""
        timer = _Timer(when, callback, args, self, context)
        owner = asyncio.current_task(self)
        self._places += 1
        timer.place = self._places
        self._timers = {at: each for at, each in self._timers.items() if at >= self.time()}
        others = self._timers.setdefault(when, [])
        own = max((each.place for other, each in others if other is owner), default=0.0)
        rivals = [
            each.place
            for other, each in others
            if other is not owner and each.place > own and not each.cancelled()
        ]
        if rivals and self._decisions.choose(2, lambda _: "a later timer goes first"):
            first = min(rivals)
            before = max((each.place for _, each in others if each.place < first), default=0.0)
            timer.place = (before + first) / 2
        others.append((owner, timer))
        heappush(self._scheduled, timer)  # type: ignore[attr-defined]  # as the base does
        # So that one which is cancelled is counted.
        timer._scheduled = True  # type: ignore[attr-defined]  # noqa: SLF001
        return timer

    def run_in_executor(
        self,
        executor: Executor | None,
        func: Callable[[Unpack[Arguments]], R],
        *args: *Arguments,
    ) -> asyncio.Future[R]:
        """Run something in a thread; the clock stands still until it is done."""
        future = super().run_in_executor(executor, func, *args)
        self._outside += 1
        future.add_done_callback(lambda _: self._came_back())
        return future

    def end(self) -> None:
        """Cancel what is left, let it go as far as it goes, and close."""
        self._clock.end_s = float("inf")
        self._clock.is_overdue = lambda now_s: False
        left = asyncio.all_tasks(self)
        for task in left:
            task.cancel()
        with contextlib.suppress(Stuck, RuntimeError):
            self.run_until_complete(self._some_turns())
        for task in left:
            # What does not let itself be cancelled was told of, or is no part of the verdict.
            task._log_destroy_pending = False  # type: ignore[attr-defined]  # noqa: SLF001
        self.close()

    async def _some_turns(self) -> None:
        for _ in range(_LAST_TURNS):
            await asyncio.sleep(0)

    def _came_back(self) -> None:
        self._outside -= 1

    def _has_jobs(self) -> bool:
        return self._outside > 0


def _is_the_subjects(thread: threading.Thread) -> bool:
    """Whether it may wake the loop: any but the main one and those of this program."""
    kind = type(thread).__module__
    return thread is not threading.main_thread() and not kind.startswith("pluribus.")
