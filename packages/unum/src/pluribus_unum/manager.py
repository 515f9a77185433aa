"""What one user's code holds: their connections and their events, and nobody else's."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from pluribus_unum.auth.base import Identity
from pluribus_unum.clock import Clock
from pluribus_unum.connection import Connection
from pluribus_unum.core.stream import Position
from pluribus_unum.core.wire import Envelope
from pluribus_unum.errors import UnumError
from pluribus_unum.events import encoded
from pluribus_unum.flat import AgentEvents
from pluribus_unum.identity import UserContext, as_label, label
from pluribus_unum.node import Node
from pluribus_unum.receipt import Receipt
from pluribus_unum.run import Run
from pluribus_unum.sockets import Socket, must_be_accepted


class ConnectionInfo(NamedTuple):
    """A connection, as it is now."""

    connection_id: str
    lag: int
    """Events that it has not been handed yet."""
    acked: int
    """The last event that the client says it has dealt with."""


class Manager(AgentEvents):
    """One user, on this node: the same object for as long as anybody holds it.

    A context is never kept: it is handed to each call that needs to know the thread or the run.
    """

    def __init__(self, node: Node, key: str, user_id: str) -> None:
        self._node = node
        self.key = key
        """What separates this user's events from all others."""
        self.user_id = user_id

    @property
    def clock(self) -> Clock:
        """The time of its hub."""
        return self._node.clock

    # Connections

    async def add_connection(
        self,
        websocket: Socket,
        *,
        connection_id: str | None = None,
        resume: Position | str | None = None,
        threads: Collection[str] | None = None,
        batches: bool = False,
    ) -> Connection:
        """Let a socket, which has been accepted, follow this user's events.

        Args:
            websocket: Anything with `send_text` and `close`.
            connection_id: Its name; made up when left out. A second socket under the same name
                takes the place of the first.
            resume: The last event that the client has seen: its `id`, as text or read. What is
                missing since then comes first, or a `reset` that says that it cannot.
            threads: Only events of these threads, and those of none.
            batches: Whether the client takes several events in one frame, a line each.

        Raises:
            Refused: there are too many connections.
            BrokerDown: the stream cannot be reached.
            UnumError: the socket has not been accepted, or `threads` is a single text.
        """
        must_be_accepted(websocket)
        if isinstance(threads, str):
            raise UnumError(
                f"`threads` is a collection, and is the text {threads!r}",
                hint=f"`threads=[{threads!r}]`",
            )
        return await self._node.connect(
            self.key,
            websocket,
            connection_id=connection_id,
            resume=Position.parse(resume) if isinstance(resume, str) else resume,
            threads=threads,
            batches=batches,
            # Whoever calls this has found out just now whose the socket is.
            bearer=Identity(self.user_id, issued_at=self.clock.wall()),
        )

    async def remove_connection(
        self, connection: str | Connection, code: int = 1000, reason: str = ""
    ) -> None:
        """Let a socket go; it gets nothing more. One that is not there is no error.

        Hand in the connection itself where you have it: its name may be another socket's by now.
        """
        found = self._node.connected.find(self.key, connection)
        if found is not None:
            await found.close(code, reason)

    async def remove_all_connections(self, code: int = 1000, reason: str = "") -> None:
        """Let every socket of this user on this node go, as when they sign out here.

        Their events stay for who comes back; to keep somebody out is the authenticator's part.
        """
        there = self._node.connected.of(self.key)
        await asyncio.gather(*(each.close(code, reason) for each in there))

    def connection_of(self, websocket: Socket) -> Connection | None:
        """The connection of a socket, for code that holds nothing else; None if it is none."""
        there = self._node.connected.of(self.key)
        return next((each for each in there if each.socket is websocket), None)

    def get_active_connections(self) -> tuple[ConnectionInfo, ...]:
        """The connections of this user on this node."""
        return tuple(
            ConnectionInfo(each.id, each.session.lag, each.session.acked)
            for each in self._node.connected.of(self.key)
        )

    # Events

    async def emit_agent_event(
        self,
        event_type: str,
        payload: Any,
        *,
        run: UserContext | None = None,
        thread_id: str | None = None,
        run_id: str | None = None,
        agent_name: str | None = None,
        key: str | None = None,
        meta: Mapping[str, str] | None = None,
    ) -> Receipt:
        """Send an event to every connection of this user, and keep it for those who come back.

        Waits for no socket. Events are numbered in the order in which they are sent.

        Args:
            event_type: Its name.
            payload: What JSON can hold; also dataclasses, enums, dates, models.
            run: Where `thread_id` and `run_id` are taken from if they are not given.
            thread_id: The thread that it belongs to.
            run_id: The run that it belongs to.
            agent_name: Who speaks.
            key: Sent again with the same key, it is the same event.
            meta: What is not for the user but for whoever handles the event.

        Raises:
            EventRefused: it cannot be written as JSON, is too big, or its name is taken.
            BrokerDown: it was not sent.
        """
        if run is not None:
            thread_id = thread_id if thread_id is not None else label(run, "thread_id")
            run_id = run_id if run_id is not None else label(run, "run_id")
        thread_id, run_id = as_label(thread_id), as_label(run_id)
        tracing = self._node.tracing
        if tracing is None:
            body = self.written(event_type, payload, thread_id, run_id, agent_name, meta)
            published = await self._node.publish(self.key, body, thread=thread_id, idempotency=key)
        else:
            about = {"thread_id": thread_id, "run_id": run_id, "agent_name": agent_name}
            with tracing.sending(event_type, about) as traced:
                both = {**(meta or {}), **traced}
                body = self.written(event_type, payload, thread_id, run_id, agent_name, both)
                published = await self._node.publish(
                    self.key, body, thread=thread_id, idempotency=key
                )
        self._node.tally.emit(event_type)
        return Receipt(
            published.epoch,
            published.seq,
            self._node.connected.number_of(self.key),
            published.is_duplicate,
        )

    async def broadcast_event(self, event_type: str, payload: Any) -> Receipt:
        """Send an event that belongs to no thread and no run to every connection of this user."""
        return await self.emit_agent_event(event_type, payload)

    async def send_message(
        self, message: Mapping[str, Any], *, connection_id: str | None = None
    ) -> None:
        """Send something to those who are there now, or to one of them; it is kept nowhere.

        Raises:
            EventRefused: it cannot be written as JSON, is too big, or its type is taken.
        """
        kind = message.get("type", "message")
        content, name = message.get("payload", message), os.urandom(16).hex()
        body = self.written(str(kind), content, event_id=name)
        if connection_id is None:
            await self._node.whisper(self.key, body)
            return
        found = self._node.connected.find(self.key, connection_id)
        if found is not None:
            found.session.tell_text(body)
            found.wake()

    def run(self, context: object, *, agent_name: str = "agent") -> Run:
        """A run of an agent, to be entered by `async with`: exactly one terminal event ends it.

        Its `thread_id` and `run_id` are those of `context`, which may be a context, a message of a
        client or anything that has them; a run without an id is given one.
        """
        return Run(self, context, agent_name=agent_name, running=self._node.runs)

    def written(
        self,
        event_type: str,
        payload: Any,
        thread_id: str | None = None,
        run_id: str | None = None,
        agent_name: str | None = None,
        meta: Mapping[str, str] | None = None,
        event_id: str = "",
        spare_bytes: int = 0,
    ) -> str:
        """An event as it would be sent now, without its number: so it is known before whether it
        can be.

        Raises:
            EventRefused: it cannot be written as JSON, its name is taken, or it is too big, also
                where it would be too big with `spare_bytes` more.
        """
        event = Envelope(
            v=1,
            type=event_type,
            id=event_id,
            timestamp=self._node.clock.wall(),
            user_id=self.user_id,
            thread_id=thread_id,
            run_id=run_id,
            agent_name=agent_name,
            meta=dict(meta) if meta else None,
            payload=payload,
        )
        return encoded(event, most_bytes=self._node.limits.event_bytes - spare_bytes)
