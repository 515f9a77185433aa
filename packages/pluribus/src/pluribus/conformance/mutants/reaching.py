"""Managers that are one a thread and count together, mix what is kept by user, or reach others."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pluribus.conformance.mutants.good import (
    Context,
    PerThread,
    keyed,
    make_per_thread,
    whole_key,
)
from pluribus.conformance.mutants.sharing import Keeps, Made
from pluribus.conformance.peer import Peer


class Statistics:
    """How much was sent."""

    def __init__(self) -> None:
        self.sent = 0


def counted_together() -> Made:
    """All instances are given one counter, and count in it."""
    statistics = Statistics()

    class Manager(Keeps):
        def __init__(self, context: Context) -> None:
            super().__init__(context)
            self.statistics = statistics

        def keep(self, event: str, payload: dict[str, Any]) -> None:
            self.statistics.sent += 1

    return make_per_thread(Manager)


def counted_in_class() -> Made:
    """A table of the class counts the events of all."""

    class Manager(Keeps):
        counts: dict[str, int] = dict.fromkeys(PerThread.EVENTS, 0)

        def keep(self, event: str, payload: dict[str, Any]) -> None:
            self.counts[event] += 1

    return make_per_thread(Manager)


def rebound_attribute() -> Made:
    """An attribute of the class is bound anew with each event."""

    class Manager(Keeps):
        counted = 0

        def keep(self, event: str, payload: dict[str, Any]) -> None:
            type(self).counted += 1

    return make_per_thread(Manager)


_LAST_USER = ""


class ReboundGlobal(Keeps):
    """A global of the module says who was served last."""

    def keep(self, event: str, payload: dict[str, Any]) -> None:
        """In the module."""
        global _LAST_USER
        _LAST_USER = self.context.user_id


def last_writer_under_every_key() -> Made:
    """What one user sent is kept under the key of every user."""
    latest: dict[str, dict[str, Any]] = {}

    class Manager(Keeps):
        def __init__(self, context: Context) -> None:
            super().__init__(context)
            self.latest = latest
            latest[context.user_id] = {}

        def keep(self, event: str, payload: dict[str, Any]) -> None:
            for user in self.latest:
                self.latest[user] = payload

    return make_per_thread(Manager)


def sockets_of_all() -> Made:
    """The class keeps the sockets of all users in one list."""

    class Manager(PerThread):
        everybody: list[Peer] = []

        async def add_connection(self, connection_id: str, websocket: Peer) -> None:
            self.everybody.append(websocket)
            await super().add_connection(connection_id, websocket)

    return make_per_thread(Manager)


def callbacks_of_all() -> Made:
    """Each instance enters a method of its own in one list."""
    listeners: list[Callable[[str, dict[str, Any]], None]] = []

    class Manager(Keeps):
        def __init__(self, context: Context) -> None:
            super().__init__(context)
            self.listeners = listeners
            listeners.append(self.keep)

    return make_per_thread(Manager)


def weakly_known() -> Made:
    """All instances are in a weak set that each of them reaches."""

    class Manager(PerThread):
        alive: weakref.WeakSet[PerThread] = weakref.WeakSet()

        def __init__(self, context: Context) -> None:
            super().__init__(context)
            self.alive.add(self)

    return make_per_thread(Manager)


def metaclass_list() -> Made:
    """A metaclass keeps every instance that was ever made."""

    class Registering(type):
        made: list[object] = []

        def __call__(cls, *args: Any, **named: Any) -> Any:
            instance = super().__call__(*args, **named)
            cls.made.append(instance)
            return instance

    class Manager(PerThread, metaclass=Registering):
        pass

    return make_per_thread(Manager)


def registry_in_reach() -> Made:
    """Instances lead back to the table of the factory, which is not kept by user."""
    numbered: dict[int, PerThread] = {}

    class Manager(PerThread):
        def __init__(self, context: Context) -> None:
            super().__init__(context)
            self.siblings = numbered
            numbered[len(numbered)] = self

    return make_per_thread(Manager)


def knows_the_one_before() -> Made:
    """Each instance is given the one that was made before it."""

    class Manager(PerThread):
        before: PerThread | None = None

    first = keyed(Manager, whole_key)
    made: list[PerThread] = []

    def manager_of(context: Context) -> PerThread:
        manager = first(context)
        if manager not in made:
            manager.before = made[-1] if made else None  # type: ignore[attr-defined]  # above
            made.append(manager)
        return manager

    return {"factory": manager_of, "alias": manager_of}


REACHING: Mapping[Callable[[], Made], tuple[str, ...]] = MappingProxyType(
    {
        counted_together: ("C1",),
        counted_in_class: ("C2",),
        rebound_attribute: ("C3",),
        last_writer_under_every_key: ("C5",),
        sockets_of_all: ("C6",),
        callbacks_of_all: ("C6",),
        weakly_known: ("C6",),
        metaclass_list: ("C6",),
        registry_in_reach: ("C6",),
        knows_the_one_before: ("C6",),
    }
)
"""Factories of such managers to the one property of isolation that must refuse each."""

REACHING_IN_MODULE: Mapping[type[PerThread], tuple[str, ...]] = MappingProxyType(
    {ReboundGlobal: ("C3",)}
)
"""The same, of those whose state is in this module."""
