"""Managers that mind when sockets come and go: how many, and at which moment."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pluribus.conformance.mutants.good import LIMIT, Context, PerThread, Plain, lost
from pluribus.conformance.peer import Peer


class TakesAll(PerThread):
    """There is no limit."""

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Take a socket in, whatever the number."""
        self.sockets[connection_id] = websocket


class LetsTheOldestGo(PerThread):
    """One socket too many takes the place of the oldest."""

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Take a socket in, and another one's place."""
        try:
            await super().add_connection(connection_id, websocket)
        except Exception:
            self.sockets.pop(next(iter(self.sockets)))
            raise


class SendsToRefused(PerThread):
    """A socket that was refused is sent to all the same."""

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Take a socket in, and complain."""
        is_full = len(self.sockets) >= LIMIT
        self.sockets[connection_id] = websocket
        if is_full:
            raise ValueError("too many")


class GoesThroughTheDict(PerThread):
    """While it is sent to, the dictionary of sockets may change its size."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event to each of what is there at the moment."""
        text = self.frame(event, payload)
        for key, socket in self.sockets.items():
            await lost([(key, socket.send_text(text))])
        return len(self.sockets)


class GoesThroughTheList(Plain):
    """When the socket that is being sent to is removed, the next one is skipped."""

    async def broadcast(self, message: str) -> None:
        """Send to each of what is there at the moment."""
        for socket in self.active:
            await lost([(socket, socket.send_text(message))])


class ForgetsWhomItAdds(PerThread):
    """What was added while an event was sent is gone afterwards."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event, and put the sockets back as they were."""
        before = dict(self.sockets)
        reached = await super().emit_agent_event(event, payload)
        self.sockets = {key: each for key, each in before.items() if key in self.sockets}
        return reached


class LeavesSocketsOpen(PerThread):
    """A shutdown forgets the sockets and closes none."""

    async def shutdown(self) -> None:
        """Forget."""
        self.sockets.clear()


class ClosesOtherwise(PerThread):
    """A shutdown closes with a code that nobody declared."""

    async def shutdown(self) -> None:
        """Close all."""
        for each in self.sockets.values():
            await each.close(1000)


class WaitsForTheSlow(PerThread):
    """A shutdown waits until everybody has read."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.lock = asyncio.Lock()

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event; one at a time."""
        async with self.lock:
            return await super().emit_agent_event(event, payload)

    async def shutdown(self) -> None:
        """Close all, once nothing is sent any more."""
        async with self.lock:
            await super().shutdown()


class LocksTwice(PerThread):
    """Removing asks for a lock that is held already, as in the founding report."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.lock = asyncio.Lock()

    async def remove_connection(self, connection_id: str) -> None:
        """Let it go, in a critical section."""
        async with self.lock:
            await self.clear(connection_id)

    async def clear(self, connection_id: str) -> None:
        """Let it go, in the same."""
        async with self.lock:
            self.sockets.pop(connection_id, None)


class RemovesAfterTheSlow(WaitsForTheSlow):
    """A socket is removed once it has read everything."""

    async def remove_connection(self, connection_id: str) -> None:
        """Let it go, once nothing is sent any more."""
        async with self.lock:
            await super().remove_connection(connection_id)


FLEETING: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        TakesAll: ("E6", "A7"),
        LetsTheOldestGo: ("E6",),
        SendsToRefused: ("E6", "A7"),
        GoesThroughTheDict: ("E8", "E9"),
        GoesThroughTheList: ("E8",),
        ForgetsWhomItAdds: ("E9",),
        LeavesSocketsOpen: ("E11",),
        ClosesOtherwise: ("E11",),
        WaitsForTheSlow: ("E11", "E12"),
        LocksTwice: ("E13", "E1"),
        RemovesAfterTheSlow: ("E13",),
    }
)
"""Managers to the properties that must refuse them."""
