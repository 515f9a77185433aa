"""`websockets.broadcast`: one text to all, as fast as it goes in Python."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

from websockets.asyncio.server import ServerConnection, broadcast, serve

from bench.hub.peers.base import Peer, text


class _Raw:
    def __init__(self) -> None:
        self._there: set[ServerConnection] = set()

    async def serve(self, listener: socket.socket) -> None:
        async with serve(self._keep, sock=listener, compression=None) as server:
            await server.serve_forever()

    def connected(self) -> int:
        return len(self._there)

    async def send(self, users: Sequence[int], values: Sequence[dict[str, Any]]) -> None:
        broadcast(self._there, text(values[0]))

    async def _keep(self, connection: ServerConnection) -> None:
        self._there.add(connection)
        try:
            await connection.wait_closed()
        finally:
            self._there.discard(connection)


def make() -> Peer:
    """A server that is not running yet."""
    return _Raw()
