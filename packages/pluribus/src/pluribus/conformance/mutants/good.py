"""Managers of four styles that keep every promise: what the kit must leave alone.

They are also what the broken ones are made of. Each `make_*` gives fresh factories, so that no
run sees what another has left.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pluribus.conformance.peer import Peer


@dataclass(frozen=True)
class Context:
    """Who is asking, and in which thread."""

    user_id: str
    thread_id: str
    request_id: str = ""


class Promised(Protocol):
    """What callers may do with a manager of one thread."""

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Take a socket in."""

    async def remove_connection(self, connection_id: str) -> None:
        """Let it go."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event, and count the sockets."""


class PerThread:
    """One thread's sockets, by id; everything is awaited."""

    EVENTS = ("started", "completed")

    def __init__(self, context: Context) -> None:
        self.context = context
        self.sockets: dict[str, Peer] = {}

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Take a socket in."""
        self.sockets[connection_id] = websocket

    async def remove_connection(self, connection_id: str) -> None:
        """Let it go, if it is there."""
        self.sockets.pop(connection_id, None)

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event to every socket of the thread, and count them."""
        if event not in self.EVENTS:
            raise ValueError(event)
        for socket in list(self.sockets.values()):
            await socket.send_json({"type": event, "data": dict(payload), "urgent": urgent})
        return len(self.sockets)


Factory = Callable[[Context], PerThread]


def keyed(kind: type[PerThread], key: Callable[[Context], object]) -> Factory:
    """A factory that keeps an instance under each key."""
    instances: dict[object, PerThread] = {}
    lock = threading.Lock()

    def manager_of(context: Context) -> PerThread:
        place = key(context)
        with lock:
            if place not in instances:
                instances[place] = kind(context)
            return instances[place]

    return manager_of


def whole_key(context: Context) -> object:
    """All that tells one context from another."""
    return (context.user_id, context.thread_id)


def make_per_thread(kind: type[PerThread] = PerThread) -> dict[str, object]:
    """Two factories that agree."""
    first = keyed(kind, whole_key)

    def also(context: Context) -> PerThread:
        return first(context)

    return {"factory": first, "alias": also}


class PerUser:
    """One user's sockets in a list; a task of its own sends, and nothing is lost before
    connecting."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self.sockets: list[Peer] = []
        self.waiting: deque[str] = deque()
        self.sending: asyncio.Task[None] | None = None

    def connect(self, websocket: Peer) -> None:
        """Take a socket in, once."""
        if websocket not in self.sockets:
            self.sockets.append(websocket)
        self._wake()

    def disconnect(self, websocket: Peer) -> None:
        """Let it go, if it is there."""
        if websocket in self.sockets:
            self.sockets.remove(websocket)

    def emit_event(self, event: str, payload: Mapping[str, Any]) -> bool:
        """Queue an event; whether anybody is there to get it."""
        self.waiting.append(json.dumps({"event": event, "body": json.dumps(dict(payload))}))
        self._wake()
        return bool(self.sockets)

    def _wake(self) -> None:
        if self.sockets and (self.sending is None or self.sending.done()):
            self.sending = asyncio.ensure_future(self._send())

    async def _send(self) -> None:
        while self.waiting and self.sockets:
            text = self.waiting.popleft()
            for socket in list(self.sockets):
                await socket.send_text(text)


def make_per_user() -> dict[str, object]:
    """A factory that is given the id of the user alone."""
    instances: dict[str, PerUser] = {}

    def manager_of(user_id: str) -> PerUser:
        if not isinstance(user_id, str):
            raise TypeError("user_id must be str")
        return instances.setdefault(user_id, PerUser(user_id))

    return {"factory": manager_of}


class Shared:
    """All sockets of all users, by user and then by id."""

    def __init__(self) -> None:
        self.users: dict[str, dict[str, Peer]] = {}

    async def connect(self, websocket: Peer, user_id: str, connection_id: str) -> None:
        """Take a socket in."""
        self.users.setdefault(user_id, {})[connection_id] = websocket

    async def disconnect(self, user_id: str, connection_id: str) -> None:
        """Let it go, if it is there."""
        self.users.get(user_id, {}).pop(connection_id, None)

    async def emit_event(self, user_id: str, event: str, payload: Mapping[str, Any]) -> int:
        """Send to one user's sockets, and count them."""
        sockets = list(self.users.get(user_id, {}).values())
        for socket in sockets:
            await socket.send_json({"type": event, **payload})
        return len(sockets)

    async def broadcast(self, message: Mapping[str, Any]) -> None:
        """Send to everybody."""
        for sockets in list(self.users.values()):
            for socket in list(sockets.values()):
                await socket.send_json(message)


def make_shared(kind: type[Shared] = Shared) -> dict[str, object]:
    """A function that gives out the one there is."""
    (instance,) = [kind()]

    def the_manager() -> Shared:
        return instance

    return {"factory": the_manager}


class Plain:
    """Sockets in a list, as short examples have it; whoever sends names the socket."""

    def __init__(self) -> None:
        self.active: list[Peer] = []

    async def connect(self, websocket: Peer) -> None:
        """Take a socket in."""
        await websocket.accept()
        self.active.append(websocket)

    def disconnect(self, websocket: Peer) -> None:
        """Let it go, if it is there."""
        if websocket in self.active:
            self.active.remove(websocket)

    async def send_personal_message(self, message: str, websocket: Peer) -> None:
        """Send to one socket."""
        await websocket.send_text(message)

    async def broadcast(self, message: str) -> None:
        """Send to everybody."""
        for socket in list(self.active):
            await socket.send_text(message)


def make_plain(kind: type[Plain] = Plain) -> dict[str, object]:
    """The class itself, of which the kit makes one."""
    return {"owner": kind}
