"""Notices calls that block a thread: what sleeps in C, while the loop could do something else."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, thread_time
from types import FrameType, TracebackType
from typing import Any, Final

BLOCKS_S: Final = 0.008
"""Longer than a thread waits for its turn at Python's own lock."""
_FRESH_S: Final = 0.001
"""How old what is known of the waiting for a processor may be."""
_SCHEDULING: Final = Path("/proc/thread-self/schedstat")


def is_measurable() -> bool:
    """Whether the system tells how long a thread has waited for a processor. Without that, who
    computes on a busy machine cannot be told from who sleeps."""
    try:
        return len(_SCHEDULING.read_bytes().split()) == 3
    except OSError:
        return False


class BlockingCalls:
    """While it is entered, notes which places of a project call what puts this thread to sleep."""

    def __init__(self, is_project: Callable[[str], bool]) -> None:
        self._is_project = is_project
        self._began: list[tuple[float, float, float]] = []
        self._before: Any = None
        self._file = -1
        self._queued_s = 0.0
        self._read_s = 0.0
        self.found: set[str] = set()
        """What is called where."""

    def __enter__(self) -> BlockingCalls:
        """Begin to look."""
        self._file = os.open(_SCHEDULING, os.O_RDONLY)
        self._before = sys.getprofile()
        sys.setprofile(self._event)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Look no longer."""
        sys.setprofile(self._before)
        os.close(self._file)

    def _event(self, frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call":
            if monotonic() - self._read_s > _FRESH_S:
                self._queued_s, self._read_s = self._queued(), monotonic()
            self._began.append((monotonic(), thread_time(), self._queued_s))
        elif event in ("c_return", "c_exception") and self._began:
            began_s, cpu_s, queued_s = self._began.pop()
            took_s = monotonic() - began_s
            if took_s < BLOCKS_S:
                return
            slept_s = took_s - (thread_time() - cpu_s) - (self._queued() - queued_s)
            if slept_s >= BLOCKS_S:
                self._note(frame, called)

    def _queued(self) -> float:
        """How long this thread has waited for a processor, since it began."""
        return int(os.pread(self._file, 100, 0).split()[1]) / 1e9

    def _note(self, frame: FrameType | None, called: Any) -> None:
        name = getattr(called, "__qualname__", repr(called))
        module = getattr(called, "__module__", None)
        while frame is not None:
            within = str(frame.f_globals.get("__name__", ""))
            if self._is_project(within):
                place = f"{frame.f_code.co_qualname}, {Path(frame.f_code.co_filename).name}"
                what = f"`{module}.{name}`" if module else f"`{name}`"
                self.found.add(f"{what} in {place}:{frame.f_lineno}")
                return
            if within.partition(".")[0] == "asyncio":
                return  # the loop's own waiting
            frame = frame.f_back
