"""A connection as a cursor in a stream: what it says next, and when it must end.

Nothing here waits, sends or knows the time: frames are asked for, and time is handed in. So all
that can happen can be played through by a test.
"""

from __future__ import annotations

from collections.abc import Collection

from pluribus_unum.core.bucket import Bucket
from pluribus_unum.core.stream import Gap, Position, Stream
from pluribus_unum.core.tally import Tally
from pluribus_unum.core.wire import (
    Accepted,
    Ack,
    Auth,
    AuthOk,
    BadMessage,
    Close,
    CloseCode,
    Control,
    Drain,
    Hello,
    Message,
    Ping,
    Pong,
    Problem,
    Reset,
    Welcome,
    control,
    parse,
)
from pluribus_unum.limits import Limits

_BATCH_CHARS = 65_536
_MOST_CONTROL = 64
"""Frames that answer a client; one that never reads gets no more."""
_SILENT_BEATS = 3
_REFUSALS = 100
"""Messages over the limit, in a row, after which there is no more patience."""


class Session:
    """What one connection has been told, and what it is told next."""

    __slots__ = (
        "_bucket",
        "_control",
        "_cursor",
        "_epoch",
        "_limits",
        "_live_after",
        "_refused",
        "_tally",
        "_told",
        "acked",
        "batches",
        "behind_since",
        "closing",
        "connection_id",
        "heard",
        "is_open",
        "must_speak",
        "oldest_at",
        "resets",
        "stream",
        "threads",
    )

    def __init__(
        self,
        connection_id: str,
        stream: Stream,
        limits: Limits,
        now: float,
        *,
        batches: bool,
        tally: Tally | None = None,
    ) -> None:
        """Start before the first word.

        Args:
            connection_id: Names the connection.
            stream: Whose events it gets.
            limits: What it may do.
            now: The time.
            batches: Whether several events may be in one frame, a line each.
            tally: Where it is counted what it was told.
        """
        self.connection_id = connection_id
        self.stream = stream
        self.batches = batches
        self.threads: Collection[str] | None = None
        self.is_open = False
        """Whether it has been welcomed: before that it is told nothing."""
        self.must_speak = False
        """Whether it is read from, and its client says something now and then."""
        self.closing: Close | None = None
        self.heard = now
        """When the client last said something."""
        self.acked = 0
        self.behind_since: float | None = None
        """Since when there has been something that it has not been told."""
        self.resets = 0
        self.oldest_at: float | None = None
        """When the first event came that the last frame holds; None where none came since the
        client did."""
        self._limits = limits
        self._tally = tally or Tally()
        self._control: list[str] = []
        self._cursor = stream.seq
        self._epoch = stream.epoch
        self._told = stream.seq
        """The last number that the client knows of."""
        self._bucket = Bucket(limits.messages_per_s, limits.message_burst, now)
        self._refused = 0
        self._live_after = stream.seq

    # What it is told

    def welcome(self, resume: Position | None, threads: Collection[str] | None = None) -> None:
        """Begin: from where the client was, if nothing is missing since, or from now."""
        stream = self.stream
        gap = None if resume is None else stream.gap(resume)
        recovered = resume is not None and gap is None
        self._epoch = stream.epoch
        self._cursor = resume.seq if resume is not None and gap is None else stream.seq
        self._told = self._cursor
        self._live_after = stream.seq
        self.threads = threads
        self.is_open = True
        self._say(
            Welcome(
                connection_id=self.connection_id,
                epoch=stream.epoch,
                seq=self._cursor,
                recovered=recovered,
                replay=stream.seq - self._cursor,
                heartbeat=self._limits.heartbeat_s,
                limits={
                    "message_bytes": self._limits.message_bytes,
                    "messages_per_s": self._limits.messages_per_s,
                },
            )
        )
        self._tally.replayed += stream.seq - self._cursor
        if gap is not None:
            self._reset(gap)

    @property
    def lag(self) -> int:
        """How many events it has not been told."""
        return self.stream.seq - self._cursor if self._epoch == self.stream.epoch else 0

    def frame(self) -> str | None:
        """The next thing to send; None when there is nothing."""
        self.oldest_at = None
        if self._control:
            return self._control.pop(0)
        if not self.is_open:
            return None
        if self._epoch != self.stream.epoch:
            self._reset("epoch")
            return self._control.pop(0)
        if self._cursor >= self.stream.seq:
            return None
        if self._cursor + 1 < self.stream.first:
            self._reset("trimmed")
            return self._control.pop(0)
        return self._events()

    def tell(self, frame: Control) -> None:
        """Say something that is no event."""
        self._say(frame)

    def tell_text(self, text: str) -> None:
        """Say something that is sent once and never again; dropped where it would pile up."""
        if len(self._control) < _MOST_CONTROL:
            self._control.append(text)

    def drain(self, within_s: float) -> None:
        """Tell the client to come back, to another server perhaps."""
        self._say(Drain(within=within_s))

    # What the client says

    def receive(self, text: str, now: float) -> Hello | Auth | Message | None:
        """Take in a message; what is not dealt with here is returned."""
        self.heard = now
        if len(text) > self._limits.message_bytes:
            self.close(CloseCode.TOO_BIG, "the message is too big")
            return None
        try:
            said = parse(text)
        except BadMessage:
            self.close(CloseCode.PROTOCOL, "not a message of this protocol")
            return None
        if isinstance(said, Hello) and self.is_open:
            self.close(CloseCode.PROTOCOL, "hello was said before")
            return None
        if wait_s := self._bucket.take(now):
            self._refuse(said, wait_s)
            return None
        self._refused = 0
        match said:
            case Ping(t=t):
                self._say(Pong(t=t))
                return None
            case Ack(seq=seq):
                self.acked = max(self.acked, min(seq, self._cursor))
                return None
            case _:
                return said

    def accept(self, message: Message) -> None:
        """Say that a message has been handled."""
        if message.id is not None:
            self._say(Accepted(id=message.id))

    def renewed(self, exp: float | None) -> None:
        """Say that a new token is good."""
        self._say(AuthOk(exp=exp))

    # When it ends

    def close(self, code: int, reason: str) -> None:
        """End it, unless it is ending already."""
        if self.closing is None:
            self.closing = Close(code, reason)
            self._tally.closed[code] += 1

    def tick(self, now: float) -> None:
        """Look at the time: who is silent or behind for too long is let go."""
        limits = self._limits
        if self.must_speak and now - self.heard > _SILENT_BEATS * limits.heartbeat_s:
            self.close(CloseCode.SILENT, "it says nothing")
        if not self.lag:
            self.behind_since = None
        elif self.behind_since is None:
            self.behind_since = now
        elif now - self.behind_since > limits.lag_s or self.lag > limits.events_per_user // 2:
            self.close(CloseCode.SLOW_CONSUMER, "it does not keep up")

    def _events(self) -> str | None:
        stream = self.stream
        if self._cursor + 1 == stream.seq and self.threads is None:
            # Nearly always there is just one, and it is wanted.
            self._cursor = self._told = stream.seq
            self._tally.delivered += 1
            if stream.seq > self._live_after:
                self.oldest_at = stream.last.at
            return stream.last.frame(self._epoch)
        parts: list[str] = []
        size = 0
        while self._cursor < stream.seq and size < _BATCH_CHARS:
            entry = stream.entry(self._cursor + 1)
            assert entry is not None, "it was looked at above"
            self._cursor += 1
            if not self._wants(entry.thread):
                continue
            before = self._told
            self._told = entry.seq
            text = entry.frame(self._epoch, None if before == entry.seq - 1 else before)
            parts.append(text)
            if self.oldest_at is None and entry.seq > self._live_after:
                self.oldest_at = entry.at
            size += len(text)
            if not self.batches:
                break
        self._tally.delivered += len(parts)
        return "\n".join(parts) if parts else None

    def _wants(self, thread: str | None) -> bool:
        return self.threads is None or thread is None or thread in self.threads

    def _reset(self, reason: Gap) -> None:
        stream = self.stream
        self._epoch = stream.epoch
        self._cursor = self._told = stream.seq
        self.resets += 1
        self._tally.resets[reason] += 1
        self._say(Reset(epoch=stream.epoch, seq=stream.seq, reason=reason))

    def _say(self, frame: Control) -> None:
        if len(self._control) >= _MOST_CONTROL:
            self.close(CloseCode.SLOW_CONSUMER, "it reads no answers")
            return
        self._control.append(control(frame))

    def _refuse(self, said: object, wait_s: float) -> None:
        self._refused += 1
        if self._refused > _REFUSALS:
            self.close(CloseCode.RATE_LIMITED, "too many messages")
            return
        ref = said.id if isinstance(said, Message) else None
        self._say(Problem(code="rate_limited", ref=ref, retry_after=round(wait_s, 3)))
