"""One connection to a NATS server, and what is asked of JetStream over it.

It ends with the server that it was made to, and never goes on with another: so what was learnt
over it is of that server, and what is written over it reaches that server or none.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple, Self

import msgspec
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js import api
from nats.js.errors import APIError, NotFoundError, ServiceUnavailableError

from pluribus_unum.errors import BrokerDown, UnumError

DOWN: Final = (nats.errors.Error, OSError, TimeoutError)
"""What the library raises when nobody answers, or with an error."""

Heard = Callable[[Msg], None]

_OLDEST = (2, 11)
_WRONG_LAST = 10071
_IN_USE = 10058
_BATCH = 256
_PING_S = 5


class Stored(NamedTuple):
    """A message of a stream."""

    subject: str
    place: int
    """Its number among all messages of the stream; never given twice."""
    data: bytes
    at: float
    """When it was stored, in seconds since 1970, by the clock of the server."""


class Link:
    """A connection, until it ends."""

    def __init__(self, timeout_s: float, dropped: Callable[[], None]) -> None:
        self.client = Client()
        self.ended = asyncio.Event()
        self._dropped = dropped
        self._heard: dict[str, Subscription] = {}
        self._js = self.client.jetstream(timeout=timeout_s)
        self._timeout_s = timeout_s

    @classmethod
    async def open(
        cls,
        servers: list[str],
        options: Mapping[str, Any],
        *,
        timeout_s: float,
        dropped: Callable[[], None],
    ) -> Self:
        """Connect to one of some servers.

        Args:
            servers: Their addresses.
            options: More that `nats.connect` takes.
            timeout_s: For one question.
            dropped: Called when more came than could be heard, and some of it was let go.

        Raises:
            UnumError: the server is too old.
        """
        link = cls(timeout_s, dropped)
        try:
            await link.client.connect(
                **options,
                servers=servers,
                allow_reconnect=False,
                max_reconnect_attempts=1,
                reconnect_time_wait=0,
                connect_timeout=timeout_s,  # type: ignore[arg-type]  # seconds, whole or not
                ping_interval=_PING_S,
                error_cb=link._failed,
                closed_cb=link._closed,
            )
            version = link.client.connected_server_version
            if (version.major, version.minor) < _OLDEST:
                raise UnumError(
                    f"the NATS server is of version {version.major}.{version.minor}",
                    hint="it takes 2.11 or later, which reads many messages at once",
                )
        except BaseException:
            await link.close()
            raise
        return link

    async def close(self) -> None:
        """End it; never raises."""
        with contextlib.suppress(*DOWN):
            async with asyncio.timeout(self._timeout_s):
                await self.client.close()
        self.ended.set()

    # Streams

    async def ensure(self, config: api.StreamConfig) -> api.StreamInfo:
        """Let a stream be there, with these settings; with those that can be changed.

        Raises:
            UnumError: the server does not take them, or there is one of that name with settings
                that cannot be changed.
        """
        while True:
            # Others may make it, or delete it, at the same time.
            with contextlib.suppress(NotFoundError):
                return await self._made(config) or await self._changed(config)

    async def _made(self, config: api.StreamConfig) -> api.StreamInfo | None:
        """The stream if it is like that now; None for one of that name that is not."""
        try:
            return await self._js.add_stream(config)
        except ServiceUnavailableError as error:
            raise BrokerDown(
                f"JetStream does not answer: {error.description or 'nobody is there'}",
                hint="is it enabled, by `nats-server -js` or `jetstream {}`?",
            ) from error
        except APIError as error:
            if error.err_code == _IN_USE:
                return None
            raise UnumError(
                f"JetStream does not take the stream `{config.name}`: {error.description}",
                hint="may it keep as much as `Limits.bytes` says?",
            ) from error

    async def _changed(self, config: api.StreamConfig) -> api.StreamInfo:
        found = await self._js.stream_info(config.name or "")
        # A stream that is given another first number lets go of all that is before it.
        changed = dataclasses.replace(config, first_seq=found.config.first_seq)
        try:
            return await self._js.update_stream(changed)
        except NotFoundError:
            raise
        except APIError as error:
            raise UnumError(
                f"the stream `{config.name}` is there with other settings: {error.description}",
                hint="take another `prefix`, or delete it with `nats stream rm`",
            ) from error

    async def last(self, stream: str, subject: str) -> Stored | None:
        """The last message of a subject, by the word of the server that leads the stream."""
        try:
            found = await self._js.get_last_msg(stream, subject)
        except NotFoundError:
            return None
        return _stored(found)

    async def at(self, stream: str, place: int) -> Stored | None:
        """The message of a place; None when it is gone."""
        try:
            return _stored(await self._js.get_msg(stream, seq=place))
        except NotFoundError:
            return None

    async def since(self, stream: str, subject: str, place: int) -> list[Stored]:
        """What is kept of a subject, which may have wildcards, from a place on."""
        found: list[Stored] = []
        while True:
            asked = {"seq": max(1, place), "next_by_subj": subject, "batch": _BATCH}
            some, left = await self._batch(stream, asked)
            found += some
            if not left or not some:
                return found
            place = some[-1].place + 1

    async def append(
        self, subject: str, data: bytes, *, after: int, message_id: str | None = None
    ) -> api.PubAck | None:
        """Add a message after the one that is the last of its subject.

        Args:
            subject: Where to.
            data: The message.
            after: The place of the last one; 0 for none.
            message_id: Of two with the same, the second is not stored, and is acknowledged as a
                duplicate at the place of the first.

        Returns:
            None when another is the last by now, so that nothing was stored.
        """
        headers = {api.Header.EXPECTED_LAST_SUBJECT_SEQUENCE.value: str(after)}
        if message_id is not None:
            headers[api.Header.MSG_ID.value] = message_id
        try:
            return await self._js.publish(subject, data, headers=headers)
        except APIError as error:
            if error.err_code == _WRONG_LAST:
                return None
            raise

    async def put(self, subject: str, data: bytes) -> None:
        """Store a message, whatever is there."""
        await self._js.publish(subject, data)

    # What is heard

    async def hear(self, subject: str, heard: Heard) -> None:
        """Hear what is sent from now on, if it is not heard already."""
        if subject not in self._heard:
            self._heard[subject] = await self._subscribe(subject, heard)

    async def ignore(self, subject: str) -> None:
        """Hear it no more."""
        subscription = self._heard.pop(subject, None)
        if subscription is not None:
            await subscription.unsubscribe()

    async def settled(self) -> None:
        """Wait until the server has done all that it was asked so far."""
        await self.client.flush()

    async def _subscribe(self, subject: str, heard: Heard) -> Subscription:
        async def each(message: Msg) -> None:
            heard(message)

        return await self.client.subscribe(subject, cb=each)

    async def _batch(self, stream: str, asked: dict[str, Any]) -> tuple[list[Stored], int]:
        """Some messages, and how many are left."""
        found: list[Stored] = []
        whole: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def heard(message: Msg) -> None:
            headers = message.headers or {}
            status = headers.get("Status")
            if status is None:
                at = datetime.fromisoformat(headers["Nats-Time-Stamp"])
                place = int(headers["Nats-Sequence"])
                found.append(Stored(headers["Nats-Subject"], place, message.data, at.timestamp()))
            elif whole.done():
                pass
            elif status in ("204", "404"):
                # The end of this batch; or there is nothing at all.
                whole.set_result(int(headers.get("Nats-Num-Pending", 0)))
            else:
                whole.set_exception(BrokerDown(f"JetStream answers {status}"))

        inbox = self.client.new_inbox()
        subscription = await self._subscribe(inbox, heard)
        try:
            body = msgspec.json.encode(asked)
            await self.client.publish(f"$JS.API.DIRECT.GET.{stream}", body, reply=inbox)
            async with asyncio.timeout(self._timeout_s):
                return found, await whole
        finally:
            with contextlib.suppress(*DOWN):
                await subscription.unsubscribe()

    async def _failed(self, error: Exception) -> None:
        if isinstance(error, nats.errors.SlowConsumerError):
            self._dropped()

    async def _closed(self) -> None:
        self.ended.set()


def _stored(found: api.RawStreamMsg) -> Stored:
    at = 0.0 if found.time is None else found.time.timestamp()
    return Stored(found.subject or "", found.seq or 0, found.data or b"", at)
