"""The near end of a WebSocket, of whatever framework."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Protocol

from pluribus_unum.errors import UnumError


class Socket(Protocol):
    """What is needed of one: Starlette's and FastAPI's `WebSocket` fit as they are."""

    def send_text(self, data: str) -> Awaitable[None]:
        """Send one frame; may wait until the other side reads."""

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """End the connection."""


class Receiving(Socket, Protocol):
    """One that is read from, too."""

    async def receive_text(self) -> str:
        """The next frame; raises when the connection has ended."""


def must_be_accepted(websocket: Socket) -> None:
    """Refuse a WebSocket of Starlette or FastAPI that is still to be accepted: whatever is sent
    to it fails, in a task that nobody waits for.

    Raises:
        UnumError: it is.
    """
    state = getattr(websocket, "application_state", None)
    if getattr(state, "name", None) == "CONNECTING":
        raise UnumError(
            "the WebSocket has not been accepted", hint="`await websocket.accept()` first"
        )
