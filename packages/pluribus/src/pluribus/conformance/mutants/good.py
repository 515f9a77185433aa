"""Managers of four styles that keep every promise: what the kit must leave alone.

None lets a socket that is lost or slow stand in the way of another: a text is made once, before
anybody is sent it, and all are sent it at once.

They are also what the broken ones are made of. Each `make_*` gives fresh factories, so that no
run sees what another has left.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pluribus.conformance.peer import Peer

Key = TypeVar("Key")

_CLOSES_S = 0.05
"""How long the end of a socket may take whose client does not read."""
HELD = 20
"""How many events are held for one socket that does not read."""
LIMIT = 10
"""How many sockets one thread may have."""


class TooManyError(Exception):
    """There are as many sockets as there may be."""


async def lost(sends: Sequence[tuple[Key, Awaitable[None]]]) -> list[Key]:
    """Send to all at once, and say whose connection is lost."""
    done = await asyncio.gather(*(sending for _, sending in sends), return_exceptions=True)
    ended = zip(sends, done, strict=True)
    return [key for (key, _), each in ended if isinstance(each, Exception)]


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

    EVENTS = ("started", "tool_executing", "tool_completed", "completed")

    def __init__(self, context: Context) -> None:
        self.context = context
        self.sockets: dict[str, Peer] = {}
        self.is_released = False
        self.sent = 0

    def close(self) -> None:
        """Let every socket go, and be kept no longer."""
        self.sockets.clear()
        self.is_released = True

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Take a socket in, if there are not too many."""
        if len(self.sockets) >= LIMIT and connection_id not in self.sockets:
            raise TooManyError(connection_id)
        self.sockets[connection_id] = websocket

    async def remove_connection(self, connection_id: str) -> None:
        """Let it go, if it is there."""
        self.sockets.pop(connection_id, None)

    def is_connected(self, connection_id: str) -> bool:
        """Whether it is there."""
        return connection_id in self.sockets

    def get_connections(self) -> list[str]:
        """Their ids."""
        return list(self.sockets)

    def connection_count(self) -> int:
        """How many there are."""
        return len(self.sockets)

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event to every socket of the thread, and count them."""
        if event not in self.EVENTS:
            raise ValueError(event)
        text = self.frame(event, payload)
        sockets = list(self.sockets.items())
        gone = await lost([(key, each.send_text(text)) for key, each in sockets])
        for key in gone:
            await self.remove_connection(key)
        return len(sockets) - len(gone)

    def frame(self, event: str, payload: Mapping[str, Any]) -> str:
        """What is sent of an event: its name, its number, and its data."""
        text = json.dumps({"type": event, "number": self.sent + 1, "data": dict(payload)})
        self.sent += 1
        return text

    async def shutdown(self) -> None:
        """Close all sockets, and let them go."""
        sockets, self.sockets = self.sockets, {}
        await lost([(key, each.close(1001)) for key, each in sockets.items()])


Factory = Callable[[Context], PerThread]


def keyed(kind: type[PerThread], key: Callable[[Context], object]) -> Factory:
    """A factory that keeps an instance under each key."""
    instances: dict[object, PerThread] = {}
    lock = threading.Lock()

    def manager_of(context: Context) -> PerThread:
        place = key(context)
        with lock:
            forget_released(instances)
            if place not in instances:
                instances[place] = kind(context)
            return instances[place]

    return manager_of


def forget_released(instances: dict[object, PerThread]) -> None:
    """Keep none that was released. The instances know nothing of where they are kept: through
    that, each would reach all others."""
    for place in [place for place, each in instances.items() if each.is_released]:
        del instances[place]


def whole_key(context: Context) -> object:
    """All that tells one context from another."""
    return (context.user_id, context.thread_id)


def make_per_thread(kind: type[PerThread] = PerThread) -> dict[str, object]:
    """Two factories that agree."""
    first = keyed(kind, whole_key)

    def also(context: Context) -> PerThread:
        return first(context)

    return {"factory": first, "alias": also}


class Outbox:
    """What one socket is still to be sent, by a task of its own; of too much the oldest goes."""

    def __init__(self, socket: Peer, drop: Callable[[Peer], None]) -> None:
        self.socket = socket
        self.drop = drop
        self.waiting: deque[str] = deque(maxlen=HELD)
        self.sending: asyncio.Task[None] | None = None

    def put(self, text: str) -> None:
        """Send it when its turn comes."""
        self.waiting.append(text)
        if self.sending is None:
            self.sending = asyncio.ensure_future(self._send())

    def close(self) -> None:
        """Send nothing more."""
        self.waiting.clear()
        if self.sending is not None:
            self.sending.cancel()

    async def _send(self) -> None:
        try:
            while self.waiting:
                await self.socket.send_text(self.waiting.popleft())
        except Exception:  # the text is good, so it is the connection
            self.drop(self.socket)
        finally:
            self.sending = None


class PerUser:
    """One user's sockets, each with an outbox, and nothing is lost before connecting."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self.sockets: dict[Peer, Outbox] = {}
        self.waiting: deque[str] = deque(maxlen=HELD)

    def connect(self, websocket: Peer) -> None:
        """Take a socket in, once."""
        if websocket not in self.sockets:
            self.sockets[websocket] = Outbox(websocket, self.disconnect)
        while self.waiting:
            self.sockets[websocket].put(self.waiting.popleft())

    def disconnect(self, websocket: Peer) -> None:
        """Let it go, if it is there."""
        if websocket in self.sockets:
            self.sockets.pop(websocket).close()

    def emit_event(self, event: str, payload: Mapping[str, Any]) -> bool:
        """Queue an event; whether anybody is there to get it."""
        text = json.dumps({"event": event, "body": json.dumps(dict(payload))})
        for each in list(self.sockets.values()):
            each.put(text)
        if not self.sockets:
            self.waiting.append(text)
        return bool(self.sockets)


