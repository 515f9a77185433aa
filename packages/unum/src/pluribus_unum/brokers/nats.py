"""Streams in NATS JetStream: any number of nodes, and no script in the server."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

import msgspec
from nats.aio.msg import Msg

from pluribus_unum.brokers.base import Published
from pluribus_unum.brokers.following import Kept, Snapshot
from pluribus_unum.brokers.jetstream import DOWN, Link
from pluribus_unum.brokers.jetstream_layout import Layout
from pluribus_unum.brokers.jetstream_log import Log, Tip, read_message
from pluribus_unum.brokers.presence import Presence, posted
from pluribus_unum.brokers.remote import RemoteBroker
from pluribus_unum.brokers.revocations import Revocation
from pluribus_unum.clock import Clock
from pluribus_unum.errors import BrokerDown, UnumError
from pluribus_unum.limits import Limits

_BESIDE_BYTES = 4_096
"""As much as is sent beside the text of an event."""


class NatsBroker(RemoteBroker):
    """Numbers events by writing each behind the one before, which only one node can do.

    A node hears the events of the users who are connected to it, and looks for what it has missed
    as every broker does that is followed.
    """

    down: ClassVar[tuple[type[Exception], ...]] = DOWN

    def __init__(
        self,
        url: str | Sequence[str],
        *,
        limits: Limits | None = None,
        prefix: str = "unum",
        timeout_s: float = 1.0,
        replicas: int = 1,
        trusts_disk: bool = False,
        options: Mapping[str, Any] | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Name the server, or those of a cluster; nothing is connected yet.

        Args:
            url: As `nats://host:4222`, or `tls://` for TLS.
            limits: How much is kept.
            prefix: Of every stream and subject: letters, digits, `-` and `_`.
            timeout_s: How long one question may take before the server counts as down.
            replicas: On how many servers of a cluster each event is kept: 3, or 5.
            trusts_disk: Whether events are kept on disk, and a server that starts anew has
                everything that it ever acknowledged, as with `sync_interval: always`. Else they
                are kept in memory, and when that is lost every client is told.
            options: More that `nats.connect` takes, such as `user_credentials` or `tls`.
            clock: For tests.

        Raises:
            ValueError: the prefix has something else in it.
        """
        super().__init__(limits, timeout_s, clock)
        self._servers = [url] if isinstance(url, str) else list(url)
        self._options = dict(options or {})
        self._layout = Layout(prefix, self._limits, replicas=replicas, trusts_disk=trusts_disk)
        self._current: Log | None = None
        self._reached: dict[str, Tip] = {}
        """Up to which message each stream that is followed has been taken in."""

    async def publish(
        self, key: str, body: str, *, thread: str | None, idempotency: str | None
    ) -> Published:
        """Write an event behind the last one, whoever wrote that.

        Raises:
            BrokerDown: nobody answered. It may have been sent all the same: with an idempotency
                key it can be sent again.
        """
        async with self._asking():
            await self._is_connected.wait()
            return await self._log.publish(key, body, thread=thread, idempotency=idempotency)

    async def whisper(self, key: str | None, text: str) -> None:
        """Bring something to those who are there now.

        Raises:
            BrokerDown: nobody answers.
        """
        async with self._asking():
            await self._is_connected.wait()
            link = self._log.link
            await link.client.publish(self._layout.whispers, msgspec.json.encode((key, text)))
            await link.settled()

    # Its connection

    @property
    def _log(self) -> Log:
        if self._current is None:
            raise BrokerDown("there is no connection to NATS")
        return self._current

    async def _connect(self, keys: Collection[str]) -> None:
        await self._disconnect()
        link = await Link.open(
            self._servers,
            self._options,
            timeout_s=self._timeout_s,
            dropped=self._heard_too_little,
        )
        log = Log(link, self._layout, age_s=self._limits.age_s, wall=self._clock.wall)
        try:
            await self._prepare(log, keys)
        except BaseException:
            await link.close()
            raise
        self._current = log

    async def _prepare(self, log: Log, keys: Collection[str]) -> None:
        most = log.link.client.max_payload
        if most < self._limits.event_bytes + _BESIDE_BYTES:
            raise UnumError(
                f"the NATS server takes messages of {most} bytes, and an event may have "
                f"{self._limits.event_bytes}",
                hint="raise `max_payload` there, or lower `Limits.event_bytes`",
            )
        await log.ensure()
        await log.link.hear(self._layout.whispers, self._hear_whisper)
        await log.link.hear(self._layout.revoked(), self._hear_revocation)
        await self._subscribe(log, keys)

    async def _attend(self) -> None:
        await self._log.link.ended.wait()

    async def _disconnect(self) -> None:
        log, self._current = self._current, None
        if log is not None:
            await log.link.close()

    async def _listen(self, keys: Collection[str]) -> None:
        await self._subscribe(self._log, keys)

    async def _ignore(self, key: str) -> None:
        self._reached.pop(key, None)
        await self._log.link.ignore(self._layout.announced(key))

    async def _subscribe(self, log: Log, keys: Collection[str]) -> None:
        for key in keys:
            heard = partial(self._hear, log, key)
            await log.link.hear(self._layout.announced(key), heard)
        await log.link.settled()

    # Streams

    async def _read(self, key: str, after: int) -> Snapshot:
        snapshot, self._reached[key] = await self._log.read(key, after, self._reached.get(key))
        return snapshot

    async def _regressed(self, key: str, epoch: str) -> None:
        """That was an old copy: a stream is on disk, or begins anew when it is lost."""

    def _hear(self, log: Log, key: str, message: Msg) -> None:
        follower = self._followers.get(key)
        if follower is None or log is not self._current:
            return
        said = read_message(message.data)
        if said is None:
            self._fall_behind((key,))
            return
        (noted, body), now = said, self._clock.monotonic()
        if body:
            is_whole = follower.hear(noted.epoch, Kept(noted.seq, body, noted.thread), now)
        else:
            is_whole = follower.agrees(noted.epoch, noted.seq, now)
        if not is_whole:
            self._fall_behind((key,))
            return
        tip = Tip(int((message.headers or {})["Nats-Sequence"]), noted.epoch, noted.seq)
        log.keep(key, tip)
        reached = self._reached.get(key)
        if reached is None or tip.place > reached.place:
            self._reached[key] = tip

    def _hear_whisper(self, message: Msg) -> None:
        # Whoever else writes there does no harm.
        with contextlib.suppress(msgspec.DecodeError):
            key, text = msgspec.json.decode(message.data, type=tuple[str | None, str])
            if self._whispered is not None:
                self._whispered(key, text)

    def _hear_revocation(self, message: Msg) -> None:
        if (found := _revocation(message.data)) is not None:
            self._take((found,))

    def _heard_too_little(self) -> None:
        self._fall_behind(self._followers)
        self._merging.due()

    # Who is there, and who may not be

    async def _post(self, rolls: Mapping[str, str]) -> None:
        link, node = self._log.link, self.node_id
        await asyncio.gather(
            *(link.put(self._layout.here(key, node), said.encode()) for key, said in rolls.items())
        )

    async def _posted_of(self, key: str) -> Sequence[Presence]:
        link = self._log.link
        found = await link.since(self._layout.presence, self._layout.here(key), 1)
        return [
            each for said in found for each in posted(said.subject.rpartition(".")[2], said.data)
        ]

    async def _record(self, revocations: Sequence[Revocation]) -> None:
        for each in revocations:
            subject = self._layout.revoked(each.user_id, each.session_id)
            await self._log.put(subject, msgspec.json.encode(each))

    async def _recorded(self) -> Sequence[Revocation]:
        link = self._log.link
        found = await link.since(self._layout.revocations, self._layout.revoked(), 1)
        return [one for each in found if (one := _revocation(each.data)) is not None]


def _revocation(data: bytes) -> Revocation | None:
    try:
        return msgspec.json.decode(data, type=Revocation)
    except msgspec.DecodeError:
        return None
