"""What is asked of a server that is measured."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Protocol

import uvicorn

EVENT = "agent_thinking"


class Peer(Protocol):
    """Serves on a socket, and sends one event to each user when told to."""

    async def serve(self, listener: socket.socket) -> None:
        """Serve until cancelled."""

    def connected(self) -> int:
        """How many users are there, ready to be sent to."""

    async def send(self, users: Sequence[int], values: Sequence[dict[str, Any]]) -> None:
        """Send each of these users the value of the same place, all with one number."""


def value(number: int, sent: float, size: int) -> dict[str, Any]:
    """An event: its number, the time it was sent at, and filling."""
    return {"n": number, "t": sent, "text": "x" * size}


def text(held: dict[str, Any]) -> str:
    """As those write it who have no format of their own."""
    return json.dumps({"type": EVENT, "payload": held}, separators=(",", ":"))


def user_of(query: bytes | str) -> int:
    """Which user a handshake names: `user=7`."""
    found = query.decode() if isinstance(query, bytes) else query
    return int(found.partition("user=")[2].partition("&")[0])


async def serve_asgi(application: Any, listener: socket.socket) -> None:
    """Serve an application as all are served: uvicorn, without compression, pings as usual."""
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            log_level="critical",
            lifespan="on",
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            loop="none",
        )
    )
    with suppress(asyncio.CancelledError):
        await server.serve(sockets=[listener])
