"""Factories that keep what was released."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pluribus.conformance.mutants.good import (
    Context,
    Factory,
    PerThread,
    keyed,
    make_per_thread,
    whole_key,
)


def _alone(factory: Factory) -> dict[str, object]:
    return {"factory": factory, "alias": factory}


class Unforgotten(PerThread):
    """A manager that lets its sockets go and stays where it is."""

    def close(self) -> None:
        """Let every socket go."""
        self.sockets.clear()


def keeps_what_was_released() -> dict[str, object]:
    """Who was released gets the same instance again."""
    return _alone(keyed(Unforgotten, whole_key))


def forgets_everybody() -> dict[str, object]:
    """With one instance all are released."""
    instances: dict[object, PerThread] = {}

    def manager_of(context: Context) -> PerThread:
        place = whole_key(context)
        if any(each.is_released for each in instances.values()):
            instances.clear()
        return instances.setdefault(place, PerThread(context))

    return _alone(manager_of)


def takes_sockets_over() -> dict[str, object]:
    """An instance that follows a released one has its sockets."""
    sockets: dict[object, dict[str, Any]] = {}

    class Heir(PerThread):
        def close(self) -> None:
            self.is_released = True

    first = keyed(Heir, whole_key)

    def manager_of(context: Context) -> PerThread:
        manager = first(context)
        manager.sockets = sockets.setdefault(whole_key(context), {})
        return manager

    return _alone(manager_of)


def counts_users() -> dict[str, object]:
    """Something of every user is kept for ever."""
    first = keyed(PerThread, whole_key)
    requests: dict[object, int] = {}

    def manager_of(context: Context) -> PerThread:
        place = whole_key(context)
        requests[place] = requests.get(place, 0) + 1
        return first(context)

    return _alone(manager_of)


def beats_when_released() -> dict[str, object]:
    """The heart of an instance goes on beating when it is released."""

    class Manager(PerThread):
        beating: asyncio.Task[None] | None = None

        async def add_connection(self, connection_id: str, websocket: Any) -> None:
            await super().add_connection(connection_id, websocket)
            if self.beating is None:
                self.beating = asyncio.ensure_future(self.beat())

        async def beat(self) -> None:
            while True:
                await asyncio.sleep(600)

    return make_per_thread(Manager)


def sweeps_when_released() -> dict[str, object]:
    """An instance looks for lost sockets by a timer that sets itself again, for ever."""

    class Manager(PerThread):
        def __init__(self, context: Context) -> None:
            super().__init__(context)
            self.is_swept = False

        async def add_connection(self, connection_id: str, websocket: Any) -> None:
            await super().add_connection(connection_id, websocket)
            if not self.is_swept:
                self.is_swept = True
                self.sweep()

        def sweep(self) -> None:
            asyncio.get_running_loop().call_later(600, self.sweep)

    return make_per_thread(Manager)


def listens_when_released() -> dict[str, object]:
    """Who wants to hear of a configuration that changes hears of it for ever."""
    listeners: list[Callable[[], None]] = []

    class Manager(PerThread):
        def __init__(self, context: Context) -> None:
            super().__init__(context)
            listeners.append(self.reload)

        def reload(self) -> None:
            """Do as the new configuration says."""

    return make_per_thread(Manager)


KEEPERS: Mapping[Callable[[], dict[str, object]], tuple[str, ...]] = MappingProxyType(
    {
        keeps_what_was_released: ("B11", "B15", "I2"),
        forgets_everybody: ("B11",),
        takes_sockets_over: ("B12",),
        counts_users: ("B15",),
        beats_when_released: ("I2",),
        sweeps_when_released: ("I2",),
        listens_when_released: ("I2",),
    }
)
"""Factories to the properties that must refuse them."""
