"""Notices a call that blocks the loop, which no timeout of asyncio can."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from time import monotonic

from pluribus.conformance.history import Call
from pluribus.conformance.idle import WATCHDOG
from pluribus.conformance.judge import Run, hanging
from pluribus.conformance.waiting import stack_of

_LOOKS_S = 0.05


class Patience:
    """How long the call that a thread is in has taken."""

    def __init__(self, timeout_s: float, watched: int) -> None:
        self._watched = watched
        self._timeout_s = timeout_s
        self._current: tuple[Call, float] | None = None

    def entered(self, call: Call) -> None:
        """A call begins."""
        self._current = (call, monotonic())

    def left(self) -> None:
        """It is over."""
        self._current = None

    def overdue(self) -> Run | None:
        """What there is to say when it takes too long; None while it does not."""
        # Later than the timeout of a call that awaits, which says more.
        patience_s = 1.5 * self._timeout_s + 1
        current = self._current
        if current is None or monotonic() - current[1] <= patience_s:
            return None
        call, _ = current
        frames = sys._current_frames()  # noqa: SLF001  # documented, and the only way
        return hanging(call.name, self._timeout_s, stack_of(frames.get(self._watched)))


class Watchdog(threading.Thread):
    """Watches the thread that made it. When a call there takes too long, it reports what that
    thread is doing and ends the process: a blocked thread cannot be freed."""

    def __init__(self, timeout_s: float, report: Callable[[Run], None]) -> None:
        super().__init__(daemon=True, name=WATCHDOG)
        self._patience = Patience(timeout_s, threading.get_ident())
        self._report = report
        self.entered = self._patience.entered
        self.left = self._patience.left

    def run(self) -> None:
        """Look at the clock until the process ends."""
        pause = threading.Event()
        while True:
            pause.wait(_LOOKS_S)
            run = self._patience.overdue()
            if run is not None:
                self._report(run)
                os._exit(0)
