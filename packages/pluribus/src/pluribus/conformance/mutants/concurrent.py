"""Managers and factories that break a promise only when something happens meanwhile."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from pluribus.conformance.mutants.good import Context, PerThread, make_per_thread, whole_key
from pluribus.conformance.peer import Peer


def _alone(factory: object) -> dict[str, object]:
    return {"factory": factory, "alias": factory}


def looks_then_makes() -> dict[str, object]:
    """Two threads that ask at once get an instance each."""
    instances: dict[object, PerThread] = {}

    def manager_of(context: Context) -> PerThread:
        place = whole_key(context)
        if place not in instances:
            instances[place] = PerThread(context)
        return instances[place]

    return _alone(manager_of)


def makes_in_one_line() -> dict[str, object]:
    """Looking and making stand in one line, and are two steps all the same."""
    instances: dict[object, PerThread] = {}

    def manager_of(context: Context) -> PerThread:
        place = whole_key(context)
        instances[place] = instances.get(place) or PerThread(context)
        return instances[place]

    return _alone(manager_of)


def locks_too_late() -> dict[str, object]:
    """What was looked up before the lock is not looked up again in it."""
    instances: dict[object, PerThread] = {}
    lock = threading.Lock()

    def manager_of(context: Context) -> PerThread:
        place = whole_key(context)
        manager = instances.get(place)
        if manager is None:
            with lock:
                manager = instances[place] = PerThread(context)
        return manager

    return _alone(manager_of)


def locks_crosswise() -> dict[str, object]:
    """Who asks first takes two locks in one order, who asks later in the other."""
    instances: dict[object, PerThread] = {}
    tables, making = threading.Lock(), threading.Lock()
    asked: list[Context] = []

    def manager_of(context: Context) -> PerThread:
        asked.append(context)
        first, second = (tables, making) if len(asked) == 1 else (making, tables)
        with first:
            place = whole_key(context)
            with second:
                return instances.setdefault(place, PerThread(context))

    return _alone(manager_of)


def remembers_calls() -> dict[str, object]:
    """Calls are remembered once they have returned, and two at once are two calls."""

    @lru_cache
    def manager_of(context: Context) -> PerThread:
        return PerThread(context)

    def keyed_alike(context: Context) -> PerThread:
        return manager_of(Context(context.user_id, context.thread_id))

    return _alone(keyed_alike)


def waits_before_making() -> dict[str, object]:
    """Between looking and making it waits, and another task looks."""
    instances: dict[object, PerThread] = {}

    async def manager_of(context: Context) -> PerThread:
        place = whole_key(context)
        if place not in instances:
            await asyncio.sleep(0)
            instances[place] = PerThread(context)
        return instances[place]

    return _alone(manager_of)


class SendsFromTasks(PerThread):
    """Every event is sent by a task of its own, and overtakes the one before at a later socket."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.sending: set[asyncio.Task[int]] = set()

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Leave it to a task."""
        if event not in self.EVENTS:
            raise ValueError(event)
        task = asyncio.ensure_future(self._send(self.frame(event, payload)))
        self.sending.add(task)
        task.add_done_callback(self.sending.discard)
        return len(self.sockets)

    async def _send(self, text: str) -> int:
        sockets = list(self.sockets.values())
        for socket in sockets:
            await socket.send_text(text)
        return len(sockets)


class CopiesOnAdd(PerThread):
    """Of two sockets that are added at once, one is forgotten."""

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Put a new table in place of the old."""
        sockets = dict(self.sockets)
        await websocket.accept()
        sockets[connection_id] = websocket
        self.sockets = sockets


class WalksWhatChanges(PerThread):
    """Who comes while others are sent to makes the sending raise."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Go over the table itself."""
        for socket in self.sockets.values():
            await socket.send_json({"type": event, "data": dict(payload)})
        return len(self.sockets)


