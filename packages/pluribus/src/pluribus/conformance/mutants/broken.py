"""Managers that break one promise each, or two: what the kit must notice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pluribus.conformance.mutants.good import (
    Context,
    Factory,
    PerThread,
    PerUser,
    Plain,
    Shared,
    keyed,
    make_per_thread,
    whole_key,
)
from pluribus.conformance.peer import Peer

# mypy is told nothing of these: that a signature differs from the one promised is the point.


class WithoutRemoval(PerThread):
    """One operation is missing."""

    remove_connection = None  # type: ignore[assignment]  # the fault


class FewerArguments(PerThread):
    """An operation takes less than is promised."""

    async def add_connection(self, connection: object) -> None:  # type: ignore[override]  # the fault
        """Take what nobody gives."""


class OtherNames(PerThread):
    """A parameter is called otherwise than is promised."""

    async def add_connection(self, conn: str, websocket: Peer) -> None:  # type: ignore[override]  # the fault
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


def _leaking(key: Callable[[Context], object]) -> dict[str, object]:
    """Managers that send to every socket of all managers under one key."""
    instances: dict[object, list[PerThread]] = {}

    class Leaks(PerThread):
        async def emit_agent_event(
            self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
        ) -> int:
            for manager in instances.get(key(self.context), []):
                await PerThread.emit_agent_event(manager, event, payload)
            return len(self.sockets)

    first = keyed(Leaks, whole_key)

    def manager_of(context: Context) -> PerThread:
        manager = first(context)
        known = instances.setdefault(key(context), [])
        if manager not in known:
            known.append(manager)
        return manager

    return {"factory": manager_of, "alias": manager_of}


def leaks_to_all() -> dict[str, object]:
    """Every event reaches every user."""
    return _leaking(lambda context: "")


def leaks_to_threads() -> dict[str, object]:
    """Every event reaches every thread of its user."""
    return _leaking(lambda context: context.user_id)


def _alone(factory: Factory) -> dict[str, object]:
    return {"factory": factory, "alias": factory}


def always_new() -> dict[str, object]:
    """Every call gives out another instance."""
    return _alone(lambda context: PerThread(_real(context)))


def keyed_by_object() -> dict[str, object]:
    """Only the very same context object gets its instance again."""
    seen: list[Context] = []

    def key(context: Context) -> object:
        seen.append(_real(context))  # or its id might be given to another
        return id(context)

    return _alone(keyed(PerThread, key))


def one_for_all() -> dict[str, object]:
    """Everybody gets one instance."""
    return _alone(keyed(PerThread, lambda context: bool(_real(context).user_id)))


def keyed_by_user() -> dict[str, object]:
    """Two threads of one user get one instance."""
    return _alone(keyed(PerThread, lambda context: context.user_id))


def keyed_by_thread() -> dict[str, object]:
    """Two users get one instance if their threads are called alike."""
    return _alone(keyed(PerThread, lambda context: context.thread_id))


def joined_key() -> dict[str, object]:
    """The parts of the key are joined by what may be in them."""
    return _alone(keyed(PerThread, lambda context: f"{context.user_id}:{context.thread_id}"))


def first_word_key() -> dict[str, object]:
    """Of the user only the first word counts."""
    return _alone(
        keyed(PerThread, lambda context: (context.user_id.split(" ")[0], context.thread_id))
    )


def default_instance() -> dict[str, object]:
    """Who has no context gets an instance nevertheless."""
    first = keyed(PerThread, whole_key)
    nobody = PerThread(Context("", ""))

    def manager_of(context: Context | None) -> PerThread:
        return nobody if context is None else first(context)

    return {"factory": manager_of, "alias": manager_of}


def bound_to_another() -> dict[str, object]:
    """Instances are bound to whoever came first."""
    first = keyed(PerThread, whole_key)
    seen: list[Context] = []

    def manager_of(context: Context) -> PerThread:
        seen.append(context)
        manager = first(context)
        manager.context = seen[0]
        return manager

    return _alone(manager_of)


def two_registries() -> dict[str, object]:
    """Two factories keep their instances apart."""
    return {"factory": keyed(PerThread, whole_key), "alias": keyed(PerThread, whole_key)}


def gives_nothing() -> dict[str, object]:
    """The factory returns None."""

    def manager_of(context: Context) -> object:
        return None

    return {"factory": manager_of, "alias": manager_of}


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


def drops_early() -> dict[str, object]:
    """A factory of such managers."""
    instances: dict[str, PerUser] = {}

    def manager_of(user_id: str) -> PerUser:
        if not isinstance(user_id, str):
            raise TypeError("user_id must be str")
        return instances.setdefault(user_id, DropsEarly(user_id))

    return {"factory": manager_of}


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


def _real(context: Context) -> Context:
    if not isinstance(context, Context):
        raise TypeError("a context is required")
    return context


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

FACTORIES: Mapping[Callable[[], dict[str, object]], tuple[str, ...]] = MappingProxyType(
    {
        leaks_to_all: ("D2", "D11"),
        leaks_to_threads: ("D3",),
        always_new: ("B1", "B2"),
        keyed_by_object: ("B2",),
        one_for_all: ("B3", "B4", "D2"),
        keyed_by_user: ("B4", "D3"),
        keyed_by_thread: ("B5",),
        joined_key: ("B5",),
        first_word_key: ("B5",),
        default_instance: ("B6",),
        bound_to_another: ("B7",),
        two_registries: ("B9",),
        gives_nothing: ("B1",),
    }
)
"""Factories of such managers to the properties that must refuse them."""


def of_kind(kind: type[PerThread]) -> Callable[[], dict[str, object]]:
    """Factories of one kind of manager."""
    return lambda: make_per_thread(kind)
