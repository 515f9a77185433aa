"""Notices calls that block a thread: what waits in C, while the processor does something else."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic, thread_time
from types import FrameType, TracebackType
from typing import Any, Final

BLOCKS_S: Final = 0.005
"""What takes less is not told from what any machine does now and then."""
_BUSY: Final = 0.5
"""What computes for that share of its time does not wait."""


class BlockingCalls:
    """While it is entered, notes which places of a project call what blocks this thread."""

    def __init__(self, is_project: Callable[[str], bool]) -> None:
        self._is_project = is_project
        self._began: list[tuple[float, float]] = []
        self._thread = threading.get_ident()
        self._before: Any = None
        self.found: dict[str, float] = {}
        """What is called where, to the seconds that it took at most."""

    def __enter__(self) -> BlockingCalls:
        """Begin to look."""
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

    def _event(self, frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call":
            self._began.append((monotonic(), thread_time()))
        elif event in ("c_return", "c_exception") and self._began:
            began_s, cpu_s = self._began.pop()
            took_s = monotonic() - began_s
            if took_s >= BLOCKS_S and thread_time() - cpu_s < took_s * _BUSY:
                self._note(frame, called, took_s)

    def _note(self, frame: FrameType | None, called: Any, took_s: float) -> None:
        name = getattr(called, "__qualname__", repr(called))
        module = getattr(called, "__module__", None)
        while frame is not None:
            within = str(frame.f_globals.get("__name__", ""))
            if self._is_project(within):
                place = f"{frame.f_code.co_qualname}, {Path(frame.f_code.co_filename).name}"
                what = f"`{module}.{name}`" if module else f"`{name}`"
                key = f"{what} in {place}:{frame.f_lineno}"
                self.found[key] = max(took_s, self.found.get(key, 0.0))
                return
            if within.partition(".")[0] == "asyncio":
                return  # the loop's own waiting
            frame = frame.f_back
