"""For your own tests: a socket that remembers, and a clock that you turn."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec


class FakeClock:
    """Stands still until it is told otherwise."""

    def __init__(self, at: float = 0.0, wall: float = 1_700_000_000.0) -> None:
        self.at = at
        self._wall = wall

    def monotonic(self) -> float:
        """Seconds since it was made."""
        return self.at

    def wall(self) -> float:
        """Seconds since 1970."""
        return self._wall + self.at

    def advance(self, seconds: float) -> None:
        """Turn it on."""
        self.at += seconds


class FakeSocket:
    """The near end of a socket whose far end reads all, nothing, or is gone."""

    def __init__(self) -> None:
        self.frames: list[str] = []
        self.close_code: int | None = None
        self.is_gone = False
        """Whether sending fails."""
        self._reads = asyncio.Event()
        self._reads.set()

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What was sent, message by message."""
        return [msgspec.json.decode(line) for frame in self.frames for line in frame.split("\n")]

    @property
    def events(self) -> list[dict[str, Any]]:
        """What was sent of events."""
        return [each for each in self.messages if "v" in each]

    def stall(self) -> None:
        """Read nothing more: sending waits."""
        self._reads.clear()

    def resume(self) -> None:
        """Read on."""
        self._reads.set()

    async def send_text(self, data: str) -> None:
        """Send one frame."""
        await self._reads.wait()
        if self.is_gone or self.close_code is not None:
            raise ConnectionError("the other side is gone")
        self.frames.append(data)

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """End it."""
        if self.close_code is None:
            self.close_code = code


async def settle(turns: int = 20) -> None:
    """Let everything run that can."""
    for _ in range(turns):
        await asyncio.sleep(0)
