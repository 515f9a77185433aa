"""Sees which code of the subject runs, and which exceptions it keeps to itself.

By `sys.settrace`, of calls and exceptions alone, and only in the process that drives: nothing of
the subject is changed, and what is not the subject's is asked about once a function.
Why: docs/decisions/0014-the-code-that-runs-is-watched.md.
"""

from __future__ import annotations

import asyncio
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, Final, Self

from pluribus.conformance.history import Call, described
from pluribus.conformance.waiting import place_of

_CONTROL: Final = (StopIteration, StopAsyncIteration, GeneratorExit, asyncio.CancelledError)
_LOOKUPS: Final = (LookupError, AttributeError)
_MOST: Final = 5
"""Exceptions are shown, the first that were seen."""
_LONGEST: Final = 160


class Tracer:
    """Entered once, around one run."""

    def __init__(self, is_own: Callable[[str], bool]) -> None:
        self._is_own = is_own
        self._known: dict[types.CodeType, bool] = {}
        self._seen: dict[str, None] = {}
        self._raised: set[str] = set()
        self._is_operating = False
        self._before: Callable[..., Any] | None = None
        self.entered: set[types.CodeType] = set()
        """The code of the subject that ran since the first operation, those of factories apart."""

    def __enter__(self) -> Self:
        self._before = sys.gettrace()
        sys.settrace(self._call)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)

    def know(self, codes: set[types.CodeType]) -> None:
        """See these, too, whosoever they are."""
        self._known.update(dict.fromkeys(codes, True))

    def operates(self, call: Call) -> None:
        """A recorded call begins."""
        if call.role not in ("factory", "dispose"):
            self._is_operating = True

    def ended(self, call: Call) -> None:
        """It is over: what it raised was not swallowed."""
        error: BaseException | None = call.error
        for _ in range(_MOST):
            if error is None:
                return
            self._raised.add(self._told(error, error.__traceback__))
            error = error.__cause__ or error.__context__

    def swallowed(self) -> tuple[str, ...]:
        """Exceptions that were raised in the subject and came out of no call, as text with the
        place; the first few. A lookup that fails and is handled on the spot is an idiom, and not
        among them."""
        kept = [each for each in self._seen if each not in self._raised]
        more = len(kept) - _MOST
        return (*kept[:_MOST], *([f"and {more} more"] if more > 0 else ()))

    def _call(self, frame: types.FrameType, event: str, _: object) -> Any:
        code = frame.f_code
        is_known = self._known.get(code)
        if is_known is None:
            is_known = self._is_own(str(frame.f_globals.get("__name__", "")))
            self._known[code] = is_known
        if not is_known:
            return None
        if self._is_operating:
            self.entered.add(code)
        frame.f_trace_lines = False
        return self._inside

    def _inside(self, frame: types.FrameType, event: str, arg: Any) -> Any:
        if event == "exception":
            _, error, trace = arg
            if isinstance(error, BaseException) and not isinstance(error, _CONTROL):
                is_here = trace is not None and trace.tb_next is None
                if not (is_here and isinstance(error, _LOOKUPS)):
                    self._seen.setdefault(self._told(error, trace))
        return self._inside

    def _told(self, error: BaseException, trace: types.TracebackType | None) -> str:
        """The same text wherever on its way the exception is met."""
        places = [each for each in _frames(trace) if self._known.get(each.tb_frame.f_code)]
        text = described(error)[:_LONGEST]
        if not places:
            return text
        last = places[-1]
        return f"{text} at {place_of(last.tb_frame, last.tb_lineno)}"


def _frames(trace: types.TracebackType | None) -> Iterator[types.TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next
