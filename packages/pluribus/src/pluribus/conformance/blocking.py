"""Measures for how long a call keeps its thread from everything else."""

from __future__ import annotations

import inspect
import sys
import threading
import types
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any, Final

from pluribus.conformance.adapter import BoundFactory
from pluribus.conformance.waiting import stack_of

BLOCKS_S: Final = 0.05
"""As long may a thread wait for what is neither a processor nor the loop."""
COMPUTES_S: Final = 0.25
"""As long may it compute."""
_SAMPLES_S: Final = 0.01
_SCHEDULED: Final = Path("/proc/thread-self/schedstat")


@dataclass
class Blocking:
    """The longest that a call kept the loop from its next turn."""

    waited_s: float = 0.0
    computed_s: float = 0.0
    stack: tuple[str, ...] = ()
    """Where it stood for most of that time, if it was sampled."""

    @property
    def excess(self) -> float:
        """How many times what is allowed; more than 1 is too much."""
        return max(self.waited_s / BLOCKS_S, self.computed_s / COMPUTES_S)


@contextmanager
def blocking(
    factory: BoundFactory, *, is_sampled: bool
) -> Iterator[tuple[BoundFactory, Blocking]]:
    """The same factory, and what comes of its calls."""
    found = Blocking()
    target = factory.target
    assert callable(target)

    def watched(*positional: object, **named: object) -> object:
        with _turn(found):
            result = target(*positional, **named)
        return _Turns(result, found) if inspect.isawaitable(result) else result

    with _sampled(found) if is_sampled else _unsampled():
        yield replace(factory, target=watched), found


class _Turns:
    """What an awaitable does, each turn of the loop measured."""

    def __init__(self, inner: Any, found: Blocking) -> None:
        self._inner = inner
        self._found = found

    def __await__(self) -> Generator[Any, Any, Any]:
        steps = self._inner.__await__()
        step: Callable[[], Any] = lambda: next(steps)  # noqa: E731  # it is another at each turn
        while True:
            try:
                with _turn(self._found):
                    awaited = step()
            except StopIteration as done:
                return done.value
            try:
                sent = yield awaited
            except BaseException as error:  # noqa: BLE001  # it is thrown on, whatever it is
                step = _throwing(steps, error)
            else:
                step = _sending(steps, sent)


def _throwing(steps: Any, error: BaseException) -> Callable[[], Any]:
    return lambda: steps.throw(error)


def _sending(steps: Any, sent: object) -> Callable[[], Any]:
    return lambda: next(steps) if sent is None else steps.send(sent)


@contextmanager
def _turn(found: Blocking) -> Iterator[None]:
    wall, computed, queued = perf_counter(), thread_time(), _queued_s()
    try:
        yield
    finally:
        computed = thread_time() - computed
        waited = perf_counter() - wall - computed - (_queued_s() - queued)
        found.computed_s = max(found.computed_s, computed)
        found.waited_s = max(found.waited_s, waited)


def _queued_s() -> float:
    """How long this thread has waited for a processor, as far as the system tells."""
    try:
        _, queued_ns, _ = _SCHEDULED.read_text().split()
    except (OSError, ValueError):
        return 0.0
    return int(queued_ns) / 1e9


@contextmanager
def _sampled(found: Blocking) -> Iterator[None]:
    """Look now and then where this thread stands."""
    watched, done = threading.get_ident(), threading.Event()
    seen: dict[tuple[str, ...], int] = {}

    def look() -> None:
        while not done.wait(_SAMPLES_S):
            frames: dict[int, types.FrameType] = sys._current_frames()  # noqa: SLF001  # documented
            stack = stack_of(frames.get(watched))
            if stack:
                seen[stack] = seen.get(stack, 0) + 1

    sampler = threading.Thread(target=look, daemon=True, name="sampler")
    sampler.start()
    try:
        yield
    finally:
        done.set()
        sampler.join()
        found.stack = max(seen, key=lambda each: seen[each], default=())


@contextmanager
def _unsampled() -> Iterator[None]:
    yield
