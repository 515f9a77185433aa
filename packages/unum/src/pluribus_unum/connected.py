"""Who is connected to a node: every connection, by isolation key and by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pluribus_unum.connection import Connection
from pluribus_unum.core.wire import CloseCode
from pluribus_unum.errors import Refused
from pluribus_unum.limits import Limits


class Connected:
    """The connections of one node. A key that has none takes no room."""

    __slots__ = ("_by_key", "_limits")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._by_key: dict[str, dict[str, Connection]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._by_key

    def __iter__(self) -> Iterator[Connection]:
        """Each of them; those that come or go meanwhile are no error."""
        return iter([each for held in self._by_key.values() for each in held.values()])

    def of(self, key: str) -> tuple[Connection, ...]:
        """Those of one isolation key."""
        held = self._by_key.get(key)
        return () if held is None else tuple(held.values())

    def number_of(self, key: str) -> int:
        """How many there are of one isolation key; asked for every event, and touches none."""
        return len(self._by_key.get(key, ()))

    def by_key(self) -> list[tuple[str, Connection]]:
        """Each, with its isolation key."""
        return [(key, each) for key, held in self._by_key.items() for each in held.values()]

    def find(self, key: str, connection: str | Connection) -> Connection | None:
        """One of an isolation key, by its name or as itself; never another user's."""
        held = self._by_key.get(key, {})
        if isinstance(connection, Connection):
            return connection if held.get(connection.id) is connection else None
        return held.get(connection)

    def put(self, key: str, connection: Connection) -> Connection | None:
        """Take one in; gives the one that had its name."""
        held = self._by_key.setdefault(key, {})
        before = held.get(connection.id)
        held[connection.id] = connection
        return before

    def discard(self, key: str, connection: Connection) -> bool:
        """Let go of one; whether it was there, under its name and no other."""
        if self.find(key, connection) is None:
            return False
        held = self._by_key[key]
        del held[connection.id]
        if not held:
            del self._by_key[key]
        return True

    def must_have_room(self, key: str, name: str) -> None:
        """Refuse who would be one too many.

        Raises:
            Refused: the user has as many as they may, or the node has as many users.
        """
        held = self._by_key.get(key, {})
        if name not in held and len(held) >= self._limits.connections_per_user:
            raise Refused(
                f"the user has {len(held)} connections, and that is the most",
                code=CloseCode.TOO_MANY_CONNECTIONS,
                status=429,
            )
        if not held and len(self._by_key) >= self._limits.users:
            raise Refused("the server is full", code=CloseCode.OVER_CAPACITY, status=503)

    def counts(self) -> Mapping[str, int]:
        """How many users and connections there are."""
        return {
            "users": len(self._by_key),
            "connections": sum(len(held) for held in self._by_key.values()),
        }
