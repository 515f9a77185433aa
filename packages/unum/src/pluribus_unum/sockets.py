"""The near end of a WebSocket, of whatever framework."""

from __future__ import annotations

from typing import Protocol


class Socket(Protocol):
    """What is needed of one: Starlette's and FastAPI's `WebSocket` fit as they are."""

    async def send_text(self, data: str) -> None:
        """Send one frame; may wait until the other side reads."""

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """End the connection."""


class Receiving(Socket, Protocol):
    """One that is read from, too."""

    async def receive_text(self) -> str:
        """The next frame; raises when the connection has ended."""
