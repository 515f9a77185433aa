"""Managers that are one a thread, and leave or hand on what they should not."""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pluribus.conformance.mutants.good import PerThread, make_per_thread
from pluribus.conformance.peer import Peer

Made = dict[str, object]

_USER: contextvars.ContextVar[str] = contextvars.ContextVar("user")


class LeavesContextVariable(PerThread):
    """A context variable says whose event is sent, and is not set back."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event in the user's name."""
        _USER.set(self.context.user_id)
        return await super().emit_agent_event(event, payload, urgent=urgent)


def leaves_thread_local() -> Made:
    """The manager that was called last stays in a thread-local."""
    current = threading.local()

    class Manager(PerThread):
        async def add_connection(self, connection_id: str, websocket: Peer) -> None:
            current.manager = self
            await super().add_connection(connection_id, websocket)

    return make_per_thread(Manager)


class StampsPayload(PerThread):
    """Whose event it is, is written into what the caller gave."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send the caller's own payload with more in it."""
        assert isinstance(payload, dict)
        payload["for"] = self.context.user_id
        return await super().emit_agent_event(event, payload, urgent=urgent)


class QueuesReference(PerThread):
    """What is sent later is what the caller has made of it by then."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send in a task of its own, without a copy."""
        if event not in self.EVENTS:
            raise ValueError(event)
        self.sending = asyncio.ensure_future(super().emit_agent_event(event, payload))
        return len(self.sockets)


class CopiesTheSurface(PerThread):
    """Of what is sent later only the outside is copied."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send a shallow copy in a task of its own."""
        if event not in self.EVENTS:
            raise ValueError(event)
        self.sending = asyncio.ensure_future(super().emit_agent_event(event, dict(payload)))
        return len(self.sockets)


def welcomes_with_everybody() -> Made:
    """Whoever joins is told who else is there."""
    users: dict[str, PerThread] = {}

    class Manager(PerThread):
        async def add_connection(self, connection_id: str, websocket: Peer) -> None:
            users[self.context.user_id] = self
            await super().add_connection(connection_id, websocket)
            await websocket.send_json({"type": "welcome", "users": list(users)})

    return make_per_thread(Manager)


def names_the_owner() -> Made:
    """Who joins under an id that is taken is told by whom."""
    known: dict[str, set[str]] = {}

    class Manager(PerThread):
        async def add_connection(self, connection_id: str, websocket: Peer) -> None:
            for user, connections in known.items():
                if user != self.context.user_id and connection_id in connections:
                    raise ValueError(f"the connection belongs to {user}")
            known.setdefault(self.context.user_id, set()).add(connection_id)
            await super().add_connection(connection_id, websocket)

    return make_per_thread(Manager)


def logs_everybody() -> Made:
    """Each event is logged with all users that are there."""
    users: dict[str, PerThread] = {}
    log = logging.getLogger(f"{__name__}.everybody")
    log.setLevel(logging.INFO)
    log.propagate = False

    class Manager(PerThread):
        async def add_connection(self, connection_id: str, websocket: Peer) -> None:
            users[self.context.user_id] = self
            await super().add_connection(connection_id, websocket)
            log.info("there are now %s", ", ".join(users))

    return make_per_thread(Manager)


def counts_by_user() -> Made:
    """Who asks for figures gets those of every user."""
    users: dict[str, PerThread] = {}

    class Manager(PerThread):
        async def add_connection(self, connection_id: str, websocket: Peer) -> None:
            users[self.context.user_id] = self
            await super().add_connection(connection_id, websocket)

        def get_stats(self) -> dict[str, int]:
            return {user: len(each.sockets) for user, each in users.items()}

    return make_per_thread(Manager)


def finds_any_connection() -> Made:
    """Who knows the id of a connection gets its socket, whosever it is."""
    sockets: dict[str, dict[str, Peer]] = {}

    class Manager(PerThread):
        async def add_connection(self, connection_id: str, websocket: Peer) -> None:
            sockets.setdefault(self.context.user_id, {})[connection_id] = websocket
            await super().add_connection(connection_id, websocket)

        def get_connection(self, connection_id: str) -> Peer | None:
            for known in sockets.values():
                if connection_id in known:
                    return known[connection_id]
            return None

    return make_per_thread(Manager)


def one_limit_for_all() -> Made:
    """All users together may send so many events, and no more."""
    sent: list[str] = []

    class Manager(PerThread):
        async def emit_agent_event(
            self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
        ) -> int:
            sent.append(event)
            if len(sent) > 15:
                return 0
            return await super().emit_agent_event(event, payload, urgent=urgent)

    return make_per_thread(Manager)


def refuses_while_another_is_there() -> Made:
    """While somebody else is connected, nothing can be sent."""
    there: dict[str, PerThread] = {}

    class Manager(PerThread):
        async def add_connection(self, connection_id: str, websocket: Peer) -> None:
            there[self.context.user_id] = self
            await super().add_connection(connection_id, websocket)

        async def emit_agent_event(
            self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
        ) -> int:
            if any(user != self.context.user_id for user in there):
                raise RuntimeError("busy")
            return await super().emit_agent_event(event, payload, urgent=urgent)

    return make_per_thread(Manager)


def one_sender_for_all() -> Made:
    """The events of all go through one task, which was started in the name of the first."""
    started: list[tuple[asyncio.Queue[Any], asyncio.Task[None]]] = []

    async def send(waiting: asyncio.Queue[Any]) -> None:
        while True:
            sending, done = await waiting.get()
            reached = await sending
            if not done.done():
                done.set_result(reached)

    class Manager(PerThread):
        async def emit_agent_event(
            self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
        ) -> int:
            if event not in self.EVENTS:
                raise ValueError(event)
            text = json.dumps(dict(payload))
            done = asyncio.get_running_loop().create_future()
            token = _USER.set(self.context.user_id)
            try:
                if not started:
                    waiting: asyncio.Queue[Any] = asyncio.Queue()
                    started.append((waiting, asyncio.ensure_future(send(waiting))))
                sending = super().emit_agent_event(event, json.loads(text), urgent=urgent)
                started[0][0].put_nowait((sending, done))
                reached: int = await done
            finally:
                _USER.reset(token)
            return reached

    return make_per_thread(Manager)


LEAVING: Mapping[Callable[[], Made], tuple[str, ...]] = MappingProxyType(
    {
        leaves_thread_local: ("C7",),
        one_limit_for_all: ("C2", "C8"),
        refuses_while_another_is_there: ("C8",),
        welcomes_with_everybody: ("C9",),
        names_the_owner: ("C9",),
        logs_everybody: ("C10",),
        counts_by_user: ("C13",),
        finds_any_connection: ("C13",),
        one_sender_for_all: ("C2", "H10"),
    }
)
"""Factories of such managers to the properties of isolation that must refuse them, no other."""

LEAVING_KINDS: Mapping[type[PerThread], tuple[str, ...]] = MappingProxyType(
    {
        LeavesContextVariable: ("C7",),
        StampsPayload: ("C12",),
        QueuesReference: ("C12",),
        CopiesTheSurface: ("C12",),
    }
)
"""The same of kinds of managers."""
