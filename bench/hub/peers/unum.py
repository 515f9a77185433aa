"""unum, with the memory broker."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

from bench.hub.peers.base import EVENT, Peer, serve_asgi, user_of
from pluribus_unum import Credentials, Hub, Identity, Limits


class _ByNumber:
    async def identify(self, credentials: Credentials) -> Identity:
        return Identity(user_id=str(user_of("user=" + credentials.query["user"])))


class Unum:
    """Sends to each user their own event."""

    def __init__(self) -> None:
        self.hub = Hub(auth=_ByNumber(), limits=Limits())
        self._managers: dict[int, Any] = {}

    async def serve(self, listener: socket.socket) -> None:
        application = Starlette(
            routes=[WebSocketRoute("/ws", self.hub.endpoint)], lifespan=self.hub.lifespan
        )
        await serve_asgi(application, listener)

    def connected(self) -> int:
        return sum(each.session.is_open for each in self.hub.connected)

    async def send(self, users: Sequence[int], values: Sequence[dict[str, Any]]) -> None:
        for user, held in zip(users, values, strict=True):
            manager = self._managers.get(user)
            if manager is None:
                manager = self._managers[user] = self.hub.manager(Identity(user_id=str(user)))
            await manager.emit_agent_event(EVENT, held)


def make() -> Peer:
    """A server that is not running yet."""
    return Unum()
