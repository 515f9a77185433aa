"""The events of every user, numbered in JetStream over one connection.

Why it is right is written down in `docs/decisions/0024-numbers-in-jetstream.md`.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NamedTuple
from weakref import WeakValueDictionary

import msgspec
from nats.js import api
from nats.js.errors import NoStreamResponseError

from pluribus_unum.brokers.base import Published
from pluribus_unum.brokers.following import Kept, Snapshot
from pluribus_unum.brokers.jetstream import Link, Stored
from pluribus_unum.brokers.jetstream_layout import Layout, digest
from pluribus_unum.errors import UnumError

_MOST_TIPS = 10_000
_OLD_COPY_S = 0.02


class Noted(msgspec.Struct, frozen=True, array_like=True):
    """The first line of a message; the text of the event is the rest, and empty where there is
    none."""

    epoch: str
    seq: int
    """Of the event; of the last one where there is none."""
    thread: str | None = None


class Tip(NamedTuple):
    """A message that was the last of its user, and what stands in it."""

    place: int
    epoch: str
    seq: int


class Log:
    """Writes each event behind the last one of its user, which JetStream lets one node do."""

    def __init__(
        self, link: Link, layout: Layout, *, age_s: float, wall: Callable[[], float]
    ) -> None:
        """Start knowing nothing.

        Args:
            link: The connection. What is learnt over it counts for it alone.
            layout: What is where.
            age_s: How long a message is kept.
            wall: The time.
        """
        self.link = link
        self._layout = layout
        self._age_s = age_s
        self._wall = wall
        self._tips: OrderedDict[str, Tip] = OrderedDict()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def ensure(self) -> None:
        """Let every stream be there."""
        for config in self._layout.streams():
            info = await self.link.ensure(config)
            if info.cluster is not None and self._layout.needs_replicas:
                raise UnumError(
                    "one server of this NATS cluster would keep everything, in memory",
                    hint="say `replicas=3`, so that it outlives a server",
                )

    async def put(self, subject: str, data: bytes) -> None:
        """Store a message of another stream, whatever is there."""
        try:
            await self.link.put(subject, data)
        except NoStreamResponseError:
            await self.ensure()
            await self.link.put(subject, data)

    def keep(self, key: str, tip: Tip) -> None:
        """Remember the last message of a user. It need not be the last any more: what is written
        behind another is refused."""
        known = self._tips.get(key)
        if known is None or tip.place > known.place:
            self._tips[key] = tip
            self._tips.move_to_end(key)
            if len(self._tips) > _MOST_TIPS:
                self._tips.popitem(last=False)

    async def publish(
        self, key: str, body: str, *, thread: str | None, idempotency: str | None
    ) -> Published:
        """Write an event behind the last one, whoever wrote that."""
        # One after the other: each needs to know where the one before came to stand.
        turn = self._turns.setdefault(key, asyncio.Lock())
        async with turn:
            while True:
                tip = await self._tip(key)
                noted = Noted(tip.epoch, tip.seq + 1, thread)
                # Until it is acknowledged nobody knows which is the last.
                self._tips.pop(key, None)
                once = None if idempotency is None else digest(tip.epoch, key, idempotency)
                ack = await self._append(key, tip, noted, body, once)
                if ack is None:
                    continue
                if ack.duplicate:
                    seq = await self._seq_at(key, tip, ack.seq)
                    return Published(tip.epoch, seq, is_duplicate=True)
                self.keep(key, Tip(ack.seq, noted.epoch, noted.seq))
                return Published(noted.epoch, noted.seq, is_duplicate=False)

    async def read(self, key: str, after: int, reached: Tip | None) -> tuple[Snapshot, Tip]:
        """What is kept of a user, and the last message of it.

        Args:
            key: Whose.
            after: Events up to this number are not needed.
            reached: A message up to which all has been read, for less to be read now.
        """
        while True:
            # The last message is asked of the server that leads; the rest may come from another,
            # which may be behind.
            tip = await self._renewed(key)
            start = 1
            if reached is not None and reached.epoch == tip.epoch and reached.seq <= after:
                start = reached.place + 1
            if tip.place < start:
                return Snapshot(tip.epoch, tip.seq, ()), tip
            subject = self._layout.written(key)
            stored = await self.link.since(self._layout.events, subject, start)
            if not stored or stored[-1].place < tip.place:
                await asyncio.sleep(_OLD_COPY_S)
                continue
            last = tip_of(stored[-1])
            if last is not None and last.epoch == tip.epoch:
                return Snapshot(last.epoch, last.seq, _events(stored, last)), last

    async def _tip(self, key: str) -> Tip:
        """The last message of a user; a new epoch where there is none, or none of ours."""
        tip = self._tips.get(key)
        while tip is None:
            found = await self._last(key)
            tip = None if found is None else tip_of(found)
            if tip is None:
                begun = Noted(secrets.token_hex(4), 0)
                before = Tip(0 if found is None else found.place, "", 0)
                ack = await self._append(key, before, begun, "")
                tip = None if ack is None else Tip(ack.seq, begun.epoch, 0)
        self.keep(key, tip)
        return tip

    async def _renewed(self, key: str) -> Tip:
        """The last message of a user by the word of the server; written once more before it is
        too old to be kept, because the epoch would go with it."""
        while True:
            found = await self._last(key)
            tip = None if found is None else tip_of(found)
            if found is None or tip is None:
                self._tips.pop(key, None)
                return await self._tip(key)
            if self._wall() - found.at < self._age_s / 3:
                return tip
            noted = Noted(tip.epoch, tip.seq)
            if ack := await self._append(key, tip, noted, ""):
                return Tip(ack.seq, tip.epoch, tip.seq)

    async def _last(self, key: str) -> Stored | None:
        return await self.link.last(self._layout.events, self._layout.written(key))

    async def _append(
        self, key: str, tip: Tip, noted: Noted, body: str, once: str | None = None
    ) -> api.PubAck | None:
        """Write behind `tip`; None when it is not the last any more."""
        data = msgspec.json.encode(noted) + b"\n" + body.encode()
        try:
            return await self.link.append(
                self._layout.written(key), data, after=tip.place, message_id=once
            )
        except NoStreamResponseError:
            # Somebody deleted the stream, and all that was in it.
            await self.ensure()
            return None

    async def _seq_at(self, key: str, tip: Tip, place: int) -> int:
        """Under which number an event was sent before. Of one that is not kept any more that is
        not known: then it is the last of those that are not."""
        found = await self.link.at(self._layout.events, place)
        if found is not None and (said := read_message(found.data)) is not None:
            return said[0].seq
        kept = await self.link.since(self._layout.events, self._layout.written(key), 1)
        events = [said[0].seq for each in kept if (said := read_message(each.data)) and said[1]]
        return min(events, default=tip.seq + 1) - 1


def read_message(data: bytes) -> tuple[Noted, str] | None:
    """What a message says, and the text of its event; None for what nobody here has written."""
    head, _, body = data.partition(b"\n")
    try:
        return msgspec.json.decode(head, type=Noted), body.decode()
    except (msgspec.DecodeError, UnicodeError):
        return None


def tip_of(stored: Stored) -> Tip | None:
    """What stands in a message; None for what nobody here has written."""
    said = read_message(stored.data)
    return None if said is None else Tip(stored.place, said[0].epoch, said[0].seq)


def _events(stored: Sequence[Stored], tip: Tip) -> list[Kept]:
    """The last events of an epoch, without a gap up to its last number."""
    events: list[Kept] = []
    wanted = tip.seq
    for each in reversed(stored):
        said = read_message(each.data)
        if said is None or not said[1]:
            continue
        noted, body = said
        if (noted.epoch, noted.seq) != (tip.epoch, wanted):
            break
        events.append(Kept(noted.seq, body, noted.thread))
        wanted -= 1
    events.reverse()
    return events
