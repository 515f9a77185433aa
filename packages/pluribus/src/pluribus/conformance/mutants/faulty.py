"""Managers that sockets can bring down: those that fail, and those that do not read."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from pluribus.conformance.mutants.good import (
    Context,
    Outbox,
    PerThread,
    PerUser,
    Plain,
    Shared,
    lost,
)
from pluribus.conformance.peer import Peer


class AsInTutorials(Plain):
    """The first socket that fails ends the broadcast."""

    async def broadcast(self, message: str) -> None:
        """Send to everybody, until one fails."""
        for socket in self.active:
            await socket.send_text(message)


class RemovesWhileIterating(Plain):
    """A socket that fails is taken out of the list while it is gone through, and the next one is
    skipped."""

    async def broadcast(self, message: str) -> None:
        """Send to everybody, and skip some."""
        message.encode()
        for socket in self.active:
            try:
                await socket.send_text(message)
            except (OSError, RuntimeError):
                self.active.remove(socket)


class CatchesOneKind(PerThread):
    """Of what a failing send raises only the first kind is caught."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event, and go on past a connection that is reset."""
        for socket in list(self.sockets.values()):
            try:
                await socket.send_json({"type": event, "data": dict(payload)})
            except ConnectionError:
                continue
        return len(self.sockets)


class KeepsLost(PerThread):
    """A socket that failed is sent to again and again."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event, and forget what failed."""
        text = self.frame(event, payload)
        sends = [(key, each.send_text(text)) for key, each in self.sockets.items()]
        return len(sends) - len(await lost(sends))


class LeavesOpen(Shared):
    """A socket that failed is removed and left open."""

    async def _hand(self, socket: Peer, text: str) -> None:
        await socket.send_text(text)


class OneByOne(PerThread):
    """Each socket waits for the one before it."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event to one after the other."""
        text = self.frame(event, payload)
        gone = [
            key
            for key, each in list(self.sockets.items())
            if await lost([(key, each.send_text(text))])
        ]
        for key in gone:
            await self.remove_connection(key)
        return len(self.sockets)


class OneLockForAll(Shared):
    """All users wait for one lock, which is held while somebody is sent to."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = asyncio.Lock()

    async def _send(self, message: Mapping[str, Any], users: list[str]) -> int:
        async with self.lock:
            return await super()._send(message, users)

    async def _hand(self, socket: Peer, text: str) -> None:
        await socket.send_text(text)


class HoldsAll(PerUser):
    """All that a client has not read is held."""

    def connect(self, websocket: Peer) -> None:
        """Take a socket in, with an outbox that has no end."""
        super().connect(websocket)
        self.sockets[websocket].waiting = deque()


class DropsNewest(PerUser):
    """When too much is held, the newest event goes."""

    def connect(self, websocket: Peer) -> None:
        """Take a socket in, with an outbox that is closed when it is full."""
        if websocket not in self.sockets:
            self.sockets[websocket] = _Full(websocket, self.disconnect)
        super().connect(websocket)


class _Full(Outbox):
    def put(self, text: str) -> None:
        """Send it, unless there is too much already."""
        if len(self.waiting) < (self.waiting.maxlen or 0):
            super().put(text)


class WaitsForSlow(Shared):
    """A socket whose client does not read is never closed."""

    async def _hand(self, socket: Peer, text: str) -> None:
        self.pending.clear()
        await super()._hand(socket, text)


class ReturnsAtOnce(PerThread):
    """Every event is sent by a task of its own, as many as there may be."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.tasks: set[asyncio.Task[int]] = set()

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Begin to send."""
        if event not in self.EVENTS:
            raise ValueError(event)
        task = asyncio.ensure_future(super().emit_agent_event(event, payload))
        self.tasks.add(task)
        task.add_done_callback(self._over)
        return len(self.sockets)

    def _over(self, task: asyncio.Task[int]) -> None:
        self.tasks.discard(task)
        if not task.cancelled():
            task.exception()


class LetsGoOfAny(PerThread):
    """Whatever a send raises, its socket is removed, also where the payload is to blame."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event, and remove whoever could not be sent to."""
        frame = {"type": event, "data": dict(payload)}
        sockets = list(self.sockets.items())
        gone = await lost([(key, each.send_json(frame)) for key, each in sockets])
        for key in gone:
            await self.remove_connection(key)
        return len(sockets) - len(gone)


class ClosesOnBadPayload(Shared):
    """A payload that is no JSON closes the sockets that it was for."""

    async def _send(self, message: Mapping[str, Any], users: list[str]) -> int:
        try:
            return await super()._send(message, users)
        except TypeError:
            for user in users:
                for socket in self.users.get(user, {}).values():
                    await socket.close(1011)
            raise


class CountsAll(PerThread):
    """Sockets that failed are counted as reached."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event, and count everybody."""
        text = self.frame(event, payload)
        await lost([(key, each.send_text(text)) for key, each in self.sockets.items()])
        return len(self.sockets)


class TellsOfOthers(PerThread):
    """An error says whose event failed before."""

    failed: ClassVar[list[str]] = []

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.failed.clear()  # of another run

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event, and remember whom it did not reach."""
        before = len(self.sockets)
        try:
            reached = await super().emit_agent_event(event, payload)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{error}; before: {self.failed}") from error
        if reached < before:
            self.failed.append(self.context.user_id)
        return reached


class TriesAllAgain(PerThread):
    """When one socket fails, everybody is sent the event once more."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event until nobody fails."""
        before = len(self.sockets)
        reached = await super().emit_agent_event(event, payload)
        if reached < before:
            reached = await super().emit_agent_event(event, payload)
        return reached


class TriesSlowAgain(PerThread):
    """What was not read in time is sent once more."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event, and again to whoever is slow."""
        text = self.frame(event, payload)
        sends = [(key, self._patiently(each, text)) for key, each in self.sockets.items()]
        return len(sends) - len(await lost(sends))

    async def _patiently(self, socket: Peer, text: str) -> None:
        try:
            await asyncio.wait_for(socket.send_text(text), 0.01)
        except TimeoutError:
            await socket.send_text(text)


FAULTY: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        AsInTutorials: ("G1", "G3"),
        RemovesWhileIterating: ("G1",),
        CatchesOneKind: ("G1",),
        KeepsLost: ("G2",),
        LeavesOpen: ("G2",),
        OneByOne: ("G3",),
        OneLockForAll: ("G3",),
        HoldsAll: ("G4",),
        DropsNewest: ("G4",),
        WaitsForSlow: ("G4",),
        ReturnsAtOnce: ("G4",),
        LetsGoOfAny: ("G6",),
        ClosesOnBadPayload: ("G6",),
        CountsAll: ("G8",),
        TellsOfOthers: ("G9",),
        TriesAllAgain: ("G10",),
        TriesSlowAgain: ("G10",),
    }
)
"""Managers to the properties that must refuse them."""
