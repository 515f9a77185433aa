"""Streams in Valkey or Redis: any number of nodes, and none of them is missed."""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
from importlib.resources import files
from typing import Any, Final

import msgspec
from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError

from pluribus_unum.brokers.base import Published, Whispered
from pluribus_unum.brokers.following import Follower, Kept, Snapshot
from pluribus_unum.clock import Clock, SystemClock
from pluribus_unum.core.stream import Position, Stream
from pluribus_unum.errors import BrokerDown
from pluribus_unum.limits import Limits

_SCRIPT: Final = files("pluribus_unum.brokers").joinpath("valkey.lua").read_text()
_FIRST_PAUSE_S = 0.05
_MOST_PAUSE_S = 2.0
_DOWN = (RedisError, OSError, TimeoutError)


class ValkeyBroker:
    """Numbers events by one script, so that no two nodes give the same number.

    A node follows the streams of the users who are connected to it. Announcements may be lost,
    and when the connection breaks they are; so a node looks for what it has missed whenever a
    number is skipped and after each new connection.
    """

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
        self._limits = limits or Limits()
        self._clock = clock or SystemClock()
        self._prefix = prefix
        self._timeout_s = timeout_s
        self._client: Redis = Redis.from_url(
            url,
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
            retry=None,
            decode_responses=True,
        )
        self._trusts_disk = trusts_disk
        self._sha = ""
        # Waits for as long as nothing happens; its own loop notices when it breaks.
        self._listening: Redis = Redis.from_url(
            url, socket_timeout=None, socket_connect_timeout=timeout_s, decode_responses=True
        )
        self._channels = self._listening.pubsub(ignore_subscribe_messages=True)
        self._followers: dict[str, Follower] = {}
        self._joining: dict[str, asyncio.Task[Follower]] = {}
        self._behind: set[str] = set()
        self._is_behind = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._whispered: Whispered | None = None
        self._is_listening = asyncio.Event()
        self._is_over = False

    async def start(self, whispered: Whispered) -> None:
        """Connect.

        Raises:
            BrokerDown: nobody answers.
        """
        self._whispered = whispered
        try:
            await self._client.ping()
            await self._channels.subscribe(self._whispers)
        except _DOWN as error:
            await self._disconnect()
            raise BrokerDown(
                f"no Valkey or Redis answers: {error}", hint="is it running, and the URL right?"
            ) from error
        self._is_listening.set()
        self._tasks = [
            asyncio.create_task(self._listen(), name="unum listens"),
            asyncio.create_task(self._catch_up(), name="unum catches up"),
        ]

    async def stop(self) -> None:
        """Disconnect; every stream stays where it is."""
        self._is_over = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            # What is cancelled in the middle of a command may take that for the command's own
            # end, and goes on until it looks at `_is_over`.
            await asyncio.wait(self._tasks, timeout=4 * self._timeout_s)
        self._tasks.clear()
        self._followers.clear()
        await self._disconnect()

    async def join(self, key: str) -> Stream:
        """Follow a stream: listen first, then read what is there.

        Raises:
            BrokerDown: nobody answers.
        """
        found = self._followers.get(key)
        if found is not None:
            return found.stream
        task = self._joining.get(key)
        if task is None:
            task = self._joining[key] = asyncio.create_task(self._follow(key))
            task.add_done_callback(lambda _: self._joining.pop(key, None))
        follower = await asyncio.shield(task)
        return follower.stream

    async def leave(self, key: str) -> None:
        """Listen no more."""
        if self._followers.pop(key, None) is not None:
            self._behind.discard(key)
            # When nobody answers there is nothing to end; after a new connection only those
            # that are followed are listened to.
            with contextlib.suppress(*_DOWN):
                await self._channels.unsubscribe(self._channel(key))

    async def publish(
        self, key: str, body: str, *, thread: str | None, idempotency: str | None
    ) -> Published:
        """Number an event, keep it, and announce it, all at once.

        Raises:
            BrokerDown: nobody answered. It may have been sent all the same: with an idempotency
                key it can be sent again.
        """
        place = "" if idempotency is None else self._key(key, f"once:{idempotency}")
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
        return Published(Position(epoch, int(seq)), is_duplicate=bool(is_duplicate))

    async def whisper(self, key: str | None, text: str) -> None:
        """Bring something to those who are there now.

        Raises:
            BrokerDown: nobody answers.
        """
        said = msgspec.json.encode((key, text)).decode()
        try:
            await self._client.publish(self._whispers, said)
        except _DOWN as error:
            raise BrokerDown(f"nothing was sent: {error}") from error

    def sweep(self) -> None:
        """Let go of what is too old here; there, keys expire by themselves."""
        now = self._clock.monotonic()
        for follower in self._followers.values():
            follower.stream.trim(now)

    @property
    def _whispers(self) -> str:
        return f"{self._prefix}:whispers"

    def _key(self, key: str, what: str) -> str:
        return f"{self._prefix}:{{{key}}}:{what}"

    def _channel(self, key: str) -> str:
        return self._key(key, "events")

    async def _run(self, keys: list[str], arguments: list[Any]) -> Any:
        try:
            async with asyncio.timeout(2 * self._timeout_s):
                while True:
                    with contextlib.suppress(NoScriptError):
                        if self._sha:
                            return await self._client.evalsha(
                                self._sha, len(keys), *keys, *arguments
                            )
                    await self._load()
        except _DOWN as error:
            raise BrokerDown(f"nobody answered: {error!r}") from error

    async def _load(self) -> None:
        """Give the server its script; one that started anew gets another than it had before."""
        generation = "kept"
        if not self._trusts_disk:
            generation = (await self._client.info("server"))["run_id"]
        self._sha = await self._client.script_load(_SCRIPT.replace("@generation@", generation))

    async def _follow(self, key: str) -> Follower:
        await self._subscribe(key)
        snapshot = await self._read(key, 0)
        follower = Follower(self._limits, snapshot, self._clock.monotonic())
        self._followers[key] = follower
        # What was announced since is in the snapshot, or is noticed as a gap.
        self._fall_behind(key)
        return follower

    async def _subscribe(self, *keys: str) -> None:
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._is_listening.wait()
                await self._channels.subscribe(*map(self._channel, keys))
        except _DOWN as error:
            raise BrokerDown(f"nobody answered: {error!r}") from error

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

    async def _listen(self) -> None:
        """Hear what is announced; connect again whenever that ends."""
        pause_s = _FIRST_PAUSE_S
        while not self._is_over:
            with contextlib.suppress(*_DOWN):
                async for message in self._channels.listen():
                    pause_s = _FIRST_PAUSE_S
                    self._hear(message["channel"], message["data"])
            # The connection broke, or there was none to begin with.
            self._is_listening.clear()
            await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))
            pause_s = min(2 * pause_s, _MOST_PAUSE_S)
            await self._listen_again()

    async def _listen_again(self) -> None:
        with contextlib.suppress(*_DOWN):
            await self._channels.aclose()  # type: ignore[no-untyped-call]  # as redis has it
            self._channels = self._listening.pubsub(ignore_subscribe_messages=True)
            await self._channels.subscribe(self._whispers, *map(self._channel, self._followers))
            self._is_listening.set()
            for key in self._followers:
                self._fall_behind(key)

    def _hear(self, channel: str, data: str) -> None:
        if channel == self._whispers:
            key, text = msgspec.json.decode(data)
            if self._whispered is not None:
                self._whispered(key, text)
            return
        key = channel.removeprefix(f"{self._prefix}:{{").removesuffix("}:events")
        follower = self._followers.get(key)
        if follower is None:
            return
        epoch, seq, thread, body = msgspec.json.decode(data)
        event = Kept(seq, body, thread or None)
        if not follower.hear(epoch, event, self._clock.monotonic()):
            self._fall_behind(key)

    def _fall_behind(self, key: str) -> None:
        self._behind.add(key)
        self._is_behind.set()

    async def _catch_up(self) -> None:
        """Read what was missed, for as long as anything is."""
        pause_s = _FIRST_PAUSE_S
        while not self._is_over:
            await self._is_behind.wait()
            self._is_behind.clear()
            waiting, self._behind = self._behind, set()
            for key in waiting:
                follower = self._followers.get(key)
                if follower is None:
                    continue
                try:
                    snapshot = await self._read(key, follower.stream.seq)
                    pause_s = _FIRST_PAUSE_S
                except BrokerDown:
                    self._behind.add(key)
                    continue
                follower.catch_up(snapshot, self._clock.monotonic())
            if self._behind:
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, _MOST_PAUSE_S)
                self._is_behind.set()

    async def _disconnect(self) -> None:
        with contextlib.suppress(*_DOWN):
            await self._channels.aclose()  # type: ignore[no-untyped-call]  # as redis has it
        for each in (self._client, self._listening):
            with contextlib.suppress(*_DOWN):
                await each.aclose()
