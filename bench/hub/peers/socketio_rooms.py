"""python-socketio, each user by the name of their socket."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

import socketio
from starlette.applications import Starlette
from starlette.routing import Mount

from bench.hub.peers.base import EVENT, Peer, serve_asgi, user_of


class _SocketIo:
    def __init__(self) -> None:
        self._server: Any = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins="*")
        self._names: dict[int, str] = {}
        self._server.on("connect", self._connect)

    async def serve(self, listener: socket.socket) -> None:
        inner = socketio.ASGIApp(self._server, socketio_path="socket.io")
        await serve_asgi(Starlette(routes=[Mount("/", inner)]), listener)

    def connected(self) -> int:
        return len(self._names)

    async def send(self, users: Sequence[int], values: Sequence[dict[str, Any]]) -> None:
        for user, held in zip(users, values, strict=True):
            await self._server.emit(EVENT, held, to=self._names[user])

    async def _connect(self, name: str, environ: dict[str, Any]) -> None:
        self._names[user_of(environ["QUERY_STRING"])] = name


def make() -> Peer:
    """A server that is not running yet."""
    return _SocketIo()
