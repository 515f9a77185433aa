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


class Watchdog(threading.Thread):
    """Watches the thread that made it. When a call there takes too long, it reports what that
    thread is doing and ends the process: a blocked thread cannot be freed."""

    def __init__(self, timeout_s: float, report: Callable[[Run], None]) -> None:
        super().__init__(daemon=True, name=WATCHDOG)
        self._watched = threading.get_ident()
        self._timeout_s = timeout_s
        self._report = report
        self._current: tuple[Call, float] | None = None

    def entered(self, call: Call) -> None:
        """A call begins."""
        self._current = (call, monotonic())

    def left(self) -> None:
        """It is over."""
        self._current = None

    def run(self) -> None:
        """Look at the clock until the process ends."""
        pause = threading.Event()
        # Later than the timeout of a call that awaits, which says more.
        patience_s = 1.5 * self._timeout_s + 1
        while True:
            pause.wait(_LOOKS_S)
            current = self._current
            if current is not None and monotonic() - current[1] > patience_s:
                call, _ = current
                frames = sys._current_frames()  # noqa: SLF001  # documented, and the only way
                chain = stack_of(frames.get(self._watched))
                self._report(hanging(call.name, self._timeout_s, chain))
                os._exit(0)
