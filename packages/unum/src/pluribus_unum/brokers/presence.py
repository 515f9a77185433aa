"""Who is connected, and where."""

from __future__ import annotations

from typing import NamedTuple

import msgspec


class Presence(NamedTuple):
    """A connection of a user, on one of the nodes."""

    node_id: str
    connection_id: str
    since: float
    """Seconds since 1970, by the clock of its node."""


class Roll:
    """The connections of this node, and the keys of which that is not known elsewhere yet."""

    def __init__(self, node_id: str) -> None:
        self._node_id = node_id
        self._here: dict[str, dict[str, float]] = {}
        self.changed: set[str] = set()

    def enter(self, key: str, connection_id: str, since: float) -> None:
        """A connection is there."""
        self._here.setdefault(key, {})[connection_id] = since
        self.changed.add(key)

    def leave(self, key: str, connection_id: str) -> None:
        """It is not any more."""
        held = self._here.get(key, {})
        if held.pop(connection_id, None) is not None:
            self.changed.add(key)
            if not held:
                del self._here[key]

    def renew(self) -> None:
        """Everything is to be said again."""
        self.changed.update(self._here)

    def clear(self) -> None:
        """Nobody is there."""
        self.changed.update(self._here)
        self._here.clear()

    def text(self, key: str) -> str:
        """The connections of a key, for other nodes to read; empty without any."""
        held = self._here.get(key)
        return msgspec.json.encode(held).decode() if held else ""

    def of(self, key: str) -> tuple[Presence, ...]:
        """The connections of a key on this node."""
        return tuple(
            Presence(self._node_id, name, at) for name, at in self._here.get(key, {}).items()
        )


_ROLL = msgspec.json.Decoder(dict[str, float])


def posted(node_id: str, text: str | bytes) -> tuple[Presence, ...]:
    """What another node said by `Roll.text`; nothing where that cannot be read."""
    try:
        held = _ROLL.decode(text)
    except msgspec.DecodeError:
        return ()
    return tuple(Presence(node_id, name, at) for name, at in held.items())
