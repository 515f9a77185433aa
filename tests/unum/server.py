"""A real server on loopback, and clients that speak to it."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, WebSocketRoute
from websockets.asyncio.client import ClientConnection, connect

from pluribus_unum import SUBPROTOCOL, Credentials, Hub, Identity
from pluribus_unum.auth.base import TOKEN_PROTOCOL, unauthenticated

IMPLEMENTATIONS = ("websockets-sansio", "wsproto", "websockets")


class ByName:
    """Takes whoever says a name for who they say they are."""

    async def identify(self, credentials: Credentials) -> Identity:
        """Say who it is."""
        token = credentials.token or credentials.cookies.get("session")
        if not token or not token.startswith("user:"):
            raise unauthenticated("no such user")
        return Identity(user_id=token.removeprefix("user:"))


@asynccontextmanager
async def served(
    hub: Hub, implementation: Any = IMPLEMENTATIONS[0], routes: Sequence[BaseRoute] = ()
) -> AsyncIterator[str]:
    """Serve a hub, and other routes beside it; gives the address."""
    application = Starlette(
        routes=[WebSocketRoute("/ws", hub.endpoint), *routes], lifespan=hub.lifespan
    )
    config = uvicorn.Config(application, port=0, log_level="critical", ws=implementation)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"ws://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/ws"
    finally:
        server.should_exit = True
        await task


def subprotocols(token: str) -> list[Any]:
    """What a browser asks for."""
    encoded = base64.urlsafe_b64encode(token.encode()).decode().rstrip("=")
    return [SUBPROTOCOL, f"{TOKEN_PROTOCOL}{encoded}"]


class Tab:
    """One connection of one client."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self._lines: list[str] = []

    async def say(self, message: Mapping[str, Any]) -> None:
        """Send a message."""
        await self.socket.send(json.dumps(message))

    async def hear(self, number: int = 1) -> list[dict[str, Any]]:
        """The next so many messages."""
        while len(self._lines) < number:
            frame = await asyncio.wait_for(self.socket.recv(), 5)
            assert isinstance(frame, str)
            self._lines += frame.split("\n")
        taken, self._lines = self._lines[:number], self._lines[number:]
        return [json.loads(each) for each in taken]


@asynccontextmanager
async def tab(
    address: str, user: str = "ann", resume: Mapping[str, Any] | None = None
) -> AsyncIterator[Tab]:
    """A client that has said hello; what it is welcomed with is still to be heard."""
    async with connect(address, subprotocols=subprotocols(f"user:{user}")) as socket:
        made = Tab(socket)
        await made.say({"type": "hello", **({"resume": resume} if resume else {})})
        yield made
