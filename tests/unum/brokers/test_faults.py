"""Brokers that are killed, frozen or emptied: nothing is lost without a word."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from pluribus_unum import BrokerDown, Limits, Position
from pluribus_unum.brokers import remote
from pluribus_unum.brokers.base import Broker
from pluribus_unum.brokers.nats import NatsBroker
from pluribus_unum.brokers.remote import RemoteBroker
from pluribus_unum.brokers.valkey import ValkeyBroker
from pluribus_unum.testing import FakeSocket
from tests.unum.brokers.nodes import (
    ANN,
    BROKERS,
    MISSING,
    SERVERS,
    Follower,
    emitted,
    node,
    server_of,
    slowest_turn_s,
)
from tests.unum.brokers.servers import Server, running
from tests.unum.running import runs


@pytest.fixture(params=[(kind, keeps) for kind in SERVERS for keeps in (False, True)], ids=str)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """One of each kind, whether it keeps its data or not."""
    kind, keeps = request.param
    if missing := MISSING[kind]:
        pytest.skip(f"needs {missing}: pip install -r requirements/dev.txt")
    with running(server_of(kind, tmp_path, keeps=keeps)) as found:
        yield found


EACH = pytest.mark.parametrize(
    "server", [(kind, False) for kind in SERVERS], indirect=True, ids=list(SERVERS)
)
EACH_THAT_KEEPS = pytest.mark.parametrize(
    "server", [(kind, True) for kind in SERVERS], indirect=True, ids=list(SERVERS)
)


def test_a_broker_that_was_killed_begins_anew_and_everybody_is_told(server: Server) -> None:
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


@EACH
def test_hundreds_who_come_at_once_are_let_in_a_few_at_a_time(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for all at once, the last would wait for longer than a broker may take, and be told
    that it is down."""

    @runs
    async def test() -> None:
        broker = BROKERS[type(server)](server.url, limits=Limits(), timeout_s=0.5)
        assert isinstance(broker, RemoteBroker)
        read, reading, most = broker._read, 0, 0  # noqa: SLF001  # what it costs is what matters

        async def counted(key: str, after: int) -> Any:
            nonlocal reading, most
            reading += 1
            most = max(most, reading)
            try:
                # With all of them at once, and each as slow as that, nobody would be in time.
                await asyncio.sleep(0.005 * reading)
                return await read(key, after)
            finally:
                reading -= 1

        monkeypatch.setattr(broker, "_read", counted)
        await broker.start(lambda key, text: None)
        try:
            streams = await asyncio.gather(*(broker.join(f"user-{n}") for n in range(300)))
        finally:
            await broker.stop()

        assert len({id(each) for each in streams}) == 300
        assert 10 < most <= 100  # 50 who come, and as many streams that are looked at once more

    test()


@EACH
def test_who_is_in_line_for_too_long_is_told(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "_AT_ONCE", 1)
    monkeypatch.setattr(remote, "_IN_LINE_S", 0.2)

    @runs
    async def test() -> None:
        broker = BROKERS[type(server)](server.url, limits=Limits(), timeout_s=1)
        assert isinstance(broker, RemoteBroker)
        gate, read = asyncio.Event(), broker._read  # noqa: SLF001  # as above

        async def waiting(key: str, after: int) -> Any:
            await gate.wait()
            return await read(key, after)

        monkeypatch.setattr(broker, "_read", waiting)
        await broker.start(lambda key, text: None)
        try:
            first = asyncio.create_task(broker.join("ann"))
            await asyncio.sleep(0.05)
            with pytest.raises(BrokerDown, match="too many"):
                await broker.join("bob")
            gate.set()
            assert (await first).seq == 0
            assert (await broker.join("bob")).seq == 0, "the line goes on"
        finally:
            await broker.stop()

    test()


@EACH
def test_there_is_a_line_in_every_life_of_a_broker(server: Server) -> None:
    """Each in a loop of its own, and with more than are let in at a time."""
    broker = BROKERS[type(server)](server.url, limits=Limits(), timeout_s=4)

    @runs
    async def life() -> None:
        await broker.start(lambda key, text: None)
        try:
            streams = await asyncio.gather(*(broker.join(f"user-{n}") for n in range(60)))
        finally:
            await broker.stop()
        assert len({id(each) for each in streams}) == 60

    life()
    life()


