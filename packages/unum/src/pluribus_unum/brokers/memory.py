"""Streams in this process alone: the default, for one process."""

from __future__ import annotations

import os
import secrets

from pluribus_unum.brokers.base import Published, Revoked, Whispered, nothing
from pluribus_unum.brokers.once import Once
from pluribus_unum.brokers.presence import Presence, Roll
from pluribus_unum.brokers.revocations import Revocation, Revocations
from pluribus_unum.clock import Clock, SystemClock
from pluribus_unum.core.stream import Stream
from pluribus_unum.errors import UnumError
from pluribus_unum.limits import Limits

_WORKERS = "WEB_CONCURRENCY"
_SPARE = 16
"""This part of all room is made at once: whoever looks for it looks at every stream."""


class Held:
    """How much is kept for all users together: the one thing here that they share."""

    __slots__ = ("bytes",)

    def __init__(self) -> None:
        self.bytes = 0


class MemoryBroker:
    """Keeps every stream for as long as its events are kept, whether or not anybody is there."""

    def __init__(self, limits: Limits | None = None, clock: Clock | None = None) -> None:
        """Start empty.

        Raises:
            UnumError: the server was told to run several processes, which would not see each
                other's events.
        """
        workers = os.environ.get(_WORKERS, "")
        if workers.isdigit() and int(workers) > 1:
            raise UnumError(
                f"MemoryBroker works within one process, and {_WORKERS} is {workers}",
                hint="use ValkeyBroker or NatsBroker, or run one worker",
            )
        self._limits = limits or Limits()
        self._clock = clock or SystemClock()
        self._streams: dict[str, Stream] = {}
        self._once = Once(self._limits)
        self._joined: set[str] = set()
        self._held = Held()
        self._whispered: Whispered = _nobody
        self._revoked: Revoked = nothing
        self.node_id = secrets.token_hex(8)
        self.revocations = Revocations(self._limits, self._clock.wall)
        self._roll = Roll(self.node_id)

    async def start(self, whispered: Whispered, revoked: Revoked = nothing) -> None:
        """Begin to work.

        Raises:
            UnumError: it works for another hub, which would not hear what is whispered any more.
        """
        if self._whispered not in (_nobody, whispered):
            raise UnumError(
                "this MemoryBroker is another hub's already",
                hint="make one for each hub; ValkeyBroker and NatsBroker join several",
            )
        self._whispered = whispered
        self._revoked = revoked

    async def stop(self) -> None:
        """Forget everything."""
        self._whispered, self._revoked = _nobody, nothing
        self._streams.clear()
        self._once.clear()
        self._joined.clear()
        self._held.bytes = 0
        self._roll.clear()

    async def join(self, key: str) -> Stream:
        """The stream of a key; the very one that is published to."""
        self._joined.add(key)
        return self._stream(key, self._clock.monotonic())

    async def leave(self, key: str) -> None:
        """Its events are kept for a while."""
        self._joined.discard(key)

    async def publish(
        self, key: str, body: str, *, thread: str | None, idempotency: str | None
    ) -> Published:
        """Append to the stream of a key; nothing here waits."""
        now = self._clock.monotonic()
        stream = self._stream(key, now)
        if idempotency is not None:
            place = self._once.place(key, idempotency, stream.epoch)
            if place is not None:
                return Published(*place, is_duplicate=True)
        held = stream.bytes
        stream.append(body, now, thread=thread)
        self._held.bytes += stream.bytes - held
        if idempotency is not None:
            self._once.put(key, idempotency, stream.position, now)
        if self._held.bytes > self._limits.bytes:
            self._make_room(key)
        return Published(stream.epoch, stream.seq, is_duplicate=False)

    async def whisper(self, key: str | None, text: str) -> None:
        """Hand it on at once."""
        self._whispered(key, text)

    def arrived(self, key: str, connection_id: str, since: float) -> None:
        """A connection is there."""
        self._roll.enter(key, connection_id, since)

    def departed(self, key: str, connection_id: str) -> None:
        """It is gone."""
        self._roll.leave(key, connection_id)

    async def presence(self, key: str) -> tuple[Presence, ...]:
        """The connections of a key: there is no other node."""
        return self._roll.of(key)

    async def revoke(self, revocation: Revocation) -> None:
        """Keep it for as long as this process runs.

        Raises:
            UnumError: there are too many.
        """
        self.revocations.must_have_room()
        self.revocations.take(revocation)
        self._revoked()

    def sweep(self) -> None:
        """Forget streams that nobody follows and whose events are too old."""
        self._roll.changed.clear()
        self.revocations.sweep()
        now = self._clock.monotonic()
        for key in list(self._streams):
            stream = self._streams[key]
            held = stream.bytes
            stream.trim(now)
            self._once.sweep(key, now)
            self._held.bytes += stream.bytes - held
            is_idle = now - stream.touched > self._limits.age_s
            if is_idle and key not in self._joined and not stream.bytes:
                self._drop(key)

    def _stream(self, key: str, now: float) -> Stream:
        stream = self._streams.get(key)
        if stream is None:
            stream = self._streams[key] = Stream(self._limits, secrets.token_hex(4))
        stream.touched = now
        return stream

    def _make_room(self, sent_to: str) -> None:
        """Let go of the streams that nobody follows, those that were touched longest ago first and
        that of the last event last; then of the events of those that somebody does."""
        enough = self._limits.bytes - self._limits.bytes // _SPARE
        by_touch = sorted(self._streams, key=lambda key: self._streams[key].touched)
        for key in by_touch:
            if self._held.bytes <= enough:
                return
            if key not in self._joined and key != sent_to:
                self._drop(key)
        if self._held.bytes <= self._limits.bytes:
            return
        if sent_to not in self._joined:
            self._drop(sent_to)
        if self._held.bytes <= self._limits.bytes:
            return
        for key in by_touch:
            if self._held.bytes <= enough:
                return
            if key in self._joined:
                self._forget(self._streams[key])

    def _forget(self, stream: Stream) -> None:
        held = stream.bytes
        stream.forget()
        self._held.bytes += stream.bytes - held

    def _drop(self, key: str) -> None:
        self._held.bytes -= self._streams.pop(key).bytes
        self._once.forget(key)


def _nobody(key: str | None, text: str) -> None:
    """For a broker that was not started."""