class SkipsTheNext(PerThread):
    """Who goes while others are sent to makes the sending pass over another."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.order: list[str] = []

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Take a socket in."""
        await super().add_connection(connection_id, websocket)
        if connection_id not in self.order:
            self.order.append(connection_id)

    async def remove_connection(self, connection_id: str) -> None:
        """Let it go, if it is there."""
        await super().remove_connection(connection_id)
        if connection_id in self.order:
            self.order.remove(connection_id)

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Go over the list itself."""
        for connection_id in self.order:
            if connection_id in self.sockets:
                await self.sockets[connection_id].send_json({"type": event, "data": dict(payload)})
        return len(self.sockets)


class LocksInTwoOrders(PerThread):
    """Sending takes two locks in one order, removing in the other."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.table, self.wire = asyncio.Lock(), asyncio.Lock()

    async def remove_connection(self, connection_id: str) -> None:
        """Let it go, if it is there."""
        async with self.wire:
            await asyncio.sleep(0.001)
            async with self.table:
                await super().remove_connection(connection_id)

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send to every socket."""
        async with self.table:
            await asyncio.sleep(0.001)
            async with self.wire:
                return await super().emit_agent_event(event, payload, urgent=urgent)


class KeepsTheLock(PerThread):
    """Who is cancelled while it sends keeps the lock for ever."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.lock = asyncio.Lock()

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send to every socket, and release the lock if all went well."""
        await self.lock.acquire()
        count = await super().emit_agent_event(event, payload, urgent=urgent)
        self.lock.release()
        return count


class AddsByHalves(PerThread):
    """Who is cancelled while it greets is in by name, and gets nothing, for ever."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.names: set[str] = set()

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Take the name, greet, and then take the socket."""
        if connection_id in self.names:
            return
        self.names.add(connection_id)
        await websocket.send_json({"type": "welcome"})
        await super().add_connection(connection_id, websocket)

    async def remove_connection(self, connection_id: str) -> None:
        """Let it go, if it is there."""
        if self.sockets.pop(connection_id, None) is not None:
            self.names.discard(connection_id)


class RemovesByHalves(PerThread):
    """Who is cancelled while it says goodbye is out by name, and gets everything, for ever."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.names: set[str] = set()

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Take a socket in."""
        self.names.add(connection_id)
        await super().add_connection(connection_id, websocket)

    async def remove_connection(self, connection_id: str) -> None:
        """Take the name out, say goodbye, and then let the socket go."""
        if connection_id not in self.names:
            return
        self.names.discard(connection_id)
        await self.sockets[connection_id].send_json({"type": "goodbye"})
        await super().remove_connection(connection_id)


class SleepsInTheLoop(PerThread):
    """Between two events it lets the whole loop sleep."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send slowly, so as not to ask too much of a client."""
        time.sleep(0.02)  # noqa: TID251  # the fault
        return await super().emit_agent_event(event, payload, urgent=urgent)


class LocksOneLoop(PerThread):
    """A lock belongs to the loop in which somebody first had to wait for it."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.lock = asyncio.Lock()

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send one event after the other."""
        async with self.lock:
            return await super().emit_agent_event(event, payload, urgent=urgent)


def one_lock_for_all() -> dict[str, object]:
    """One lock is held while a socket is sent to, whoever it belongs to."""
    lock = asyncio.Lock()

    class Locked(PerThread):
        async def emit_agent_event(
            self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
        ) -> int:
            async with lock:
                return await super().emit_agent_event(event, payload, urgent=urgent)

    return make_per_thread(Locked)


PER_THREAD: Mapping[type[PerThread], tuple[str, ...]] = MappingProxyType(
    {
        SendsFromTasks: ("H4",),
        CopiesOnAdd: ("H5",),
        WalksWhatChanges: ("H5",),
        SkipsTheNext: ("H5",),
        LocksInTwoOrders: ("H7",),
        KeepsTheLock: ("H6",),
        AddsByHalves: ("H6",),
        RemovesByHalves: ("H6",),
        SleepsInTheLoop: ("H8",),
        LocksOneLoop: ("H3",),
    }
)
"""Managers of one thread to the properties that must refuse them."""

FACTORIES: Mapping[Callable[[], dict[str, object]], tuple[str, ...]] = MappingProxyType(
    {
        looks_then_makes: ("H1",),
        makes_in_one_line: ("H1",),
        locks_too_late: ("H1",),
        locks_crosswise: ("H1",),
        remembers_calls: ("H1",),
        waits_before_making: ("H2",),
        one_lock_for_all: ("H7",),
    }
)
"""Factories of managers of one thread to the properties that must refuse them."""
