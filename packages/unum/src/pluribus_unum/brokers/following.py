"""A stream that is kept elsewhere, followed here: no number is skipped without being told.

Events come one by one, perhaps twice, late or not at all; a snapshot says what the truth is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pluribus_unum.core.stream import Stream
from pluribus_unum.limits import Limits


class Kept(NamedTuple):
    """An event as it is kept."""

    seq: int
    body: str
    thread: str | None


class Snapshot(NamedTuple):
    """What is kept of a stream: its epoch, its last number, and the events after some number."""

    epoch: str
    seq: int
    events: Sequence[Kept]
    """In order and without a gap, up to `seq`; those before may be gone."""


class Follower:
    """Brings a stream up to what is kept elsewhere."""

    def __init__(self, limits: Limits, snapshot: Snapshot, now: float) -> None:
        base = snapshot.events[0].seq - 1 if snapshot.events else snapshot.seq
        self.stream = Stream(limits, snapshot.epoch, base)
        self.heard = now
        """When it was last known to be where the stream is."""
        for each in snapshot.events:
            self.stream.take(each.body, now, thread=each.thread)

    def hear(self, epoch: str, event: Kept, now: float) -> bool:
        """Take in an event that was announced; False when something is missing before it, or all
        has begun anew, so that a snapshot is needed."""
        stream = self.stream
        if not self.agrees(epoch, event.seq - 1, now):
            return False
        if event.seq > stream.seq:
            stream.append(event.body, now, thread=event.thread)
        return True

    def agrees(self, epoch: str, seq: int, now: float) -> bool:
        """Whether nothing is missing up to a position that was announced."""
        if epoch != self.stream.epoch or seq > self.stream.seq:
            return False
        self.heard = now
        return True

    def catch_up(self, snapshot: Snapshot, now: float) -> None:
        """Take in a snapshot that was asked for from the stream's own position on.

        By now it may be behind: what was announced while it was on its way came first.
        """
        stream = self.stream
        self.heard = now
        if snapshot.epoch != stream.epoch:
            # It lost what it had: what has been sent from here is not there any more.
            base = snapshot.events[0].seq - 1 if snapshot.events else snapshot.seq
            stream.restart(snapshot.epoch, base)
        fresh = [each for each in snapshot.events if each.seq > stream.seq]
        first = fresh[0].seq if fresh else snapshot.seq + 1
        if first > stream.seq + 1:
            stream.jump(first - 1)
        for each in fresh:
            stream.take(each.body, now, thread=each.thread)
        stream.wake()
