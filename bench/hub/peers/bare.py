"""An ASGI application that only sends: the least that any takes on this server."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

from bench.hub.peers.base import Peer, serve_asgi, text, user_of


class _Bare:
    def __init__(self) -> None:
        self._there: dict[int, Any] = {}

    async def serve(self, listener: socket.socket) -> None:
        await serve_asgi(self, listener)

    def connected(self) -> int:
        return len(self._there)

    async def send(self, users: Sequence[int], values: Sequence[dict[str, Any]]) -> None:
        for user, held in zip(users, values, strict=True):
            await self._there[user]({"type": "websocket.send", "text": text(held)})

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for _ in range(2):
                step = (await receive())["type"]
                await send({"type": f"{step}.complete"})
            return
        await receive()
        await send({"type": "websocket.accept"})
        user = user_of(scope["query_string"])
        self._there[user] = send
        while (await receive())["type"] != "websocket.disconnect":
            pass
        del self._there[user]


def make() -> Peer:
    """A server that is not running yet."""
    return _Bare()
