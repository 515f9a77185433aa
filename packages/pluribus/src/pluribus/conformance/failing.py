"""Makes one call of the subject's code fail at its very beginning."""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Callable, Iterable
from typing import Any, Final, Self

from pluribus.conformance.subject import belongs_to
from pluribus.conformance.waiting import place_of

_RESUMED: Final = inspect.CO_COROUTINE | inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR
_CLEANS_UP: Final = frozenset(
    {"__exit__", "__aexit__", "__del__", "release", "unlock", "close", "aclose", "rollback"}
)
"""What puts things right after a failure is not made to fail: nothing could be right then."""


class Fault(RuntimeError, ConnectionError):
    """What the failing call raises; it is caught by whoever expects either."""


class FailingCall:
    """While it is entered, the `at`-th call in this thread into some packages fails with `Fault`;
    none does with 0, and calls are counted."""

    def __init__(self, at: int, packages: Iterable[str]) -> None:
        self.at = at
        self.count = 0
        self.place = ""
        """What was made to fail; empty when nothing was."""
        self.receivers: list[object] = []
        """The first argument of each call: an object under construction is among them."""
        self._is_own = belongs_to(packages)
        self._started: set[types.FrameType] = set()
        self._before: Callable[..., Any] | None = None

    def __enter__(self) -> Self:
        self._before = sys.gettrace()
        sys.settrace(self._trace)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)
        self._started.clear()

    def _trace(self, frame: types.FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event != "call" or not self._is_own(str(frame.f_globals.get("__name__", ""))):
            return
        if code.co_name.startswith("<") and code.co_name != "<lambda>":
            return
        if code.co_name in _CLEANS_UP or frame in self._started:
            return
        if code.co_flags & _RESUMED:
            self._started.add(frame)
        self.count += 1
        if code.co_argcount:
            self.receivers.append(frame.f_locals.get(code.co_varnames[0]))
        if self.count == self.at:
            self.place = place_of(frame)
            raise Fault("the kit made this call fail")
