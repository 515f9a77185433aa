"""What every broker does, asked of each of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from pluribus_unum import Limits, MemoryBroker
from pluribus_unum.brokers.base import Broker
from pluribus_unum.brokers.nats import NatsBroker
from pluribus_unum.brokers.valkey import ValkeyBroker
from pluribus_unum.core.stream import Stream
from tests.unum.brokers.servers import Nats, Valkey, nats_program, running, valkey_program
from tests.unum.running import runs

LIMITS = Limits(events_per_user=5, age_s=60)
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
            ValkeyBroker(server.url, limits=LIMITS),
            ValkeyBroker(server.url, limits=LIMITS),
        )


@asynccontextmanager
async def of_nats(folder: Path) -> AsyncIterator[tuple[Broker, Broker]]:
    """Two nodes of one NATS."""
    with running(Nats(folder)) as server:
        yield NatsBroker(server.url, limits=LIMITS), NatsBroker(server.url, limits=LIMITS)


KINDS: dict[str, Callable[[Path], AbstractAsyncContextManager[tuple[Broker, Broker]]]] = {
    "memory": memory,
    "valkey": of_valkey,
    "nats": of_nats,
}
MISSING = {
    "valkey": None if valkey_program() else "a valkey-server or redis-server",
    "nats": None if nats_program() else "a nats-server",
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


def test_many_at_once_are_each_numbered_once(nodes: Nodes) -> None:
    async def test(here: Broker, there: Broker) -> None:
        stream = await here.join("ann")
        numbers = await asyncio.gather(
            *(send(each, "ann", '{"n":0}') for each in [here, there] * 50)
        )
        await reaches(stream, 100)

        assert sorted(numbers) == list(range(1, 101))

    nodes(test)


def test_whoever_joins_twice_has_one_stream(nodes: Nodes) -> None:
    async def test(here: Broker, there: Broker) -> None:
        streams = await asyncio.gather(*(here.join("ann") for _ in range(5)))

        assert len({id(each) for each in streams}) == 1

    nodes(test)
