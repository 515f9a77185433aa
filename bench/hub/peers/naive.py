"""The manager of FastAPI's tutorial, with users: a dictionary, and a send each."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, WebSocket, WebSocketDisconnect

from bench.hub.peers.base import Peer, serve_asgi, text


class _Naive:
    def __init__(self) -> None:
        self._active: dict[int, WebSocket] = {}

    async def serve(self, listener: socket.socket) -> None:
        application = FastAPI()
        application.add_api_websocket_route("/ws", self._endpoint)
        await serve_asgi(application, listener)

    def connected(self) -> int:
        return len(self._active)

    async def send(self, users: Sequence[int], values: Sequence[dict[str, Any]]) -> None:
        for user, held in zip(users, values, strict=True):
            await self._active[user].send_text(text(held))

    async def _endpoint(self, websocket: WebSocket, user: int) -> None:
        await websocket.accept()
        self._active[user] = websocket
        try:
            while True:
                await websocket.receive_text()
        except WebSocketDisconnect:
            del self._active[user]


def make() -> Peer:
    """A server that is not running yet."""
    return _Naive()
