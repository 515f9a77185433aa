"""One node: its users, their connections, and the broker behind them."""

from __future__ import annotations

import asyncio
import random
import secrets
import threading
from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any
from weakref import WeakValueDictionary

from pluribus_unum.across import AcrossNodes
from pluribus_unum.auth.base import Authenticator
from pluribus_unum.auth.rates import Handshakes
from pluribus_unum.brokers.base import Broker, Published
from pluribus_unum.brokers.memory import MemoryBroker
from pluribus_unum.clock import Clock, SystemClock
from pluribus_unum.connected import Connected
from pluribus_unum.connection import Connection
from pluribus_unum.core.session import Session
from pluribus_unum.core.stream import Position
from pluribus_unum.core.tally import Tally
from pluribus_unum.core.wire import CloseCode, Envelope
from pluribus_unum.draining import drained_on_sigterm
from pluribus_unum.endpoint import Endpoint
from pluribus_unum.errors import BrokerDown, HubClosed, Refused, UnumError
from pluribus_unum.events import encoded
from pluribus_unum.identity import Bearer, IsolationKey, UserContext, key_of, user_of
from pluribus_unum.inbound import Handler, Inbox, must_be_type
from pluribus_unum.limits import Limits
from pluribus_unum.manager import Manager
from pluribus_unum.node import Tracing
from pluribus_unum.runs import Runs
from pluribus_unum.sockets import Socket
from pluribus_unum.stepping import Turn
from pluribus_unum.ticker import Ticker
from pluribus_unum.watchdog import Watchdog

_TICK_S = 0.5
_GOODBYE_S = 0.5


