"""`websockets.broadcast` with a text of each user's own, as all the others send."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

from websockets.asyncio.server import ServerConnection, broadcast, serve

from bench.hub.peers.base import Peer, text, user_of


class _Each:
    def __init__(self) -> None:
        self._there: dict[int, ServerConnection] = {}

    async def serve(self, listener: socket.socket) -> None:
        async with serve(self._keep, sock=listener, compression=None) as server:
            await server.serve_forever()

    def connected(self) -> int:
        return len(self._there)

    async def send(self, users: Sequence[int], values: Sequence[dict[str, Any]]) -> None:
        for user, held in zip(users, values, strict=True):
            broadcast([self._there[user]], text(held))

    async def _keep(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        user = user_of(connection.request.path)
        self._there[user] = connection
        try:
            await connection.wait_closed()
        finally:
            del self._there[user]


def make() -> Peer:
    """A server that is not running yet."""
    return _Each()
