"""Something that is done every now and then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Ticker:
    """Calls a function again and again, in the loop that it was started in."""

    __slots__ = ("_call", "_every_s", "_handle")

    def __init__(self, call: Callable[[], None], every_s: float) -> None:
        self._call = call
        self._every_s = every_s
        self._handle: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin; once begun, it goes on as one."""
        self.stop()
        self._handle = asyncio.get_running_loop().call_later(self._every_s, self._tick)

    def stop(self) -> None:
        """End."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _tick(self) -> None:
        self.start()
        self._call()
