"""Streams in Valkey or Redis: any number of nodes, and none of them is missed."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from importlib.resources import files
from typing import Any, ClassVar, Final

import msgspec
from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import NoScriptError, RedisError

from pluribus_unum.brokers.base import Published
from pluribus_unum.brokers.following import Kept, Snapshot
from pluribus_unum.brokers.once import short
from pluribus_unum.brokers.presence import Presence, posted
from pluribus_unum.brokers.remote import RemoteBroker
from pluribus_unum.brokers.revocations import Revocation
from pluribus_unum.clock import Clock
from pluribus_unum.limits import Limits

_SCRIPT: Final = files("pluribus_unum.brokers").joinpath("valkey.lua").read_text()
_PRESENCE: Final = files("pluribus_unum.brokers").joinpath("valkey_presence.lua").read_text()
_Who = tuple[str | None, str | None]
_CONNECTIONS = 32
"""Of one node, at most; commands of many users take turns on them."""
_DOWN = (RedisError, OSError, TimeoutError)


class ValkeyBroker(RemoteBroker):
    """Numbers events by one script, so that no two nodes give the same number.

    A node follows the streams of the users who are connected to it. Announcements may be lost,
    and when the connection breaks they are; so a node looks for what it has missed whenever a
    number is skipped and after each new connection.
    """

    down: ClassVar[tuple[type[Exception], ...]] = _DOWN

    def __init__(
        self,
        url: str,
        *,
        limits: Limits | None = None,
        prefix: str = "unum",
        timeout_s: float = 1.0,
        trusts_disk: bool = False,
        clock: Clock | None = None,
    ) -> None:
        """Name the server; nothing is connected yet.

        Args:
            url: As `redis://host:6379/0`, or `rediss://` for TLS.
            limits: How much is kept.
            prefix: Of every key and channel.
            timeout_s: How long one command may take before the server counts as down.
            trusts_disk: Whether a server that starts anew has everything that it ever
                acknowledged, as with `appendfsync always`. Else every stream begins anew then,
                which every client is told.
            clock: For tests.
        """
        super().__init__(limits, timeout_s, clock)
        self._prefix = prefix
        self._url = url
        self._trusts_disk = trusts_disk
        self._sha = ""
        self._make_clients()

    def _make_clients(self) -> None:
        """Make what will connect: once for each life, because it stays in one event loop."""
        # Whoever finds all connections in use waits for one, and is not turned away.
        self._client: Redis = Redis.from_pool(
            BlockingConnectionPool.from_url(
                self._url,
                max_connections=_CONNECTIONS,
                timeout=self._timeout_s,
                socket_timeout=self._timeout_s,
                socket_connect_timeout=self._timeout_s,
                retry=None,
                decode_responses=True,
            )
        )
        self._presence = self._client.register_script(_PRESENCE)
        # Waits for as long as nothing happens. That it broke must be noticed here, where it is
        # known what may have been missed: the library is not to mend it without a word.
        self._listening: Redis = Redis.from_url(
            self._url,
            socket_timeout=None,
            socket_connect_timeout=self._timeout_s,
            retry=None,
            decode_responses=True,
        )
        self._channels = self._listening.pubsub(ignore_subscribe_messages=True)

    async def publish(
        self, key: str, body: str, *, thread: str | None, idempotency: str | None
    ) -> Published:
        """Number an event, keep it, and announce it, all at once.

        Raises:
            BrokerDown: nobody answered. It may have been sent all the same: with an idempotency
                key it can be sent again.
        """
        place = "" if idempotency is None else self._key(key, f"once:{short(idempotency)}")
        async with self._asking():
            epoch, seq, is_duplicate = await self._run(
                [self._key(key, "meta"), self._key(key, "log"), place],
                [
                    "publish",
                    secrets.token_hex(4),
                    round(self._limits.age_s),
                    self._channel(key),
                    body,
                    thread or "",
                    self._limits.events_per_user,
                ],
            )
        return Published(epoch, int(seq), is_duplicate=bool(is_duplicate))

    async def whisper(self, key: str | None, text: str) -> None:
        """Bring something to those who are there now.

        Raises:
            BrokerDown: nobody answers.
        """
        said = msgspec.json.encode((key, text)).decode()
        async with self._asking():
            await self._client.publish(self._whispers, said)

    # Its connection

    async def _connect(self, keys: Collection[str]) -> None:
        await self._client.ping()
        await self._hang_up()
        self._channels = self._listening.pubsub(ignore_subscribe_messages=True)
        await self._channels.subscribe(
            self._whispers, self._revocations, *map(self._channel, keys)
        )

    async def _attend(self) -> None:
        async for message in self._channels.listen():
            # Whoever else writes into these channels does no harm.
            with contextlib.suppress(msgspec.DecodeError, msgspec.ValidationError):
                self._hear(message["channel"], message["data"])

    async def _listen(self, keys: Collection[str]) -> None:
        await self._channels.subscribe(*map(self._channel, keys))

    async def _ignore(self, key: str) -> None:
        await self._channels.unsubscribe(self._channel(key))

    def _hear(self, channel: str, data: str) -> None:
        if channel == self._whispers:
            key, text = msgspec.json.decode(data, type=tuple[str | None, str])
            if self._whispered is not None:
                self._whispered(key, text)
            return
        if channel == self._revocations:
            self._take(msgspec.json.decode(data, type=list[Revocation]))
            return
        key = channel.removeprefix(f"{self._prefix}:{{").removesuffix("}:events")
        follower = self._followers.get(key)
        if follower is None:
            return
        epoch, seq, thread, body = msgspec.json.decode(data, type=tuple[str, int, str, str])
        event = Kept(seq, body, thread or None)
        if not follower.hear(epoch, event, self._clock.monotonic()):
            self._fall_behind((key,))

    async def _hang_up(self) -> None:
        with contextlib.suppress(*_DOWN):
            await self._channels.aclose()  # type: ignore[no-untyped-call]  # as redis has it

    async def _disconnect(self) -> None:
        await self._hang_up()
        for each in (self._client, self._listening):
            with contextlib.suppress(*_DOWN):
                await each.aclose()
        self._make_clients()

    # Streams

    @property
    def _whispers(self) -> str:
        return f"{self._prefix}:whispers"

    @property
    def _revocations(self) -> str:
        """A channel, and a sorted set: whose, by the time."""
        return f"{self._prefix}:revocations"

    def _key(self, key: str, what: str) -> str:
        return f"{self._prefix}:{{{key}}}:{what}"

    def _channel(self, key: str) -> str:
        return self._key(key, "events")

    async def _run(self, keys: list[str], arguments: list[Any]) -> Any:
        while True:
            with contextlib.suppress(NoScriptError):
                if self._sha:
                    return await self._client.evalsha(self._sha, len(keys), *keys, *arguments)
            await self._load()

    async def _load(self) -> None:
        """Give the server its script; one that started anew gets another than it had before."""
        generation = "kept"
        if not self._trusts_disk:
            generation = (await self._client.info("server"))["run_id"]
        self._sha = await self._client.script_load(_SCRIPT.replace("@generation@", generation))

    async def _read(self, key: str, after: int) -> Snapshot:
        epoch, seq, log = await self._run(
            [self._key(key, "meta"), self._key(key, "log"), ""],
            ["read", secrets.token_hex(4), round(self._limits.age_s), after],
        )
        kept = []
        for number, fields in log:
            held = dict(zip(fields[::2], fields[1::2], strict=True))
            kept.append(Kept(int(number.partition("-")[0]), held["b"], held["t"] or None))
        return Snapshot(epoch, int(seq), kept)

    async def _regressed(self, key: str, epoch: str) -> None:
        """It lost its end, though its disk was to be trusted: let it begin anew, for all."""
        await self._run(
            [self._key(key, "meta"), self._key(key, "log"), ""],
            ["forget", secrets.token_hex(4), round(self._limits.age_s), epoch],
        )

    # Who is there, and who may not be

    async def _post(self, rolls: Mapping[str, str]) -> None:
        ttl_ms = round(self._limits.presence_s * 1_000)
        async with self._client.pipeline(transaction=False) as pipe:
            for key, said in rolls.items():
                await self._presence(
                    [self._key(key, "presence")], [self.node_id, said, ttl_ms], client=pipe
                )
            await pipe.execute()

    async def _posted_of(self, key: str) -> Sequence[Presence]:
        found = await self._presence([self._key(key, "presence")], [""])
        pairs = zip(found[::2], found[1::2], strict=True)
        return [each for node_id, said in pairs for each in posted(node_id, said)]

    async def _record(self, revocations: Sequence[Revocation]) -> None:
        times = {
            msgspec.json.encode((each.user_id, each.session_id)).decode(): each.at
            for each in revocations
        }
        oldest = self._clock.wall() - self._limits.revocation_s
        async with self._client.pipeline() as pipe:
            # The later of two is the one that counts.
            pipe.zadd(self._revocations, times, gt=True)
            pipe.zremrangebyscore(self._revocations, "-inf", oldest)
            pipe.expire(self._revocations, round(self._limits.revocation_s) + 1)
            pipe.publish(self._revocations, msgspec.json.encode(revocations).decode())
            await pipe.execute()

    async def _recorded(self) -> Sequence[Revocation]:
        found: list[Any] = await self._client.zrange(self._revocations, 0, -1, withscores=True)
        kept = ((msgspec.json.decode(who, type=_Who), at) for who, at in found)
        return [Revocation(user_id, session_id, at) for (user_id, session_id), at in kept]
