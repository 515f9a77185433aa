"""Valkey that is killed, frozen or emptied: nothing is lost without a word."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pluribus_unum import BrokerDown, Hub, Limits, Position
from pluribus_unum.brokers.valkey import ValkeyBroker
from pluribus_unum.testing import FakeSocket
from tests.unum.brokers.servers import Server, Valkey, running, valkey_program
from tests.unum.clients import Client
from tests.unum.running import Context, runs

pytestmark = pytest.mark.skipif(
    valkey_program() is None, reason="needs a valkey-server or redis-server"
)
LIMITS = Limits(events_per_user=50)
ANN = Context("ann")


@asynccontextmanager
async def node(server: Server, *, trusts_disk: bool = False) -> AsyncIterator[Hub]:
    """A hub of that server."""
    broker = ValkeyBroker(server.url, limits=LIMITS, timeout_s=0.4, trusts_disk=trusts_disk)
    hub = Hub(broker=broker, limits=LIMITS)
    async with hub.lifespan():
        yield hub


class Follower:
    """A client on a socket, which checks all that it hears."""

    def __init__(self) -> None:
        self.socket = FakeSocket()
        self.client = Client("ann")
        self._read = 0

    async def hears(self, payload: object, *, within_s: float = 5) -> None:
        """Wait until an event arrives."""
        async with asyncio.timeout(within_s):
            while payload not in [each for _, _, each in self.hear()]:
                await asyncio.sleep(0.01)

    async def is_reset(self, *, within_s: float = 8) -> None:
        """Wait until it is told that something is missing."""
        async with asyncio.timeout(within_s):
            while not (self.hear() is not None and self.client.resets):
                await asyncio.sleep(0.01)

    def hear(self) -> list[tuple[str, int, object]]:
        """Take in what has come."""
        for frame in self.socket.frames[self._read :]:
            self._read += 1
            self.client.hear(frame)
        return self.client.seen


async def emitted(hub: Hub, payload: object, *, within_s: float = 8) -> None:
    """Send, again and again, until the broker takes it."""
    async with asyncio.timeout(within_s):
        while True:
            try:
                await hub.manager(ANN).emit_agent_event("x", payload)
            except BrokerDown:
                await asyncio.sleep(0.02)
            else:
                return


@pytest.mark.parametrize("keeps", [False, True])
def test_a_broker_that_was_killed_begins_anew_and_everybody_is_told(
    keeps: bool, tmp_path: Path
) -> None:
    with running(Valkey(tmp_path, keeps=keeps)) as server:

        @runs
        async def test() -> None:
            async with node(server) as here, node(server) as there:
                ann = Follower()
                await here.manager(ANN).add_connection(ann.socket)
                await emitted(there, 1)
                await ann.hears(1)
                server.kill()
                with pytest.raises(BrokerDown):
                    await there.manager(ANN).emit_agent_event("x", 2)
                await asyncio.to_thread(server.start)
                await emitted(there, 3)
                await ann.is_reset()
                await emitted(there, 4)
                await ann.hears(4)

        test()


def test_a_broker_whose_disk_is_trusted_goes_on_where_it_was(tmp_path: Path) -> None:
    with running(Valkey(tmp_path, keeps=True)) as server:

        @runs
        async def test() -> None:
            async with node(server, trusts_disk=True) as here:
                ann = Follower()
                await here.manager(ANN).add_connection(ann.socket)
                await emitted(here, 1)
                await ann.hears(1)
                await asyncio.sleep(1.2)  # it writes its file once a second
                server.kill()
                await asyncio.to_thread(server.start)
                await emitted(here, 2)
                await ann.hears(2)
                assert ann.client.resets == []

        test()


def test_a_broker_that_answers_nothing_is_told_of_at_once_and_blocks_nobody(
    tmp_path: Path,
) -> None:
    with running(Valkey(tmp_path)) as server:

        @runs
        async def test() -> None:
            async with node(server) as here:
                ann = Follower()
                await here.manager(ANN).add_connection(ann.socket)
                await emitted(here, 1)
                await ann.hears(1)
                server.freeze()
                began = time.monotonic()
                with pytest.raises(BrokerDown):
                    await here.manager(ANN).emit_agent_event("x", 2)
                took_s = time.monotonic() - began
                late = await _slowest_turn_s(0.3)
                server.thaw()
                await emitted(here, 3)
                await ann.hears(3)

                assert took_s < 2
                assert late < 0.2
                assert ann.client.resets == []

        test()


def test_what_was_sent_on_a_node_that_is_gone_is_had_from_another(tmp_path: Path) -> None:
    with running(Valkey(tmp_path)) as server:

        @runs
        async def test() -> None:
            first, second = Follower(), FakeSocket()
            async with node(server) as gone:
                await gone.manager(ANN).add_connection(first.socket)
                await emitted(gone, 1)
                await first.hears(1)
                await emitted(gone, 2)
            async with node(server) as other:
                since = Position(first.client.epoch, 1)
                await other.manager(ANN).add_connection(second, resume=since)
                async with asyncio.timeout(5):
                    while not second.events:
                        await asyncio.sleep(0.01)

            assert second.messages[0]["recovered"] is True
            assert [each["payload"] for each in second.events] == [2]

        test()


def test_a_server_that_is_not_there_is_an_error_that_says_so() -> None:
    @runs
    async def test() -> None:
        broker = ValkeyBroker("redis://127.0.0.1:1/0", timeout_s=0.2)
        with pytest.raises(BrokerDown, match="is it running"):
            await broker.start(lambda key, text: None)

    test()


async def _slowest_turn_s(for_s: float) -> float:
    """How late the loop ever was."""
    slowest, end = 0.0, time.monotonic() + for_s
    while (now := time.monotonic()) < end:
        await asyncio.sleep(0.01)
        slowest = max(slowest, time.monotonic() - now - 0.01)
    return slowest
