"""The ASGI application that browsers connect to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any, Protocol

from pluribus_unum.asgi import AsgiSocket, Ended
from pluribus_unum.auth.admission import Admitting, admitted
from pluribus_unum.auth.base import Identity
from pluribus_unum.auth.handshake import Handshake, must_be_origins
from pluribus_unum.connection import Connection
from pluribus_unum.core.stream import Position
from pluribus_unum.core.wire import SUBPROTOCOL, Auth, CloseCode, Hello, Message
from pluribus_unum.current import serving
from pluribus_unum.errors import BrokerDown, Refused, UnumError
from pluribus_unum.identity import UserContext
from pluribus_unum.inbound import Inbox
from pluribus_unum.manager import Manager
from pluribus_unum.node import Node

_MOST_UNHANDLED = 16
"""Messages of one connection that have been read and wait for the one that is being handled."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Serving(Node, Admitting, Protocol):
    """A node that lets clients in."""

    inbox: Inbox

    def manager(self, context: UserContext) -> Manager:
        """The manager of the user of a context."""


class Endpoint:
    """Lets those in who say who they are, and serves each until they go."""

    def __init__(self, hub: Serving) -> None:
        must_be_origins(hub.origins)
        self._hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "websocket":
            raise UnumError(
                f"this is for WebSockets, and was asked for `{scope['type']}`",
                hint='mount it as `WebSocketRoute("/ws", hub.endpoint)`',
            )
        socket = AsgiSocket(scope, receive, send, most_bytes=self._hub.limits.message_bytes)
        await socket.connected()
        try:
            identity = await admitted(self._hub, scope)
        except Refused as refused:
            await socket.refuse(refused)
            return
        with serving(self._hub):
            await self._serve(socket, self._hub.manager(identity), identity)

    async def _serve(self, socket: AsgiSocket, manager: Manager, identity: Identity) -> None:
        speaks = SUBPROTOCOL in socket.subprotocols
        await socket.accept(SUBPROTOCOL if speaks else None)
        try:
            connection = await self._hub.connect(
                manager.key, socket, batches=speaks, is_waiting=speaks, bearer=identity
            )
        except Refused as refused:
            await socket.close(refused.code, refused.message)
            return
        except BrokerDown:
            await socket.close(CloseCode.OVER_CAPACITY, "the events cannot be reached")
            return
        connection.session.must_speak = speaks
        serving_ = _Serving(self._hub, socket, manager, identity, connection)
        try:
            await serving_.until_the_end(is_waiting=speaks)
        finally:
            await connection.close()


class _Serving:
    """One connection, read from until it ends."""

    def __init__(
        self,
        hub: Serving,
        socket: AsgiSocket,
        manager: Manager,
        identity: Identity,
        connection: Connection,
    ) -> None:
        self._hub = hub
        self._socket = socket
        self._manager = manager
        self._identity = identity
        self._connection = connection
        self._session = connection.session
        self._unhandled: asyncio.Queue[Message] | None = None
        """Made for the first message: most clients only listen, and there are many of them."""
        self._handler: asyncio.Task[None] | None = None

    async def until_the_end(self, *, is_waiting: bool) -> None:
        """Read until the client goes, or nothing more is written to it."""
        # Its time is over when the connection is. A task of its own would do the same, and there
        # is a reader for every connection.
        loop, reading = asyncio.get_running_loop(), asyncio.timeout(None)

        def stop() -> None:
            with suppress(RuntimeError):  # it has stopped by itself
                reading.reschedule(loop.time())

        try:
            async with reading:
                self._connection.when_over(stop)
                await self._read(is_waiting=is_waiting)
        except TimeoutError:
            if not reading.expired():
                raise
        finally:
            await self._end_handling()

    async def _end_handling(self) -> None:
        handler = self._handler
        if handler is not None:
            handler.cancel()
            await asyncio.wait({handler})
            if not handler.cancelled():
                handler.result()

    async def _read(self, *, is_waiting: bool) -> None:
        session = self._session
        if is_waiting:
            await self._greet()
        with suppress(Ended):
            while session.closing is None:
                text = await self._socket.receive_text()
                said = session.receive(text, self._hub.clock.monotonic())
                match said:
                    case Auth(token=token):
                        await self._renew(token)
                    case Message():
                        await self._keep(said)
                    case _:
                        pass
                self._connection.wake()
        if self._unhandled is not None:
            # Who says something and goes has said it.
            await self._unhandled.join()

    async def _keep(self, message: Message) -> None:
        """Keep a message until its turn; where too many are kept, nothing more is read."""
        unhandled = self._unhandled
        if unhandled is None:
            unhandled = self._unhandled = asyncio.Queue(_MOST_UNHANDLED)
            # Apart, because a handler may take as long as a run: meanwhile the client says that it
            # is there, and renews its token.
            self._handler = asyncio.ensure_future(self._handle(unhandled))
            self._handler.add_done_callback(self._has_ended)
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._hub.limits.heartbeat_s):
                    await unhandled.put(message)
                return
            # Who is not listened to cannot be called silent.
            self._session.heard = self._hub.clock.monotonic()

    async def _handle(self, unhandled: asyncio.Queue[Message]) -> None:
        while True:
            message = await unhandled.get()
            await self._hub.inbox.handle(self._manager.key, self._manager, self._session, message)
            unhandled.task_done()
            self._connection.wake()

    def _has_ended(self, handler: asyncio.Task[None]) -> None:
        if not handler.cancelled():
            self._connection.let_go(CloseCode.FAILED, "messages cannot be handled")

    async def _greet(self) -> None:
        """Wait for hello; whoever says something else, or nothing, starts from now."""
        session = self._session
        said: object = None
        try:
            async with asyncio.timeout(self._hub.limits.hello_s):
                text = await self._socket.receive_text()
            said = session.receive(text, self._hub.clock.monotonic())
        except (TimeoutError, Ended):
            session.close(CloseCode.PROTOCOL, "no hello")
        if session.closing is None:
            match said:
                case Hello(resume=resume, threads=threads):
                    since = None if resume is None else Position(resume.epoch, resume.seq)
                    # A set, because each event is asked whether it is of one of them.
                    session.welcome(since, None if threads is None else frozenset(threads))
                case _:
                    session.close(CloseCode.PROTOCOL, "the first word is hello")
        self._connection.wake()

    async def _renew(self, token: str) -> None:
        """Go on under a new token of the same user."""
        if self._hub.auth is None:
            return
        try:
            found = await Handshake.by_token(token).identify(self._hub.auth)
        except Refused as refused:
            is_token = refused.status == 401
            code = CloseCode.UNAUTHENTICATED if is_token else refused.code
            self._session.close(
                code, "the new token is not valid" if is_token else refused.message
            )
            return
        except BrokerDown:
            self._session.close(CloseCode.OVER_CAPACITY, "nobody can be let in now")
            return
        if found.user_id != self._identity.user_id:
            self._session.close(CloseCode.FORBIDDEN, "the new token is another user's")
            return
        try:
            self._hub.must_be_good(found)
        except Refused as refused:
            self._session.close(refused.code, refused.message)
            return
        self._identity = self._connection.bearer = found
        self._session.renewed(found.expires_at)