class Hub(AcrossNodes):
    """Gives every user a manager of their own, and brings their events to their sockets.

    Make one for the application, hand its `lifespan` and its `endpoint` to the framework, and ask
    it for managers. Everything it holds is held by it: there is no state in any module.
    """

    def __init__(
        self,
        *,
        broker: Broker | None = None,
        auth: Authenticator | None = None,
        limits: Limits | None = None,
        origins: Collection[str] | None = None,
        key: IsolationKey = user_of,
        clock: Clock | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        """Make a hub that is not running yet.

        Args:
            broker: Where streams are kept; in this process by default.
            auth: Says who connects. Without it `endpoint` lets nobody in.
            limits: How much there may be of everything.
            origins: Of which pages a browser may connect, as `https://shop.example`; by default
                those of the host that is connected to.
            key: What separates one stream from another; the user by default.
            clock: For tests.
            tracing: Spans around what is sent, as `tracing.OpenTelemetry()`.
        """
        self.limits = limits or Limits()
        self.clock = clock or SystemClock()
        self.broker: Broker = broker or MemoryBroker(self.limits, self.clock)
        self.auth = auth
        self.origins = origins
        self.inbox = Inbox(self.limits, self.clock)
        self.endpoint = Endpoint(self)
        self.is_draining = False
        self.tally = Tally()
        """What has happened since."""
        self.tracing = tracing
        self.runs = Runs(self.broker, self.clock)
        self.watchdog = Watchdog(self, self.broker)
        self.handshakes = Handshakes(self.limits, self.clock.monotonic)
        self.connected = Connected(self.limits)
        """Every connection of this node."""
        self._key = key
        self._managers: WeakValueDictionary[tuple[str, str], Manager] = WeakValueDictionary()
        self._making = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turn: Turn
        self._ticker = Ticker(self._tick, _TICK_S)
        self._aside: set[asyncio.Task[None]] = set()
        self._is_over = False

    # Its life

    @asynccontextmanager
    async def lifespan(self, app: object = None) -> AsyncIterator[dict[str, Any]]:
        """Run while the application runs, as Starlette and FastAPI ask for it. SIGTERM drains,
        for as long as the limits say, before it ends the server."""
        await self.start()
        try:
            with drained_on_sigterm(lambda: self.drain(self.limits.drain_s)):
                yield {"hub": self}
        finally:
            await self.stop()

    async def start(self) -> None:
        """Begin to work in the loop that is running, also after an end; once begun, it goes on.

        Raises:
            BrokerDown: the broker cannot be reached.
            HubClosed: it works in another loop.
        """
        loop = asyncio.get_running_loop()
        if self._loop is loop:
            return
        if self._loop is not None and self._loop.is_running():
            raise HubClosed("the hub runs in another event loop", hint="make one for each")
        self._loop, self.is_draining, self._is_over = loop, False, False
        self._turn = Turn(loop)
        try:
            await self.broker.start(self._whispered, self.end_revoked)
        except BaseException:
            self._loop = None
            raise
        self._ticker.start()

    async def stop(self) -> None:
        """End every connection, each to come back elsewhere, and let go of the broker."""
        self.is_draining = True
        self._ticker.stop()
        await self._interrupt()
        for each in self.connected:
            await each.close(CloseCode.DRAIN, "the server stops")
        if aside := set(self._aside):
            await asyncio.wait(aside, timeout=_TICK_S)
            for task in aside:
                task.cancel()
        await self.broker.stop()
        self._loop = None
        self._is_over = True

    async def drain(self, within_s: float = 8.0) -> None:
        """Ask every client to come back within so many seconds, and let go of them by and by."""
        self.is_draining = True
        waiting = list(self.connected)
        for each in waiting:
            each.session.drain(within_s)
            each.wake()
        random.shuffle(waiting)  # not all of a user, and not all at once
        pause_s = within_s / max(1, len(waiting))
        for each in waiting:
            if each.is_alive:
                await asyncio.sleep(pause_s)
                await each.close(CloseCode.DRAIN, "the server stops")

    # Users

    def manager(self, context: UserContext) -> Manager:
        """The manager of the user of a context: the same object while anybody holds it.

        Raises:
            NoUser: the context has no user.
        """
        user = user_of(context)
        key = key_of(self._key, context)
        # Frameworks call plain functions in threads, and two may ask for one user at once.
        with self._making:
            found = self._managers.get((key, user))
            if found is None:
                found = self._managers[key, user] = Manager(self, key, user)
        return found

    async def connect(
        self,
        key: str,
        websocket: Socket,
        *,
        connection_id: str | None = None,
        resume: Position | None = None,
        threads: Collection[str] | None = None,
        batches: bool = False,
        is_waiting: bool = False,
        bearer: Bearer | None = None,
    ) -> Connection:
        """Let a socket follow the stream of a key; with `is_waiting`, from `welcome` on.

        Raises:
            Refused: there are too many connections, the hub is about to stop, or the token of
                `bearer` has been revoked.
            BrokerDown: the stream cannot be reached.
        """
        await self._running()
        there = (each.id for each in self.connected.of(key) if each.socket is websocket)
        name = connection_id or next(there, None) or secrets.token_hex(8)
        before = self.connected.find(key, name)
        if before is not None and before.socket is websocket and before.is_alive:
            return before
        self._must_have_room(key, name)
        try:
            stream = await self.broker.join(key)
        except asyncio.CancelledError:
            # It may be joined all the same, and nobody would leave.
            self._do_aside(self._join_and_leave(key))
            raise
        try:
            # Others may have come while the broker was asked, and this one been revoked.
            self._must_have_room(key, name)
            self.must_be_good(bearer)
        except Refused:
            self._do_aside(self._leave(key))
            raise
        session = Session(
            name,
            stream,
            self.limits,
            self.clock.monotonic(),
            batches=batches,
            tally=self.tally,
        )
        connection = Connection(
            session,
            websocket,
            clock=self.clock.monotonic,
            ended=lambda ended: self._forget(key, ended),
            latency=self.tally.latency,
            turn=self._turn,
            bearer=bearer,
        )
        before = self.connected.put(key, connection)
        self.broker.arrived(key, name, self.clock.wall())
        self.watchdog.follow(key, stream)
        if not is_waiting:
            session.welcome(resume, threads)
        connection.start()
        if before is not None:
            await before.close(CloseCode.DRAIN, "another socket took its place")
        return connection

    # Events

    async def publish(
        self, key: str, body: str, *, thread: str | None, idempotency: str | None
    ) -> Published:
        """Give an event its place in the stream of a key.

        Raises:
            BrokerDown: it was not sent.
        """
        # Asked here first: this is done for every event.
        if self._loop is not asyncio.get_running_loop():
            await self._running()
        began = self.clock.monotonic()
        published = await self.broker.publish(key, body, thread=thread, idempotency=idempotency)
        self.tally.publishing.add(self.clock.monotonic() - began)
        return published

    async def whisper(self, key: str, text: str) -> None:
        """Send something to those of a key who are there now."""
        await self._running()
        await self.broker.whisper(key, text)

    async def broadcast(self, event_type: str, payload: Any) -> None:
        """Send something to everybody of every node who is there now; it is kept nowhere.

        Raises:
            EventRefused: it cannot be written as JSON, is too big, or its name is taken.
        """
        await self._running()
        event = Envelope(
            v=1,
            type=event_type,
            id=secrets.token_hex(16),
            timestamp=self.clock.wall(),
            payload=payload,
        )
        text = encoded(event, most_bytes=self.limits.event_bytes)
        await self.broker.whisper(None, text)

    def emit_threadsafe(
        self, context: UserContext, event_type: str, payload: Any, *, timeout_s: float = 5.0
    ) -> Position:
        """Send an event from a thread that is not the loop's, such as a synchronous tool's.

        Raises:
            UnumError: it is called from the loop's own thread, or the hub does not run.
        """
        loop = self._loop
        if loop is None or loop.is_closed():
            raise HubClosed("the hub does not run", hint="send inside of its `lifespan`")
        with suppress(RuntimeError):
            if asyncio.get_running_loop() is loop:
                raise UnumError(
                    "`emit_threadsafe` is for other threads",
                    hint="await `manager.emit_agent_event` here",
                )
        sent = asyncio.run_coroutine_threadsafe(
            self.manager(context).emit_agent_event(event_type, payload, run=context), loop
        )
        receipt = sent.result(timeout_s)
        return Position(receipt.epoch, receipt.seq)

    def on(self, message_type: str) -> Callable[[Handler], Handler]:
        """Decorate a function that handles what clients send under a type.

        It is called as `handler(manager, message)`. Each message with an id is handled once.
        """
        must_be_type(message_type)

        def register(handler: Handler) -> Handler:
            self.inbox.register(message_type, handler)
            return handler

        return register

    # What only happens inside

    async def _running(self) -> None:
        """Start it where nobody has, as in a script that has no lifespan."""
        if self._is_over:
            raise HubClosed("the hub has been stopped", hint="make another")
        if self._loop is None:
            await self.start()
        if self._loop is not asyncio.get_running_loop():
            raise HubClosed("the hub runs in another event loop", hint="use `hub.emit_threadsafe`")

    def _must_have_room(self, key: str, name: str) -> None:
        if self.is_draining:
            raise Refused("the server stops", code=CloseCode.DRAIN, status=503)
        self.connected.must_have_room(key, name)

    def _forget(self, key: str, connection: Connection) -> None:
        if not self.connected.discard(key, connection):
            return
        self.broker.departed(key, connection.id)
        if key not in self.connected and self._loop is not None and self._loop.is_running():
            self._do_aside(self._leave(key))

    def _do_aside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    async def _interrupt(self) -> None:
        """End the runs that nobody will, and give their last events a moment to be handed on."""
        if not self.runs:
            return
        await self.runs.interrupt()
        with suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE_S):
                while any(each.session.lag for each in self.connected):
                    await asyncio.sleep(0.01)

    async def _join_and_leave(self, key: str) -> None:
        with suppress(BrokerDown):
            await self.broker.join(key)
            await self._leave(key)

    async def _leave(self, key: str) -> None:
        if key not in self.connected:
            self.watchdog.forget(key)
            await self.broker.leave(key)

    def _whispered(self, key: str | None, text: str) -> None:
        for each in self.connected if key is None else self.connected.of(key):
            each.session.tell_text(text)
            each.wake()

    def _tick(self) -> None:
        now, wall = self.clock.monotonic(), self.clock.wall()
        for each in self.connected:
            each.look(now, wall, send_s=self.limits.send_s)
        self.broker.sweep()
        self.inbox.sweep()
        if self.watchdog.is_due():
            self._do_aside(self.watchdog.look())
