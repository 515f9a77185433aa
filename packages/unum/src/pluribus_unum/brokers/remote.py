"""What every broker does that is in another process: it is followed, lost, and found again.

While nobody answers, those who are connected have what is here already. After each new connection
everything is looked at again: what was announced in between was heard by nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import ClassVar

from pluribus_unum.brokers.base import Revoked, Whispered, nothing
from pluribus_unum.brokers.chores import Chore
from pluribus_unum.brokers.following import Follower, Snapshot
from pluribus_unum.brokers.presence import Presence, Roll
from pluribus_unum.brokers.revocations import Revocation, Revocations
from pluribus_unum.clock import Clock, SystemClock
from pluribus_unum.core.stream import Stream
from pluribus_unum.errors import BrokerDown, UnumError
from pluribus_unum.limits import Limits

_LOG = logging.getLogger("unum")
_AT_ONCE = 50
"""Keys that are asked for together: when thousands come back at once and all were asked for, the
last would be answered when nobody waits any more, come back again, and never come to an end."""
_IN_LINE_S = 15.0
"""How long whoever comes may wait until their key is asked for."""


class RemoteBroker(ABC):
    """Follows streams that are kept elsewhere; each kind says how they are read and written."""

    down: ClassVar[tuple[type[Exception], ...]]
    """What its library raises when nobody answers."""

    def __init__(self, limits: Limits | None, timeout_s: float, clock: Clock | None) -> None:
        self.node_id = secrets.token_hex(8)
        self._limits = limits or Limits()
        self._clock = clock or SystemClock()
        self._timeout_s = timeout_s
        self.revocations = Revocations(self._limits, self._clock.wall)
        self._whispered: Whispered | None = None
        self._revoked: Revoked = nothing
        self._wanted: set[str] = set()
        """Keys that are listened to: those of the followers, and of those who are about to."""
        self._followers: dict[str, Follower] = {}
        self._joining: dict[str, asyncio.Task[Follower]] = {}
        self._behind: set[str] = set()
        self._roll = Roll(self.node_id)
        self._posted = self._clock.monotonic()
        self._staying = Chore(self._stay_connected)
        self._catching_up = Chore(self._catch_up)
        self._posting = Chore(self._post_all)
        self._merging = Chore(self._merge)
        self._is_connected = asyncio.Event()
        self._line = asyncio.Semaphore(_AT_ONCE)
        self._tasks: list[asyncio.Task[None]] = []

    # Its life

    async def start(self, whispered: Whispered, revoked: Revoked = nothing) -> None:
        """Connect, and know every revocation.

        Raises:
            BrokerDown: nobody answers.
        """
        self._whispered = whispered
        self._revoked = revoked
        try:
            async with self._asking():
                await self._connect(())
                await self._merge_once()
        except BaseException:
            await self._disconnect()
            raise
        # It may have been stopped before, and in another loop.
        self._is_connected = asyncio.Event()
        self._line = asyncio.Semaphore(_AT_ONCE)
        self._is_connected.set()
        for chore in self._chores:
            chore.begin()
        self._staying.due()
        self._tasks = [
            asyncio.create_task(each.run(), name="unum's broker") for each in self._chores
        ]

    async def stop(self) -> None:
        """Disconnect; every stream stays where it is."""
        was_connected = self._is_connected.is_set()
        for chore in self._chores:
            chore.end()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=4 * self._timeout_s)
            if was_connected:
                self._roll.clear()
                await self._post_all()
        self._tasks.clear()
        self._followers.clear()
        self._wanted.clear()
        await self._disconnect()

    @property
    def _chores(self) -> tuple[Chore, ...]:
        return self._staying, self._catching_up, self._posting, self._merging

    # Streams

    async def join(self, key: str) -> Stream:
        """Follow a stream: listen first, then read what is there.

        Raises:
            BrokerDown: nobody answers.
        """
        while (found := self._followers.get(key)) is None:
            task = self._joining.get(key)
            if task is None:
                task = self._joining[key] = asyncio.create_task(self._follow(key))
                task.add_done_callback(lambda _: self._joining.pop(key, None))
            # Another may have left by the time that this goes on.
            await asyncio.shield(task)
        return found.stream

    async def leave(self, key: str) -> None:
        """Listen no more."""
        if self._followers.pop(key, None) is None:
            return
        self._behind.discard(key)
        self._wanted.discard(key)
        # When nobody answers there is nothing to end; after a new connection only what is wanted
        # is listened to.
        with contextlib.suppress(*self.down):
            await self._ignore(key)
            if key in self._wanted:
                await self._listen((key,))
                self._fall_behind((key,))

    def sweep(self) -> None:
        """Let go of what is too old here, and look after what is idle."""
        now = self._clock.monotonic()
        oldest = now - self._limits.age_s / 3
        idle = []
        for key, follower in self._followers.items():
            follower.stream.trim(now)
            if follower.heard < oldest:
                idle.append(key)
        # Whoever reads a stream keeps it alive, and notices if an announcement was lost.
        self._fall_behind(idle)
        if now - self._posted > self._limits.presence_s / 3:
            self._posted = now
            self._roll.renew()
            self._posting.due()
        self.revocations.sweep()

    # Who is there

    def arrived(self, key: str, connection_id: str, since: float) -> None:
        """Say so, some time soon."""
        self._roll.enter(key, connection_id, since)
        self._posting.due()

    def departed(self, key: str, connection_id: str) -> None:
        """Say so, some time soon."""
        self._roll.leave(key, connection_id)
        self._posting.due()

    async def presence(self, key: str) -> tuple[Presence, ...]:
        """The connections of a key: of this node as they are, of others as they said.

        Raises:
            BrokerDown: nobody answers.
        """
        async with self._asking():
            found = await self._posted_of(key)
        others = [each for each in found if each.node_id != self.node_id]
        return (*self._roll.of(key), *others)

    async def revoke(self, revocation: Revocation) -> None:
        """Take it in here, then tell it to all.

        Raises:
            UnumError: there are too many.
            BrokerDown: nobody answered; it will be told when somebody does.
        """
        self.revocations.must_have_room()
        self._take((revocation,))
        try:
            async with self._asking():
                await self._record((revocation,))
        except BrokerDown:
            self._merging.due()
            raise

    # How a kind of broker does it

    @abstractmethod
    async def _connect(self, keys: Collection[str]) -> None:
        """Connect anew, and listen to whispers, to revocations and to those keys."""

    @abstractmethod
    async def _attend(self) -> None:
        """Hear what comes, until the connection ends."""

    @abstractmethod
    async def _disconnect(self) -> None:
        """Let go of all connections; never raises."""

    @abstractmethod
    async def _listen(self, keys: Collection[str]) -> None:
        """Listen to those keys, too."""

    @abstractmethod
    async def _ignore(self, key: str) -> None:
        """Listen to it no more."""

    @abstractmethod
    async def _read(self, key: str, after: int) -> Snapshot:
        """What is kept after a number; keeps the stream alive, and creates it if need be."""

    @abstractmethod
    async def _post(self, rolls: Mapping[str, str]) -> None:
        """Let others know of the connections of this node, as JSON by key; "" for none."""

    @abstractmethod
    async def _posted_of(self, key: str) -> Sequence[Presence]:
        """What nodes said of a key, and have not stopped to say."""

    @abstractmethod
    async def _record(self, revocations: Sequence[Revocation]) -> None:
        """Keep revocations and announce them."""

    @abstractmethod
    async def _recorded(self) -> Sequence[Revocation]:
        """Every revocation that is kept."""

    @abstractmethod
    async def _regressed(self, key: str, epoch: str) -> None:
        """A stream of the same epoch stood further on before. It is read again after this."""

    # What only happens inside

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[None]:
        """For two commands' time; whatever the library raises is that nobody answers."""
        try:
            async with asyncio.timeout(2 * self._timeout_s):
                yield
        except BrokerDown:
            raise
        except self.down as error:
            raise BrokerDown(
                f"no broker answers: {error!r}", hint="is it running, and the URL right?"
            ) from error

    @asynccontextmanager
    async def _in_line(self) -> AsyncIterator[None]:
        """When it is one's turn; nothing is asked of the broker until then."""
        try:
            async with asyncio.timeout(_IN_LINE_S):
                await self._line.acquire()
        except TimeoutError as error:
            raise BrokerDown("too many come at once", hint="come back later") from error
        try:
            yield
        finally:
            self._line.release()

    async def _follow(self, key: str) -> Follower:
        self._wanted.add(key)
        try:
            async with self._asking():
                await self._is_connected.wait()
            async with self._in_line(), self._asking():
                await self._listen((key,))
                snapshot = await self._read(key, 0)
        except BaseException:
            self._wanted.discard(key)
            raise
        follower = Follower(self._limits, snapshot, self._clock.monotonic())
        self._followers[key] = follower
        # What was announced since is in the snapshot, or is noticed as a gap.
        self._fall_behind((key,))
        return follower

    async def _stay_connected(self) -> bool:
        """Hear what is announced until that ends; then, after a pause, connect again."""
        if self._is_connected.is_set():
            try:
                with contextlib.suppress(*self.down):
                    await self._attend()
            finally:
                self._is_connected.clear()
            return False
        try:
            async with self._asking():
                await self._connect(tuple(self._wanted))
        except BrokerDown:
            return False
        except UnumError as error:
            # It came back as something that cannot be used; somebody may mend that.
            _LOG.error("the broker cannot be used: %s", error.message)
            return False
        self._is_connected.set()
        self._staying.due()
        self._fall_behind(self._followers)
        self._roll.renew()
        self._posting.due()
        self._merging.due()
        return True

    def _fall_behind(self, keys: Collection[str]) -> None:
        if keys:
            self._behind.update(keys)
            self._catching_up.due()

    async def _catch_up(self) -> bool:
        """Read what was missed; those that nobody could be asked for stay behind."""
        waiting, self._behind = list(self._behind), set()
        for start in range(0, len(waiting), _AT_ONCE):
            some = waiting[start : start + _AT_ONCE]
            done = await asyncio.gather(*map(self._catch_up_with, some))
            self._behind.update(
                key for key, is_done in zip(some, done, strict=True) if not is_done
            )
            if not any(done):
                self._behind.update(waiting[start:])
                break
        return not self._behind

    async def _catch_up_with(self, key: str) -> bool:
        follower = self._followers.get(key)
        if follower is None:
            return True
        epoch, after = follower.stream.position
        try:
            async with self._asking():
                snapshot = await self._read(key, after)
                if snapshot.epoch == epoch and snapshot.seq < after:
                    await self._regressed(key, epoch)
                    return False
        except BrokerDown:
            return False
        follower.catch_up(snapshot, self._clock.monotonic())
        return True

    async def _post_all(self) -> bool:
        """Tell who came and who went."""
        changed, self._roll.changed = self._roll.changed, set()
        keys = list(changed)
        for start in range(0, len(keys), _AT_ONCE):
            try:
                async with self._asking():
                    await self._post(
                        {key: self._roll.text(key) for key in keys[start : start + _AT_ONCE]}
                    )
            except BaseException as error:
                self._roll.changed.update(keys[start:])
                if isinstance(error, BrokerDown):
                    return False
                raise
        return True

    async def _merge(self) -> bool:
        try:
            async with self._asking():
                await self._merge_once()
        except BrokerDown:
            return False
        return True

    async def _merge_once(self) -> None:
        """Know what is kept there, and let be kept what is known here: whichever of both was
        away, or has forgotten, has it all again."""
        kept = await self._recorded()
        if missing := self.revocations.missing_from(kept):
            await self._record(missing)
        self._take(kept)

    def _take(self, found: Sequence[Revocation]) -> None:
        news = [each for each in found if self.revocations.take(each)]
        if news:
            self._revoked()
