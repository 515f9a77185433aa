"""What passes between a server and an application: seen, and left as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager, nullcontext
from typing import Any

from pluribus.conformance.history import described
from pluribus.conformance.line import Condition

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Exchange:
    """One connection as the application has it."""

    def __init__(self) -> None:
        self.tries = 0
        """How often the application tried to send."""
        self.condition = Condition.SOUND
        """What has been done to it at the client's end."""
        self.tried: list[str] = []
        """What it tried to send while that was not sound."""
        self.raised = 0
        """How many of these sends raised."""
        self.refusals: list[str] = []
        self.lacks: list[str] = []
        self.heard = 0
        """How many messages of the client the application has taken."""
        self.is_listening = False
        """Whether it waits for the next."""
        self.is_asked = False
        """Whether the subject does, where the kit's own endpoint hands it the socket."""
        self.loss: type[Exception] | None = None
        """What the subject's own sockets raise when a connection is lost; None for Starlette's."""
        self.closing: tuple[int, str] | None = None
        """With which code and reason the application closes it, also where that has to wait."""
        self.call_back: Callable[[], Awaitable[object]] | None = None
        """What is called from inside of the next send."""
        self.websocket: object = None
        """What the kit's own endpoint hands on."""
        self.error: BaseException | None = None
        """What the application ended with."""
        self.is_gone = asyncio.Event()
        """Set once the application has been told that the client has left."""
        self.has_ended = asyncio.Event()
        """Set once the application has returned."""
        self._changed = asyncio.Condition()
        self._send: Send | None = None

    @contextmanager
    def trying(self, message: Message) -> Iterator[None]:
        """Note what is about to be sent, and what is raised instead."""
        is_sending = message["type"] == "websocket.send"
        is_sound = self.condition is Condition.SOUND
        self.tries += is_sending
        if is_sending and not is_sound:
            self.tried.append(str(message.get("text") or message.get("bytes")))
        try:
            yield
        except Exception as error:
            self.raised += is_sending and not is_sound
            self.refusals.append(described(error))
            raise

    async def changes(self) -> None:
        """Tell whoever waits to look again."""
        async with self._changed:
            self._changed.notify_all()

    async def until(self, holds: Callable[[], bool], timeout_s: float) -> bool:
        """Wait until something holds of this line; False when it does not in time."""
        try:
            async with asyncio.timeout(timeout_s), self._changed:
                await self._changed.wait_for(holds)
        except TimeoutError:
            return False
        return True

    async def write(self, text: str) -> None:
        """Send to the client, past the subject."""
        assert self._send is not None
        await self._send({"type": "websocket.send", "text": text})

    async def run(
        self, application: Application, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Run an application, and look on."""
        self._send = send

        async def heard() -> Message:
            self.is_listening = True
            await self.changes()
            try:
                message = await receive()
            finally:
                self.is_listening = False
            if message["type"] == "websocket.receive":
                self.heard += 1
            elif message["type"] == "websocket.disconnect":
                self.is_gone.set()
            await self.changes()
            return message

        async def said(message: Message) -> None:
            if message["type"] == "websocket.close" and self.closing is None:
                self.closing = (message.get("code") or 1000, message.get("reason") or "")
                await self.changes()
            # What is handed on counts by itself, as it may refuse before it gets here.
            counting = self.trying(message) if self.websocket is None else nullcontext()
            with counting:
                await send(message)
                if message["type"] == "websocket.send" and self.call_back is not None:
                    call, self.call_back = self.call_back, None
                    await call()

        try:
            await application(scope, heard, said)
        except BaseException as error:
            self.error = error
            raise
        finally:
            self.has_ended.set()
            await self.changes()


class Switchboard:
    """An application around another, which knows each connection by the port of its client."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._lines: dict[int, Exchange] = {}

    def expect(self, port: int, line: Exchange) -> None:
        """A client is about to connect from `port`."""
        self._lines[port] = line

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand everything on; of sockets that are expected, look on."""
        line = self._lines.get((scope.get("client") or ("", 0))[1])
        if scope["type"] != "websocket" or line is None:
            await self._application(scope, receive, send)
            return
        scope[LINE] = line
        await line.run(self._application, scope, receive, send)


LINE = "pluribus.line"
"""Under this key of the scope the kit's own endpoint finds its line."""
