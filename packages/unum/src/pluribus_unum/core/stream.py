"""One user's events: an epoch, a position, and the last of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol

import msgspec

from pluribus_unum.limits import Limits

Gap = Literal["epoch", "trimmed", "ahead", "lost"]
"""Why a position cannot be gone on from: of another epoch, no longer kept, not reached yet, or
the broker has lost what was in between."""

_MOST_DIGITS = 18
"""Of a number that was ever given out."""
_OVERHEAD_BYTES = 200
"""What an entry takes beside its text."""


class Position(NamedTuple):
    """A place in a stream. Without its epoch a number says nothing.

    As text it is `epoch:seq`, which is the id of the event that stands there.
    """

    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}:{self.seq}"

    @classmethod
    def parse(cls, text: str) -> Position:
        """Read the id of an event, as a client hands it back.

        What is no such id is a position of no epoch that there is: whoever resumes from it is told
        by `reset` that something may be missing, and goes on. So nothing is raised.
        """
        epoch, _, seq = text.rpartition(":")
        if seq.isascii() and seq.isdigit() and len(seq) <= _MOST_DIGITS:
            return cls(epoch, int(seq))
        return cls("", 0)


class Entry(msgspec.Struct, eq=False, gc=False):
    """One event as it is kept: its text is made once, for however many connections.

    There are many of them, which hold nothing that the collector need look for.
    """

    seq: int
    body: str
    """A JSON object without `seq` and `id`."""
    at: float
    """When it came, by the clock of the stream."""
    thread: str | None

    @property
    def size(self) -> int:
        """Bytes that it holds, about."""
        return len(self.body) + _OVERHEAD_BYTES

    def frame(self, epoch: str, prev: int | None = None) -> str:
        """What is sent; with `prev`, the number that the connection had before, where some are
        left out on purpose."""
        place = f'"seq":{self.seq},"id":"{epoch}:{self.seq}"'
        if prev is None:
            return f"{{{place},{self.body[1:]}"
        return f'{{{place},"prev":{prev},{self.body[1:]}'


class Listener(Protocol):
    """Hears of some events, each as it comes, and of each break in the row of them."""

    def hear(self, entry: Entry) -> None:
        """It has come."""

    def broken(self) -> None:
        """The stream goes on elsewhere, and what is between was never there."""


class Stream:
    """Numbers the events of one isolation key without a gap, and keeps the last of them.

    `seq` is the number of the last event, 0 before the first. Whoever watches is called after
    each change, and asks for what is new; nobody is handed anything.
    """

    __slots__ = (
        "_age_s",
        "_begins",
        "_entries",
        "_listener",
        "_most_bytes",
        "_most_events",
        "bytes",
        "epoch",
        "first",
        "seq",
        "touched",
        "watchers",
    )

    def __init__(self, limits: Limits, epoch: str, seq: int = 0) -> None:
        self._most_events = limits.events_per_user
        self._most_bytes = limits.bytes_per_user
        self._age_s = limits.age_s
        self._entries: deque[Entry] = deque()
        self.epoch = epoch
        self.seq = seq
        self.first = seq + 1
        """The number of the oldest event that is kept; one more than the last when none is."""
        self.bytes = 0
        """Of what is kept, about."""
        self.touched = 0.0
        """When anything was last done with it, by the clock of those who do."""
        self.watchers: set[Callable[[], None]] = set()
        self._listener: Listener | None = None
        self._begins: tuple[str, ...] = ()

    @property
    def position(self) -> Position:
        """Where it stands."""
        return Position(self.epoch, self.seq)

    @property
    def last(self) -> Entry:
        """The newest event that is kept; there must be one."""
        return self._entries[-1]

    def listen(self, listener: Listener | None, begins: tuple[str, ...] = ()) -> None:
        """Let one listener, in place of the one before, hear of the events that begin like this.
        All others cost no more than to see that they do not."""
        self._listener, self._begins = listener, begins

    def append(self, body: str, now: float, *, thread: str | None = None) -> Entry:
        """Add an event with the next number, and tell those who watch."""
        entry = self.take(body, now, thread=thread)
        self.wake()
        return entry

    def take(self, body: str, now: float, *, thread: str | None = None) -> Entry:
        """Add an event and tell none of those who watch yet. What is too much is let go of
        at once; what is too old, only by `trim`, which brokers call now and then."""
        seq = self.seq = self.seq + 1
        entry = Entry(seq, body, now, thread)
        entries = self._entries
        entries.append(entry)
        self.bytes += len(body) + _OVERHEAD_BYTES
        while len(entries) > self._most_events or (entries and self.bytes > self._most_bytes):
            self._drop()
        if self._listener is not None and body.startswith(self._begins):
            self._listener.hear(entry)
        return entry

    def wake(self) -> None:
        """Tell those who watch that there is something to ask for; none of them comes or goes
        meanwhile."""
        for watcher in self.watchers:
            watcher()

    def restart(self, epoch: str, seq: int) -> None:
        """Go on as another stream: what was before is lost, which everybody is told."""
        self.epoch = epoch
        self.jump(seq)
        self.wake()

    def jump(self, seq: int) -> None:
        """Go on after a number of the same epoch: what is between is not to be had any more."""
        self._entries.clear()
        self.bytes = 0
        self.seq = seq
        self.first = seq + 1
        if self._listener is not None:
            self._listener.broken()

    def forget(self) -> None:
        """Let go of every event but the last, which may not have been sent yet."""
        while len(self._entries) > 1:
            self._drop()

    def entry(self, seq: int) -> Entry | None:
        """The event of a number; None where it is not kept, or not there yet."""
        index = seq - self.first
        return self._entries[index] if 0 <= index < len(self._entries) else None

    def gap(self, since: Position) -> Gap | None:
        """Why nobody can go on from `since` without missing something; None when all can."""
        if since.epoch != self.epoch:
            return "epoch"
        if since.seq > self.seq:
            return "ahead"
        return "trimmed" if since.seq + 1 < self.first else None

    def trim(self, now: float) -> None:
        """Let go of what is too old; the last event of all is kept longest."""
        oldest = now - self._age_s
        while self._entries and self._entries[0].at < oldest:
            self._drop()

    def _drop(self) -> None:
        self.bytes -= self._entries.popleft().size
        self.first += 1
