"""Sockets that take their time: what a network may do at any moment, and a test never does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from pluribus.conformance.history import History
from pluribus.conformance.peer import Peer
from pluribus.conformance.schedules.decisions import Decisions

_TURN: Final = 0.0
LATENCIES_S: Final = (None, _TURN, 0.010, 0.025)
"""What a send may take: nothing, one turn of the loop, or longer than all that is ready."""
_WORDS: Final = ("no time", "one turn of the loop", "10 ms", "25 ms")

Latency = Callable[[str], int]
"""What is done on which socket, in words, to the latency it has."""


QUICK: Final = (0, 1, 2, 3)
SLOW: Final = (2, 0, 1, 3)
"""Which latency is the first option, the one that changes nothing, and which are the others."""


def decided(decisions: Decisions, order: tuple[int, ...] = QUICK) -> Latency:
    """Every latency is a decision."""
    return lambda what: order[
        decisions.choose(len(order), lambda option: f"{what} takes {_WORDS[order[option]]}")
    ]


def one_turn(what: str) -> int:
    """Whoever sends waits for one turn of the loop."""
    return 1


async def passes(option: int) -> None:
    """Let a latency pass."""
    seconds = LATENCIES_S[option]
    if seconds is not None:
        await asyncio.sleep(seconds)


class SlowPeer(Peer):
    """A peer whose operations take time after they were done.

    What is sent has been written by then: two sends are never read in another order than that in
    which they were called, because no socket does that.
    """

    def __init__(
        self,
        name: str,
        history: History,
        latency: Latency,
        *,
        loss: type[Exception] | None = None,
    ) -> None:
        super().__init__(name, history, loss=loss)
        self._latency = latency
        self.is_stalled = False
        """Whether what is written is never read, so that no send returns."""

    async def accept(
        self, subprotocol: str | None = None, headers: object = None, **more: object
    ) -> None:
        """Take the connection."""
        await super().accept(subprotocol, headers, **more)
        await self._drain("accept")

    async def send_json(self, data: object, mode: object = "text", **more: Any) -> None:
        """Send what JSON can hold."""
        await super().send_json(data, mode, **more)
        await self._drain("send_json")

    async def send_text(self, data: str) -> None:
        """Send text."""
        await super().send_text(data)
        await self._drain("send_text")

    async def send_str(self, data: str, compress: object = None) -> None:
        """Send text."""
        await super().send_str(data, compress)
        await self._drain("send_str")

    async def send_bytes(self, data: bytes, compress: object = None) -> None:
        """Send bytes."""
        await super().send_bytes(data, compress)
        await self._drain("send_bytes")

    async def send(self, message: object) -> None:
        """Send text, bytes, or an ASGI message."""
        await super().send(message)
        await self._drain("send")

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close it."""
        await super().close(code, reason)
        await self._drain("close")

    async def _drain(self, method: str) -> None:
        if self.is_stalled:
            await asyncio.get_running_loop().create_future()
        await passes(self._latency(f"`{method}` of {self.id}"))
