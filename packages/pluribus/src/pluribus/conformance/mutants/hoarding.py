"""Managers that keep what is over: sockets, events, ids, tasks and timers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pluribus.conformance.mutants.good import Context, PerThread, PerUser, Plain
from pluribus.conformance.peer import Peer


class KeepsSockets(PerThread):
    """Removed sockets stay in a table of when they came."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.since: dict[str, tuple[int, Peer]] = {}

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Take a socket in, and note when."""
        await super().add_connection(connection_id, websocket)
        self.since[connection_id] = (self.sent, websocket)


class KeepsAnError(PerThread):
    """The last error is kept, with all that it had seen."""

    last: BaseException | None = None

    async def remove_connection(self, connection_id: str) -> None:
        """Let it go, and say so to it."""
        socket = self.sockets.pop(connection_id, None)
        try:
            if socket is not None:
                raise RuntimeError(connection_id)
        except RuntimeError as error:
            self.last = error


class RemembersEvents(PerThread):
    """Every event is kept, in case that somebody asks."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.delivered: dict[int, str] = {}

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event, and keep it."""
        reached = await super().emit_agent_event(event, payload)
        self.delivered[self.sent] = event
        return reached


class CopiesItsHistory(Plain):
    """Every event is kept in a list that is made anew each time."""

    def __init__(self) -> None:
        super().__init__()
        self.history: list[list[str]] = []

    async def broadcast(self, message: str) -> None:
        """Send to everybody, and keep it."""
        await super().broadcast(message)
        self.history = [*self.history, [message]]


class RemembersIds(PerThread):
    """The ids of all sockets that were ever removed are kept."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.removed: set[str] = set()

    async def remove_connection(self, connection_id: str) -> None:
        """Let it go, and note its id."""
        self.removed.add(connection_id)
        await super().remove_connection(connection_id)


class BeatsOn(PerUser):
    """The heart of each socket goes on beating when it is gone."""

    def connect(self, websocket: Peer) -> None:
        """Take a socket in, and look after it for ever."""
        super().connect(websocket)
        self.task = asyncio.ensure_future(self.beat())

    async def beat(self) -> None:
        """Do nothing, every half minute."""
        while True:
            await asyncio.sleep(30)


class BeatsForTheDead(PerThread):
    """The heart of each socket knows its socket, and never stops."""

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Take a socket in, and look after it for ever."""
        await super().add_connection(connection_id, websocket)
        self.task = asyncio.ensure_future(self.beat(websocket))

    async def beat(self, websocket: Peer) -> None:
        """Look at it, every half minute."""
        while websocket.path:
            await asyncio.sleep(30)


class LeavesATimer(Plain):
    """Each socket sets a timer that sets itself again."""

    async def connect(self, websocket: Peer) -> None:
        """Take a socket in, and begin to count."""
        await super().connect(websocket)
        self.again()

    def again(self) -> None:
        """And so on."""
        asyncio.get_running_loop().call_later(60, self.again)


class ShutsDownInPart(PerThread):
    """A shutdown leaves the manager's own task running."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.own: asyncio.Task[None] | None = None

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Take a socket in; the first one starts the task."""
        await super().add_connection(connection_id, websocket)
        if self.own is None:
            self.own = asyncio.ensure_future(self.watch())

    async def watch(self) -> None:
        """Wait for what never comes."""
        await asyncio.Event().wait()


class GivesUpLater(PerThread):
    """Who does not take an event in time is let go, also when sending it was cancelled."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event, with a timer for each socket."""
        loop = asyncio.get_running_loop()
        timers = [loop.call_later(30, self.sockets.pop, each, None) for each in self.sockets]
        reached = await super().emit_agent_event(event, payload, urgent=urgent)
        for each in timers:
            each.cancel()
        return reached


class GivesUpGreeting(PerThread):
    """Who does not take the greeting in time is let go, also when it was cancelled."""

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Take a socket in, and greet it."""
        loop = asyncio.get_running_loop()
        await super().add_connection(connection_id, websocket)
        timer = loop.call_later(30, self.sockets.pop, connection_id, None)
        await websocket.send_json({"type": "greeting"})
        timer.cancel()


HOARDING: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        KeepsSockets: ("I1", "I4"),
        KeepsAnError: ("I1",),
        RemembersEvents: ("I3",),
        CopiesItsHistory: ("I3",),
        RemembersIds: ("I4",),
        BeatsOn: ("I5",),
        BeatsForTheDead: ("I1", "I5"),
        LeavesATimer: ("I5",),
        ShutsDownInPart: ("I5",),
        GivesUpLater: ("H9",),
        GivesUpGreeting: ("H9",),
    }
)
"""Managers to the properties that must refuse them."""
