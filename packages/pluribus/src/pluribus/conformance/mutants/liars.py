"""Managers that say of themselves what is not so, and one that is not what it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from pluribus.conformance.mutants.good import Context, PerThread, keyed, whole_key
from pluribus.conformance.peer import Peer


class CountsRemoved(PerThread):
    """Sockets that were removed are still counted."""

    ever = 0

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Take a socket in."""
        self.ever += connection_id not in self.sockets
        await super().add_connection(connection_id, websocket)

    def connection_count(self) -> int:
        """How many there ever were."""
        return self.ever


class ListsRemoved(PerThread):
    """Sockets that were removed are still listed."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.listed: list[str] = []

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Take a socket in."""
        self.listed.append(connection_id)
        await super().add_connection(connection_id, websocket)

    def get_connections(self) -> list[str]:
        """All that ever were."""
        return list(self.listed)


class AlwaysConnected(PerThread):
    """Everybody is connected."""

    def is_connected(self, connection_id: str) -> bool:
        """Say so."""
        return True


class NeverConnected(PerThread):
    """Nobody is connected."""

    def is_connected(self, connection_id: str) -> bool:
        """Say so."""
        return False


LIARS: Mapping[type[PerThread], tuple[str, ...]] = MappingProxyType(
    {
        CountsRemoved: ("A10",),
        ListsRemoved: ("A10",),
        AlwaysConnected: ("A10",),
        NeverConnected: ("A10",),
    }
)
"""Managers of one thread to the properties that must refuse them."""


def gives_out_a_copy() -> dict[str, object]:
    """What is given out is of a second copy of the class."""
    its_own = ("__dict__", "__weakref__")
    methods = {name: each for name, each in vars(PerThread).items() if name not in its_own}
    copy: type[PerThread] = type(PerThread.__name__, (), methods)
    first = keyed(copy, whole_key)
    return {"factory": first, "alias": first}


COPIES: Mapping[Callable[[], dict[str, object]], tuple[str, ...]] = MappingProxyType(
    {gives_out_a_copy: ("A8",)}
)
"""Factories to the properties that must refuse them."""
