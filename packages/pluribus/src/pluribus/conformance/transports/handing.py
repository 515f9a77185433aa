"""The endpoint that drives a manager alone: it accepts, and hands the framework's socket on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, NoReturn

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from pluribus.conformance.history import described
from pluribus.conformance.loss import loss_of
from pluribus.conformance.peer import PeerLacks
from pluribus.conformance.transports.exchange import LINE, Exchange, Message, Receive, Scope, Send


class HandedWebSocket(WebSocket):
    """Starlette's socket, accepted before it is handed on.

    A manager's own first `accept` is taken for that one. It offers besides what managers call on
    the sockets of `websockets` and aiohttp, as the kit's peer in memory does.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, line: Exchange) -> None:
        super().__init__(scope, receive, send)
        self._line = line
        self._heard: asyncio.Queue[Message] = asyncio.Queue()
        self._was_accepted = False
        self.client_state = self.application_state = WebSocketState.CONNECTED

    async def accept(
        self,
        subprotocol: str | None = None,
        headers: Iterable[tuple[bytes, bytes]] | None = None,
        **_: object,
    ) -> None:
        """Take the connection; once."""
        if self._was_accepted or self.application_state is not WebSocketState.CONNECTED:
            await self.send({"type": "websocket.accept"})
        self._was_accepted = True

    async def send(self, message: object) -> None:
        """Send an ASGI message as Starlette does, or text or bytes as `websockets` does."""
        match message:
            case str():
                asked: Message = {"type": "websocket.send", "text": message}
            case bytes() | bytearray() | memoryview():
                asked = {"type": "websocket.send", "bytes": bytes(message)}
            case dict():
                asked = message
            case _:
                self._refuse(TypeError(f"cannot send {type(message).__name__}"))
        try:
            with self._line.trying(asked):
                await super().send(asked)
        except (RuntimeError, OSError, WebSocketDisconnect):
            # Who sends as `websockets` does catches what that raises.
            if asked is message and self._line.loss is None:
                raise
            raise loss_of(self._line.loss)("send", self._line.raised) from None

    async def send_text(self, data: str) -> None:
        """Send text."""
        if not isinstance(data, str):
            self._refuse(TypeError(f"text must be str, not {type(data).__name__}"))
        await super().send_text(data)

    async def send_str(self, data: str, compress: object = None) -> None:
        """Send text, as aiohttp calls it."""
        await self.send_text(data)

    async def send_bytes(self, data: bytes, compress: object = None) -> None:
        """Send bytes."""
        if not isinstance(data, bytes | bytearray | memoryview):
            self._refuse(TypeError(f"data must be bytes, not {type(data).__name__}"))
        await super().send_bytes(bytes(data))

    async def send_json(
        self,
        data: Any,
        mode: Any = "text",
        *,
        dumps: Callable[[object], str] | None = None,
        **_: object,
    ) -> None:
        """Send what JSON can hold; with `dumps` as aiohttp calls it."""
        try:
            if dumps is None:
                await super().send_json(data, mode)
                return
            text = dumps(data)
        except (TypeError, ValueError) as error:
            self._refuse(error)
        await self.send_text(text)

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close it; that it was asked for counts, also where the connection is lost already."""
        if self._line.closing is None:
            self._line.closing = (code, reason or "")
        await super().close(code, reason)

    async def receive(self) -> Message:
        """Wait for the client."""
        self._line.is_asked = True
        try:
            return await self._heard.get()
        finally:
            self._line.is_asked = False

    async def receive_str(self) -> str:
        """The same, as aiohttp calls it."""
        return await self.receive_text()

    async def recv(self) -> str:
        """The same, as `websockets` calls it."""
        return await self.receive_text()

    async def __aiter__(self) -> AsyncIterator[str]:
        async for text in self.iter_text():
            yield text

    @property
    def id(self) -> str:
        """The name of the client's end."""
        return f"{self.client.host}:{self.client.port}" if self.client else ""

    @property
    def remote_address(self) -> tuple[str, int]:
        """Where the client is, as `websockets` says it."""
        return (self.client.host, self.client.port) if self.client else ("", 0)

    @property
    def path(self) -> str:
        """What the client asked for."""
        return str(self.scope["path"])

    @property
    def closed(self) -> bool:
        """Whether either side has closed it."""
        return not self.open

    @property
    def open(self) -> bool:
        """Whether neither side has closed it."""
        connected = WebSocketState.CONNECTED
        return self.client_state is connected and self.application_state is connected

    async def listen(self) -> None:
        """Read what the client says, as an endpoint does, until it has gone."""
        while self.client_state is WebSocketState.CONNECTED:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                self.client_state = WebSocketState.DISCONNECTED
            self._heard.put_nowait(message)

    def __getattr__(self, name: str) -> NoReturn:
        if not name.startswith("_"):
            self._line.lacks.append(name)
        raise PeerLacks(f"the socket lacks `{name}`")

    def _refuse(self, error: Exception) -> NoReturn:
        self._line.refusals.append(described(error))
        raise error


async def hand_on(scope: Scope, receive: Receive, send: Send) -> None:
    """The kit's own endpoint: accept, hand the socket on, and listen as long as it is there."""
    if scope["type"] != "websocket":
        return
    line = scope[LINE]
    assert isinstance(line, Exchange)
    await receive()
    await send({"type": "websocket.accept"})
    websocket = HandedWebSocket(scope, receive, send, line)
    line.websocket = websocket
    await line.changes()
    await websocket.listen()
