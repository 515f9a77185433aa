"""Managers to which a client may come back: a good one, and broken ones."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from pluribus.conformance.mutants.good import HELD, lost
from pluribus.conformance.peer import Peer


class Resumable:
    """One user's sockets, and the latest events: who comes back says what was seen last."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self.sockets: list[Peer] = []
        self.number = 0
        self.held: deque[tuple[int, str]] = deque(maxlen=HELD)

    async def connect(self, websocket: Peer, last_seen: int | None = None) -> None:
        """Take a socket in, once it has got what it has missed."""
        if last_seen is not None:
            await self.replay(websocket, last_seen)
        if websocket not in self.sockets:
            self.sockets.append(websocket)

    def disconnect(self, websocket: Peer) -> None:
        """Let it go, if it is there."""
        if websocket in self.sockets:
            self.sockets.remove(websocket)

    async def emit_event(self, event: str, payload: Mapping[str, Any]) -> int:
        """Send an event to whoever is there, and hold it for the others."""
        text = json.dumps({"type": event, "number": self.number + 1, "data": dict(payload)})
        self.number += 1
        self.held.append((self.number, text))
        sockets = list(self.sockets)
        gone = await lost([(each, each.send_text(text)) for each in sockets])
        for each in gone:
            self.disconnect(each)
        return len(sockets) - len(gone)

    async def replay(self, websocket: Peer, last_seen: int) -> None:
        """Send what came after `last_seen`, what comes meanwhile included, or tell of a gap."""
        oldest = self.held[0][0] if self.held else self.number + 1
        if not oldest - 1 <= last_seen <= self.number:
            await self.tell(websocket)
            last_seen = oldest - 1
        while left := self.after(last_seen):
            for _, text in left:
                await websocket.send_text(text)
            last_seen, _ = left[-1]

    async def tell(self, websocket: Peer) -> None:
        """That something is lost."""
        await websocket.send_text(json.dumps({"type": "gap"}))

    def after(self, last_seen: int) -> list[tuple[int, str]]:
        """What is held of later events."""
        return [each for each in self.held if each[0] > last_seen]


def make_resumable(kind: type[Resumable] = Resumable) -> dict[str, object]:
    """A factory that is given the id of the user alone."""
    instances: dict[str, Resumable] = {}

    def manager_of(user_id: str) -> Resumable:
        if not isinstance(user_id, str):
            raise TypeError("user_id must be str")
        return instances.setdefault(user_id, kind(user_id))

    return {"factory": manager_of}


class OnlyReplays(Resumable):
    """Who comes back gets what was missed, and nothing more."""

    async def connect(self, websocket: Peer, last_seen: int | None = None) -> None:
        """Take a socket in, or send it what it has missed."""
        if last_seen is None:
            await super().connect(websocket)
        else:
            await self.replay(websocket, last_seen)


class SkipsOne(Resumable):
    """The first event that was missed stays missed."""

    def after(self, last_seen: int) -> list[tuple[int, str]]:
        """One too few."""
        return [each for each in self.held if each[0] > last_seen + 1]


class SendsSeenAgain(Resumable):
    """The event that was seen last comes again."""

    async def connect(self, websocket: Peer, last_seen: int | None = None) -> None:
        """Take a socket in, from one event too early on."""
        await super().connect(websocket, None if last_seen is None else last_seen - 1)


class SaysNothing(Resumable):
    """What is lost is lost in silence."""

    async def tell(self, websocket: Peer) -> None:
        """Say nothing."""


class OneLogForAll(Resumable):
    """Events of all users are held in one place."""

    everything: ClassVar[list[tuple[int, str]]] = []

    def __init__(self, user_id: str) -> None:
        super().__init__(user_id)
        self.everything.clear()  # of another run

    async def emit_event(self, event: str, payload: Mapping[str, Any]) -> int:
        """Send an event, and hold it among all others."""
        reached = await super().emit_event(event, payload)
        self.everything.append(self.held[-1])
        del self.everything[:-HELD]
        return reached

    def after(self, last_seen: int) -> list[tuple[int, str]]:
        """What is held of anybody's later events."""
        return [each for each in self.everything if each[0] > last_seen]


class ReplaysToAll(Resumable):
    """What one client has missed is sent to all."""

    async def replay(self, websocket: Peer, last_seen: int) -> None:
        """Send what came after, to everybody."""
        for _, text in self.after(last_seen):
            for each in [websocket, *self.sockets]:
                await each.send_text(text)


class ForgetsMeanwhile(Resumable):
    """What is sent while a client comes back never reaches it."""

    async def replay(self, websocket: Peer, last_seen: int) -> None:
        """Send what had come by now."""
        for _, text in self.after(last_seen):
            await websocket.send_text(text)


class LiveBeforeReplay(Resumable):
    """What is new comes before what was missed, and twice."""

    async def connect(self, websocket: Peer, last_seen: int | None = None) -> None:
        """Take a socket in, and send it later what it has missed."""
        await super().connect(websocket)
        if last_seen is not None:
            await self.replay(websocket, last_seen)


class HandsOutOnce(Resumable):
    """Whoever comes first takes what is held with it."""

    async def connect(self, websocket: Peer, last_seen: int | None = None) -> None:
        """Take a socket in, and hold nothing any longer."""
        await super().connect(websocket, last_seen)
        self.held.clear()


class TrustsAnyId(Resumable):
    """An id from the future is one that has seen everything."""

    async def replay(self, websocket: Peer, last_seen: int) -> None:
        """Send what came after, if that can be."""
        if last_seen <= self.number:
            await super().replay(websocket, last_seen)


RESUMING: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        OnlyReplays: ("F1",),
        SkipsOne: ("F2",),
        SendsSeenAgain: ("F2",),
        SaysNothing: ("F3",),
        OneLogForAll: ("F4",),
        ReplaysToAll: ("F5",),
        ForgetsMeanwhile: ("F6",),
        LiveBeforeReplay: ("F6",),
        HandsOutOnce: ("F7",),
        TrustsAnyId: ("F8",),
    }
)
"""Managers to the properties that must refuse them."""