def make_per_user(kind: type[PerUser] = PerUser) -> dict[str, object]:
    """A factory that is given the id of the user alone."""
    instances: dict[str, PerUser] = {}

    def manager_of(user_id: str) -> PerUser:
        if not isinstance(user_id, str):
            raise TypeError("user_id must be str")
        return instances.setdefault(user_id, kind(user_id))

    return {"factory": manager_of}


class Shared:
    """All sockets of all users, by user and then by id."""

    def __init__(self) -> None:
        self.users: dict[str, dict[str, Peer]] = {}
        self.pending: Counter[Peer] = Counter()

    async def connect(self, websocket: Peer, user_id: str, connection_id: str) -> None:
        """Take a socket in."""
        self.users.setdefault(user_id, {})[connection_id] = websocket

    async def disconnect(self, user_id: str, connection_id: str) -> None:
        """Let it go, if it is there."""
        sockets = self.users.get(user_id, {})
        sockets.pop(connection_id, None)
        if not sockets:
            self.users.pop(user_id, None)

    async def emit_event(self, user_id: str, event: str, payload: Mapping[str, Any]) -> int:
        """Send to one user's sockets, and count them."""
        return await self._send({"type": event, **payload}, [user_id])

    async def broadcast(self, message: Mapping[str, Any]) -> None:
        """Send to everybody."""
        await self._send(message, list(self.users))

    async def _send(self, message: Mapping[str, Any], users: list[str]) -> int:
        text = json.dumps(dict(message))
        sockets = [
            ((user, key), socket)
            for user in users
            for key, socket in self.users.get(user, {}).items()
        ]
        gone = await lost([(place, self._hand(each, text)) for place, each in sockets])
        for user, key in gone:
            await self.disconnect(user, key)
        return len(sockets) - len(gone)

    async def _hand(self, socket: Peer, text: str) -> None:
        self.pending[socket] += 1
        try:
            if self.pending[socket] > HELD:
                raise ConnectionError("it does not read")
            await socket.send_text(text)
        except Exception:
            # To close it has to wait as well, where nothing can be written.
            with suppress(RuntimeError, TimeoutError):
                await asyncio.wait_for(socket.close(1011), _CLOSES_S)
            raise
        finally:
            self.pending -= Counter([socket])


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
        message.encode()
        for socket in await lost([(each, each.send_text(message)) for each in self.active]):
            self.disconnect(socket)


def make_plain(kind: type[Plain] = Plain) -> dict[str, object]:
    """The class itself, of which the kit makes one."""
    return {"owner": kind}
