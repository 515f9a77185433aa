"""Time that passes when nothing else happens."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, Final, TypeVar, TypeVarTuple, Unpack

from pluribus.conformance.waiting import await_chain

_Result = TypeVar("_Result")
_Arguments = TypeVarTuple("_Arguments")

_PATIENCE_S: Final = 1.0
"""How long something from outside of the loop, such as a thread, is waited for."""
_LOOKS_S: Final = 0.01


class Stuck(Exception):
    """Nothing is ready, no timer is set, and nothing has come from outside."""


class _Selector(selectors.DefaultSelector):
    """Lets the time of a wait pass at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0
        self.is_awaited: Callable[[], bool] = lambda: False

    def select(self, timeout: float | None = None) -> Any:
        """Look what is ready; `timeout` passes by the clock, and is not waited for."""
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if self.is_awaited():
            return super().select(_LOOKS_S)
        if timeout is None:
            ready = super().select(_PATIENCE_S)
            if not ready:
                raise Stuck
            return ready
        self.now_s += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    """The loop of asyncio by that clock; while a thread of it works, the clock stands still.

    That is why it is not the `ScheduledLoop` of the kit, whose timers go off while a thread works:
    a subject may wait for both, and must not hang for it. Here no timeout depends on how fast the
    machine is.
    """

    def __init__(self) -> None:
        self.clock = _Selector()
        super().__init__(self.clock)
        self._in_threads = 0
        self.clock.is_awaited = lambda: self._in_threads > 0

    def time(self) -> float:
        """Seconds since it was made."""
        return self.clock.now_s

    def run_in_executor(
        self,
        executor: Executor | None,
        func: Callable[[Unpack[_Arguments]], _Result],
        *args: *_Arguments,
    ) -> asyncio.Future[_Result]:
        """Run something in a thread."""
        future = super().run_in_executor(executor, func, *args)
        self._in_threads += 1
        future.add_done_callback(self._came_back)
        return future

    def _came_back(self, _: object) -> None:
        self._in_threads -= 1


class Clock:
    """Runs a test by a clock that does not keep it waiting: an hour of `asyncio.sleep` takes no
    time, and timers go off in their order.

    It is for what waits by asyncio. A thread that asyncio started is waited for while the clock
    stands still; `time.sleep` and real sockets take the time that they take.
    """

    def __init__(self) -> None:
        self._now_s = 0.0

    @property
    def now_s(self) -> float:
        """Seconds that have passed in all that was run by it."""
        return self._now_s

    def run(self, scene: Coroutine[Any, Any, _Result]) -> _Result:
        """Run a coroutine to its end, on a loop of its own, as `asyncio.run` does.

        Raises:
            Stuck: it waits for what can never happen; the text says where.
            RuntimeError: a loop is running already.
        """
        loop = _Loop()
        loop.clock.now_s = self._now_s
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                try:
                    return runner.run(scene)
                except Stuck:
                    chain = " > ".join(await_chain(scene)) or "unknown"
                    raise Stuck(
                        f"nothing is left that could happen; it waits at {chain}"
                    ) from None
        finally:
            self._now_s = loop.clock.now_s
