"""`websockets.broadcast`: one text to all, as fast as it goes in Python."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

from websockets.asyncio.server import ServerConnection, broadcast, serve

from bench.hub.peers.base import Peer, text, user_of


class Raw:
    """A server of `websockets`, which sends one text to all."""

    def __init__(self) -> None:
        self.there: dict[int, ServerConnection] = {}

    async def serve(self, listener: socket.socket) -> None:
        async with serve(self._keep, sock=listener, compression=None) as server:
            await server.serve_forever()

    def connected(self) -> int:
        return len(self.there)

    async def send(self, users: Sequence[int], values: Sequence[dict[str, Any]]) -> None:
        broadcast(self.there.values(), text(values[0]))

    async def _keep(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        user = user_of(connection.request.path)
        self.there[user] = connection
        try:
            await connection.wait_closed()
        finally:
            del self.there[user]


def make() -> Peer:
    """A server that is not running yet."""
    return Raw()
