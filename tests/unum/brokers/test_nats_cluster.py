"""Three NATS servers, of which any may be killed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import nats
import pytest

from pluribus_unum import BrokerDown, Hub, UnumError
from pluribus_unum.brokers.nats import NatsBroker
from tests.unum.brokers.nodes import ANN, LIMITS, MISSING, Follower
from tests.unum.brokers.servers import Member, nats_cluster

pytestmark = pytest.mark.skipif(MISSING["nats"] is not None, reason="needs a nats-server")


async def started(urls: Sequence[str]) -> Hub:
    """A node, as soon as the servers have found together."""
    while True:
        broker = NatsBroker(urls, limits=LIMITS, timeout_s=3, replicas=3)
        hub = Hub(broker=broker, limits=LIMITS)
        try:
            await hub.start()
        except BrokerDown:
            await asyncio.sleep(0.2)
        else:
            return hub


async def leader_of(members: Sequence[Member]) -> Member:
    """The server that numbers the events."""
    client = await nats.connect(members[0].url)
    try:
        found = await client.jetstream().stream_info("unum_events")
    finally:
        await client.close()
    assert found.cluster is not None
    (leader,) = [each for each in members if each.name == found.cluster.leader]
    return leader


async def sent(hub: Hub, number: int) -> None:
    """Send an event as often as it takes: it is the same one."""
    while True:
        try:
            await hub.manager(ANN).emit_agent_event("x", number, key=str(number))
        except BrokerDown:
            await asyncio.sleep(0.05)
        else:
            return


def test_the_leader_of_a_cluster_that_is_killed_takes_nothing_with_it(tmp_path: Path) -> None:
    async def test(members: Sequence[Member]) -> None:
        urls = [each.url for each in members]
        hubs = [await started(urls) for _ in range(2)]
        ann = Follower()
        await hubs[0].manager(ANN).add_connection(ann.socket)
        for number in range(150):
            if number == 50:
                (await leader_of(members)).kill()
            await sent(hubs[number % 2], number)
            ann.hear()  # which checks each number
        await ann.hears(149, within_s=15)
        for each in hubs:
            await each.stop()

        assert [payload for _, _, payload in ann.client.seen] == list(range(150))
        assert ann.client.resets == []

    async def bounded(members: Sequence[Member]) -> None:
        async with asyncio.timeout(60):
            await test(members)

    with nats_cluster(tmp_path) as members:
        asyncio.run(bounded(members))


def test_a_cluster_of_which_one_server_would_keep_all_is_refused(tmp_path: Path) -> None:
    async def test(members: Sequence[Member]) -> None:
        async with asyncio.timeout(60):
            hub = await started([each.url for each in members])
            await hub.stop()
            alone = NatsBroker(members[0].url, timeout_s=5, prefix="alone")
            with pytest.raises(UnumError, match="in memory"):
                await alone.start(lambda key, text: None)

    with nats_cluster(tmp_path) as members:
        asyncio.run(test(members))
