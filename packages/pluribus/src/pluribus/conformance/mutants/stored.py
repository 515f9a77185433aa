"""Managers that keep data in a store outside of the process: a good one, and broken ones.

The library of the store is an extra, and is imported where it is needed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from pluribus.conformance.mutants.good import HELD, lost
from pluribus.conformance.peer import Peer

SHARED = ("seen:*",)
"""Keys that users share on purpose."""
_SOCKETS = "node:sockets"
_EVENTS = "node:events"
_SEEN = "seen:users"
_AGAIN_S = 0.01


class Stored:
    """One user's sockets; who is there and what was sent last is told to a store first.

    What all users of a node have in common there is kept by socket, and nobody reads it; that
    somebody was seen is known to all on purpose.
    """

    def __init__(self, user_id: str, store: Any, everybody: Callable[[], list[Stored]]) -> None:
        self.user_id = user_id
        self.store = store
        self.everybody = everybody
        self.sockets: dict[str, Peer] = {}

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Take a socket in, once the store knows of it."""
        await self.store.hset(_SOCKETS, connection_id, self.user_id)
        await self.store.sadd(_SEEN, self.user_id)
        await self.store.smembers(_SEEN)
        self.sockets[connection_id] = websocket

    async def remove_connection(self, connection_id: str) -> None:
        """Let it go, whether or not the store is there."""
        self.sockets.pop(connection_id, None)
        await self.store.hdel(_SOCKETS, connection_id)

    async def emit_event(self, event: str, payload: Mapping[str, Any]) -> int:
        """Keep an event, tell the other nodes, and send it."""
        text = json.dumps({"type": event, "data": dict(payload)})
        await self.keep(text)
        return await self.hand_out(text)

    async def keep(self, text: str) -> None:
        """In one transaction, with no more than the latest."""
        async with self.store.pipeline(transaction=True) as commands:
            commands.rpush(self.key(), text)
            commands.ltrim(self.key(), -HELD, -1)
            commands.publish(_EVENTS, text)
            await commands.execute()

    def key(self) -> str:
        """Where the events of the user are."""
        return f"user:{self.user_id}:events"

    async def hand_out(self, text: str) -> int:
        """Send to every socket, and count them."""
        sockets = list(self.sockets.items())
        gone = await lost([(key, each.send_text(text)) for key, each in sockets])
        for key in gone:
            self.sockets.pop(key, None)
        return len(sockets) - len(gone)


def make_stored(kind: type[Stored] = Stored) -> dict[str, object]:
    """A factory that is given the id of the user alone, over one pool of connections."""
    import redis.asyncio  # noqa: PLC0415  # an extra

    store = redis.asyncio.from_url("redis://store", decode_responses=True)
    instances: dict[str, Stored] = {}

    def manager_of(user_id: str) -> Stored:
        if not isinstance(user_id, str):
            raise TypeError("user_id must be str")
        return instances.setdefault(user_id, kind(user_id, store, everybody))

    def everybody() -> list[Stored]:
        return list(instances.values())

    return {"factory": manager_of}


class ReadsTheLast(Stored):
    """What was sent last is kept under one key for all, and whoever joins reads it."""

    async def add_connection(self, connection_id: str, websocket: Peer) -> None:
        """Take a socket in, and look what there was."""
        await super().add_connection(connection_id, websocket)
        await self.store.get("last")

    async def keep(self, text: str) -> None:
        """Under the one key."""
        await super().keep(text)
        await self.store.append("last", text)


class LooksThroughAllKeys(Stored):
    """To find the keys of one user, those of all are listed."""

    async def emit_event(self, event: str, payload: Mapping[str, Any]) -> int:
        """Look first."""
        await self.store.keys("user:*")
        return await super().emit_event(event, payload)


class KeyedByTheNode(Stored):
    """The latest event is kept under one key for all, so that one takes the place of another."""

    async def keep(self, text: str) -> None:
        """Under the one key."""
        await self.store.set("node:latest", text)


class ClearsTheStore(Stored):
    """Who leaves takes away what there is of everybody."""

    async def remove_connection(self, connection_id: str) -> None:
        """Let it go, and clean up."""
        await super().remove_connection(connection_id)
        await self.store.flushdb()


class WritesToTheOthers(Stored):
    """An event is put among those of everybody."""

    async def keep(self, text: str) -> None:
        """Under the key of each user."""
        for each in self.everybody():
            await self.store.rpush(each.key(), text)


class SendsToAllWithoutTheStore(Stored):
    """While the store is away nobody is told from another."""

    async def emit_event(self, event: str, payload: Mapping[str, Any]) -> int:
        """Send to everybody, rather than to nobody."""
        try:
            return await super().emit_event(event, payload)
        except _unreachable():
            for each in self.everybody():
                await each.hand_out(json.dumps({"type": event, "data": dict(payload)}))
            raise


class WaitsForTheStore(Stored):
    """A call does not end before the store is back."""

    async def keep(self, text: str) -> None:
        """Try again, and again."""
        while True:
            with suppress(OSError, _unreachable()):
                return await super().keep(text)
            await asyncio.sleep(_AGAIN_S)


class GivesUpForGood(Stored):
    """Once the store was away, it is never asked again."""

    is_lost = False

    async def keep(self, text: str) -> None:
        """Remember that it was away."""
        if self.is_lost:
            raise RuntimeError("the store is away")
        try:
            await super().keep(text)
        except Exception:
            self.is_lost = True
            raise


class LosesInSilence(Stored):
    """What cannot be kept is dropped, and nobody is told."""

    async def emit_event(self, event: str, payload: Mapping[str, Any]) -> int:
        """Say that nobody was reached."""
        try:
            return await super().emit_event(event, payload)
        except _unreachable():
            return 0


def _unreachable() -> type[Exception]:
    from redis.exceptions import ConnectionError as Unreachable  # noqa: PLC0415  # an extra

    return Unreachable


STORED: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        ReadsTheLast: ("C11",),
        LooksThroughAllKeys: ("C11",),
        KeyedByTheNode: ("C11",),
        ClearsTheStore: ("C11",),
        WritesToTheOthers: ("C11",),
        SendsToAllWithoutTheStore: ("G7",),
        WaitsForTheStore: ("G7",),
        GivesUpForGood: ("G7",),
        LosesInSilence: ("G7",),
    }
)
"""Managers to the properties that must refuse them."""
