"""The `ConnectionManager` of FastAPI's tutorial, over a hub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from pluribus_unum.compat.warning import superseded
from pluribus_unum.connection import Connection
from pluribus_unum.errors import Refused
from pluribus_unum.hub import Hub
from pluribus_unum.limits import Limits
from pluribus_unum.sockets import Socket

_MOST_SOCKETS = 10_000
_NOBODY = "\x1froom:"
"""Before the name of a room, so that it is no user's who has the same name."""


class WebSocket(Socket, Protocol):
    """A WebSocket that has not been accepted yet, as FastAPI hands it over."""

    async def accept(self) -> None:
        """Let it in."""


@dataclass(frozen=True)
class _Room:
    """Whose events: of all who are in one room, whoever they are."""

    user_id: str


class _Event(msgspec.Struct, frozen=True):
    v: int = 0
    payload: Any = None


_EVENTS = msgspec.json.Decoder(_Event)


class _Text:
    """A socket whose other side knows nothing of unum: it is sent bare text."""

    def __init__(self, websocket: WebSocket) -> None:
        self.websocket = websocket
        self.has_left = False
        """Whether it was let go by the application, which then closes it or not as it likes."""

    async def send_text(self, data: str) -> None:
        """Send what an event holds, and no word of the protocol."""
        event = _EVENTS.decode(data)
        if not event.v:
            return
        is_text = isinstance(event.payload, str)
        # What is no text was sent by others of the same hub, to everybody.
        text = event.payload if is_text else msgspec.json.encode(event.payload).decode()
        await self.websocket.send_text(text)

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """End the connection."""
        if not self.has_left:
            await self.websocket.close(code=code, reason=reason)


class ConnectionManager:
    """The same four methods, and what is sent is the same text. Everything else is a hub's.

    There is no user in these signatures, so the key is the room: all sockets of one manager. What
    is for one socket is an event of the room that no other socket follows. So each socket gets
    everything in one order, once; none waits for another; and one that does not read is let go.

    What it cannot do is what needs to know who somebody is: resume, and isolation by user. For
    that, hand the hub's own endpoint to the framework.
    """

    def __init__(self, hub: Hub | None = None, *, room: str = "everybody") -> None:
        """Open a room.

        Args:
            hub: Of which hub; by default one of its own, which the first connection starts. Its
                `connections_per_user` is how many may be in a room.
            room: Two managers of one hub with the same room are one.
        """
        superseded("ConnectionManager()", "Hub()")
        self.hub = hub or Hub(limits=Limits(connections_per_user=_MOST_SOCKETS))
        self._manager = self.hub.manager(_Room(_NOBODY + room))

    @property
    def active_connections(self) -> list[WebSocket]:
        """The sockets that are there; a copy."""
        return [socket.websocket for _, socket in self._there()]

    async def connect(self, websocket: WebSocket) -> None:
        """Accept a socket and take it in; one that is there already stays as it is.

        Raises:
            Refused: the room is full, or the hub is about to stop; the socket has been closed.
        """
        superseded("connect(websocket)", "await manager.add_connection(websocket)")
        if self._find(websocket) is not None:
            return
        await websocket.accept()
        name = _name(websocket)
        try:
            await self._manager.add_connection(
                _Text(websocket), connection_id=name, threads=[name]
            )
        except Refused as refused:
            await websocket.close(code=refused.code, reason=refused.message)
            raise

    def disconnect(self, websocket: WebSocket) -> None:
        """Let a socket go, without closing it; it gets nothing more. One that is not there is no
        error."""
        superseded("disconnect(websocket)", "await manager.remove_connection(connection)")
        found = self._find(websocket)
        if found is not None:
            connection, socket = found
            socket.has_left = True
            connection.let_go()

    async def send_personal_message(self, message: str, websocket: WebSocket) -> None:
        """Send text to one socket; one that is not there gets nothing, which is no error.

        Raises:
            EventRefused: it is too big, or cannot be written as UTF-8.
        """
        superseded(
            "send_personal_message(message, websocket)",
            "await manager.emit_agent_event(event_type, payload)",
        )
        if self._find(websocket) is not None:
            await self._manager.emit_agent_event("message", message, thread_id=_name(websocket))

    async def broadcast(self, message: str) -> None:
        """Send text to every socket of the room.

        Raises:
            EventRefused: it is too big, or cannot be written as UTF-8.
        """
        superseded("broadcast(message)", "await hub.broadcast(event_type, payload)")
        await self._manager.emit_agent_event("message", message)

    def _there(self) -> list[tuple[Connection, _Text]]:
        return [
            (each, each.socket)
            for each in self.hub.connected.of(self._manager.key)
            if isinstance(each.socket, _Text) and not each.socket.has_left
        ]

    def _find(self, websocket: WebSocket) -> tuple[Connection, _Text] | None:
        found = self.hub.connected.find(self._manager.key, _name(websocket))
        if found is None or not isinstance(found.socket, _Text):
            return None
        is_it = found.socket.websocket is websocket and not found.socket.has_left
        return (found, found.socket) if is_it else None


def _name(websocket: WebSocket) -> str:
    """Of its connection: no other object has it while that one is there."""
    return f"{id(websocket):x}"
