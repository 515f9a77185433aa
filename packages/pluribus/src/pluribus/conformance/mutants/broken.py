"""Managers that break one promise each, or two: what the kit must notice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pluribus.conformance.mutants.good import (
    PerThread,
    PerUser,
    Plain,
    Shared,
    make_per_thread,
)
from pluribus.conformance.peer import Peer


class WithoutRemoval(PerThread):
    """One operation is missing."""

    remove_connection = None  # type: ignore[assignment]  # the fault


class FewerArguments(PerThread):
    """An operation takes less than is promised."""

    async def add_connection(self, connection: object) -> None:  # type: ignore[override]  # the fault
        """Take what nobody gives."""


class OtherNames(PerThread):
    """A parameter is called otherwise than is promised."""

    async def add_connection(self, conn: str, websocket: Peer) -> None:
        """Take a socket in."""
        self.sockets[conn] = websocket


class NoDefault(PerThread):
    """What may be left out cannot be."""

    async def emit_agent_event(  # type: ignore[override]  # the fault
        self, event: str, payload: Mapping[str, Any], *, urgent: bool
    ) -> int:
        """Send an event."""
        return await super().emit_agent_event(event, payload, urgent=urgent)


class Unawaited(PerThread):
    """A coroutine is made and dropped."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send nothing."""
        for socket in self.sockets.values():
            socket.send_json({"type": event, "data": dict(payload)})  # type: ignore[unused-coroutine]  # the fault
        return len(self.sockets)


class NotAwaitable(PerThread):
    """What must be awaited cannot be."""

    def remove_connection(self, connection_id: str) -> None:  # type: ignore[override]  # the fault
        """Let it go, at once."""
        self.sockets.pop(connection_id, None)


class OtherResult(PerThread):
    """A result is of another type."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event, and say nothing."""
        await super().emit_agent_event(event, payload, urgent=urgent)
        return None  # type: ignore[return-value]  # the fault


class AddRaises(PerThread):
    """Every socket is refused by an accident, as in the founding report."""

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Ask for what was never set."""
        self.recovery.add(connection_id)  # type: ignore[attr-defined]  # the fault


class SwallowsUnknownEvents(PerThread):
    """A declared error is not raised."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send what is known, and say nothing of the rest."""
        known = event in self.EVENTS
        return await super().emit_agent_event(event, payload) if known else 0


class AddIsIdle(PerThread):
    """Sockets are taken in and forgotten."""

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Do nothing."""


class DropsAll(PerThread):
    """Nothing is ever sent."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Count, and send nothing."""
        return len(self.sockets)


class Doubles(PerThread):
    """Everything is sent twice."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send it twice."""
        await super().emit_agent_event(event, payload)
        return await super().emit_agent_event(event, payload)


class Reorders(PerThread):
    """Every other event overtakes the one before it."""

    held: tuple[str, Mapping[str, Any]] | None = None

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Hold one back until the next is sent."""
        if self.held is None:
            self.held = (event, payload)
            return len(self.sockets)
        await super().emit_agent_event(event, payload)
        earlier, self.held = self.held, None
        return await super().emit_agent_event(*earlier)


class OnlyTheLatest(PerThread):
    """Only the socket that came last is sent to."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send to one."""
        for socket in list(self.sockets.values())[-1:]:
            await socket.send_json({"type": event, "data": dict(payload)})
        return min(len(self.sockets), 1)


class Flattens(PerThread):
    """Nested values arrive as text."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Make text of every value."""
        return await super().emit_agent_event(
            event, {key: str(value) for key, value in payload.items()}
        )


class Boasts(PerThread):
    """More sockets are reported than there are."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Count one more."""
        return await super().emit_agent_event(event, payload) + 1


class Waits(PerThread):
    """Sending never returns."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Wait for what nobody does."""
        await self.until_somebody_is_ready()
        return 0

    async def until_somebody_is_ready(self) -> None:
        """Wait for ever."""
        await asyncio.Event().wait()


class KeepsRemoved(PerThread):
    """Removing does nothing."""

    async def remove_connection(self, connection_id: str) -> None:
        """Leave it."""


class RemovesLike(PerThread):
    """Removing takes every id with it that begins alike."""

    async def remove_connection(self, connection_id: str) -> None:
        """Let go of all that match."""
        for each in [key for key in self.sockets if key.startswith(connection_id)]:
            del self.sockets[each]


class RemovesOnce(PerThread):
    """Removing for the second time raises."""

    async def remove_connection(self, connection_id: str) -> None:
        """Let it go."""
        del self.sockets[connection_id]


class RemovesAllIfUnknown(PerThread):
    """Removing what is unknown empties the manager."""

    async def remove_connection(self, connection_id: str) -> None:
        """Let it go, or all."""
        if self.sockets.pop(connection_id, None) is None:
            self.sockets.clear()


class FallsBack(Shared):
    """What is for an unknown user goes to everybody."""

    async def emit_event(self, user_id: str, event: str, payload: Mapping[str, Any]) -> int:
        """Send to one user, or to all."""
        if user_id in self.users:
            return await super().emit_event(user_id, event, payload)
        await self.broadcast({"type": event, **payload})
        return 0


class KeyedByConnection(Shared):
    """Sockets are kept by their own id alone, whoever comes with it."""

    async def connect(self, websocket: Peer, user_id: str, connection_id: str) -> None:
        """Take a socket in, in place of any other of that id."""
        for sockets in self.users.values():
            if connection_id in sockets:
                sockets[connection_id] = websocket
        await super().connect(websocket, user_id, connection_id)


class DropsEarly(PerUser):
    """What is sent before connecting is lost."""

    def emit_event(self, event: str, payload: Mapping[str, Any]) -> bool:
        """Send it if anybody is there."""
        return bool(self.sockets) and super().emit_event(event, payload)


class AddsTwice(Plain):
    """A socket that is added twice is sent to twice."""

    async def connect(self, websocket: Peer) -> None:
        """Take it in, again and again."""
        self.active.append(websocket)


class SendsToAll(Plain):
    """What is for one socket goes to all."""

    async def send_personal_message(self, message: str, websocket: Peer) -> None:
        """Send to everybody."""
        await self.broadcast(message)


PER_THREAD: Mapping[type[PerThread], tuple[str, ...]] = MappingProxyType(
    {
        WithoutRemoval: ("A1",),
        FewerArguments: ("A2", "A7"),
        OtherNames: ("A3",),
        NoDefault: ("A4",),
        Unawaited: ("A5", "D1"),
        NotAwaitable: ("A5",),
        OtherResult: ("A6",),
        AddRaises: ("A7",),
        SwallowsUnknownEvents: ("A7",),
        AddIsIdle: ("D1", "D4"),
        DropsAll: ("D1", "D4"),
        Doubles: ("D1", "E4"),
        Reorders: ("D1",),
        OnlyTheLatest: ("D4",),
        Flattens: ("D5",),
        Boasts: ("D10",),
        Waits: ("D1",),
        KeepsRemoved: ("E1",),
        RemovesLike: ("E2",),
        RemovesOnce: ("E3",),
        RemovesAllIfUnknown: ("E3", "E7"),
    }
)
"""Managers of one thread to the properties that must refuse them."""

OTHERS: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        FallsBack: ("D11",),
        KeyedByConnection: ("E5",),
        DropsEarly: ("D12",),
        AddsTwice: ("E4",),
        SendsToAll: ("D2",),
    }
)
"""The same of managers of other styles."""


def of_kind(kind: type[PerThread]) -> Callable[[], dict[str, object]]:
    """Factories of one kind of manager."""
    return lambda: make_per_thread(kind)