@EACH
def test_nobody_is_followed_for_whoever_does_not_wait(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    @runs
    async def test() -> None:
        async with node(server) as hub:
            broker, gate = hub.broker, asyncio.Event()
            assert isinstance(broker, RemoteBroker)
            read, followers = broker._read, broker._followers  # noqa: SLF001  # what must not grow

            async def waiting(key: str, after: int) -> Any:
                await gate.wait()
                return await read(key, after)

            monkeypatch.setattr(broker, "_read", waiting)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await hub.manager(ANN).add_connection(FakeSocket())
            gate.set()
            await asyncio.sleep(0.3)
            assert not followers
            await hub.manager(ANN).add_connection(FakeSocket())
            assert len(followers) == 1

    test()


@EACH_THAT_KEEPS
def test_a_broker_whose_disk_is_trusted_goes_on_where_it_was(server: Server) -> None:
    @runs
    async def test() -> None:
        async with node(server, trusts_disk=True) as here, node(server, trusts_disk=True) as there:
            ann = Follower()
            await here.manager(ANN).add_connection(ann.socket)
            for number in range(20):
                await emitted(there, number)
            if server.scheme == "redis":
                await asyncio.sleep(1.2)  # it writes its file once a second
            server.kill()
            await asyncio.to_thread(server.start)
            await emitted(there, 20)
            await ann.hears(20)

            assert [payload for _, _, payload in ann.client.seen] == list(range(21))
            assert ann.client.resets == []

    test()


@EACH
def test_a_broker_that_answers_nothing_is_told_of_at_once_and_blocks_nobody(
    server: Server,
) -> None:
    @runs
    async def test() -> None:
        async with node(server) as here, node(server) as there:
            ann = Follower()
            await here.manager(ANN).add_connection(ann.socket)
            await emitted(there, 1)
            await ann.hears(1)
            server.freeze()
            began = time.monotonic()
            with pytest.raises(BrokerDown):
                await there.manager(ANN).emit_agent_event("x", 2)
            took_s = time.monotonic() - began
            late_s = await slowest_turn_s(0.3)
            server.thaw()
            await emitted(there, 3)
            await ann.hears(3)

            assert took_s < 2
            assert late_s < 0.25
            assert ann.client.resets == []

    test()


@EACH
def test_many_who_send_to_a_frozen_broker_are_each_told_within_the_bound(server: Server) -> None:
    @runs
    async def test() -> None:
        async with node(server) as here:
            manager = here.manager(ANN)
            await emitted(here, 0)
            server.freeze()
            began = time.monotonic()
            results = await asyncio.gather(
                *(manager.emit_agent_event("x", number) for number in range(50)),
                return_exceptions=True,
            )
            took_s = time.monotonic() - began
            server.thaw()

            assert {type(each) for each in results} == {BrokerDown}
            assert took_s < 2.5
            await emitted(here, "after")

    test()


@EACH
def test_what_was_sent_on_a_node_that_is_gone_is_had_from_another(server: Server) -> None:
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


@EACH
def test_what_is_here_is_served_while_nobody_answers(server: Server) -> None:
    @runs
    async def test() -> None:
        async with node(server) as here:
            first, second = Follower(), FakeSocket()
            manager = here.manager(ANN)
            await manager.add_connection(first.socket)
            await emitted(here, 1)
            await emitted(here, 2)
            await first.hears(2)
            server.kill()
            await manager.add_connection(second, resume=Position(first.client.epoch, 1))
            async with asyncio.timeout(5):
                while not second.events:
                    await asyncio.sleep(0.01)

        assert [each["payload"] for each in second.events] == [2]

    test()


@pytest.mark.parametrize(
    "broker",
    [
        ValkeyBroker("redis://127.0.0.1:1/0", timeout_s=0.3),
        NatsBroker("nats://127.0.0.1:1", timeout_s=0.3),
    ],
    ids=["valkey", "nats"],
)
def test_a_server_that_is_not_there_is_an_error_that_says_so(broker: Broker) -> None:
    @runs
    async def test() -> None:
        with pytest.raises(BrokerDown, match="is it running"):
            await broker.start(lambda key, text: None)

    test()


@EACH
def test_a_user_to_whom_nothing_is_sent_for_long_misses_nothing_later(server: Server) -> None:
    @runs
    async def test() -> None:
        limits = Limits(age_s=3)
        async with node(server, limits=limits) as here, node(server, limits=limits) as there:
            ann = Follower()
            await here.manager(ANN).add_connection(ann.socket)
            await emitted(there, 1)
            await asyncio.sleep(2 * limits.age_s)
            await emitted(there, 2)
            await ann.hears(2)

        assert ann.client.resets == []

    test()


@pytest.mark.skipif(MISSING["valkey"] is not None, reason="needs a valkey-server or redis-server")
def test_an_announcement_that_nobody_heard_is_looked_for_when_the_connection_is_back(
    tmp_path: Path,
) -> None:
    with running(server_of("valkey", tmp_path)) as server:

        @runs
        async def test() -> None:
            async with node(server) as here:
                ann = Follower()
                await here.manager(ANN).add_connection(ann.socket)
                await emitted(here, 1)
                await ann.hears(1)
                async with Redis.from_url(server.url) as admin, admin.pipeline() as at_once:
                    # An event with nobody there to hear of it.
                    at_once.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
                    at_once.hincrby("unum:{ann}:meta", "s", 1)
                    at_once.xadd(
                        "unum:{ann}:log",
                        {
                            "b": '{"v":1,"type":"x","timestamp":0,"user_id":"ann","payload":2}',
                            "t": "",
                        },
                        id="2-0",
                    )
                    await at_once.execute()
                await ann.hears(2)

            assert ann.client.resets == []

        test()


@pytest.mark.skipif(MISSING["valkey"] is not None, reason="needs a valkey-server or redis-server")
def test_a_stream_that_stands_before_where_it_stood_begins_anew(tmp_path: Path) -> None:
    with running(server_of("valkey", tmp_path)) as server:

        @runs
        async def test() -> None:
            limits = Limits(age_s=3)
            async with node(server, limits=limits, trusts_disk=True) as here:
                ann = Follower()
                await here.manager(ANN).add_connection(ann.socket)
                for number in range(3):
                    await emitted(here, number)
                await ann.hears(2)
                async with Redis.from_url(server.url) as admin:
                    # As after a disk that was trusted and lost its last moments.
                    await admin.hset("unum:{ann}:meta", "s", "1")
                    await admin.xtrim("unum:{ann}:log", maxlen=1)
                await ann.is_reset()
                await emitted(here, 4)
                await ann.hears(4)

        test()
