"""Notices a loop that stands still."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from time import monotonic

from pluribus.conformance.waiting import stack_of

_LOOKS_S = 0.1


class LoopWatch(threading.Thread):
    """Notices that the thread that made it no longer turns its loop, and says where it stands."""

    def __init__(
        self,
        turns: Callable[[], int],
        patience_s: float,
        report: Callable[[tuple[str, ...]], None],
    ) -> None:
        super().__init__(daemon=True, name="loop-watch")
        self._watched = threading.get_ident()
        self._turns = turns
        self._patience_s = patience_s
        self._report = report
        self._is_over = threading.Event()

    def stop(self) -> None:
        """The loop has ended."""
        self._is_over.set()

    def run(self) -> None:
        """Look at the loop until it ends."""
        turns, since = self._turns(), monotonic()
        while not self._is_over.wait(_LOOKS_S):
            if self._turns() != turns:
                turns, since = self._turns(), monotonic()
            elif monotonic() - since > self._patience_s:
                frames = sys._current_frames()  # noqa: SLF001  # documented, and the only way
                self._report(stack_of(frames.get(self._watched)))
                return
