"""How much a MemoryBroker keeps, and what it lets go of first."""

from __future__ import annotations

from pluribus_unum import Limits, MemoryBroker
from pluribus_unum.testing import FakeClock
from tests.unum.running import runs

EVENT = "{" + "x" * 798 + "}"
"""A thousand bytes, with what an entry takes beside its text."""


async def _send(broker: MemoryBroker, clock: FakeClock, *keys: str) -> None:
    for key in keys:
        clock.advance(1)
        await broker.publish(key, EVENT, thread=None, idempotency=None)


@runs
async def test_who_was_touched_longest_ago_and_is_not_followed_goes_first() -> None:
    clock = FakeClock()
    broker = MemoryBroker(Limits(bytes=16_000), clock)
    followed = await broker.join("followed")
    await _send(broker, clock, "followed", "old", "young", "old", "middle", "young")

    await _send(broker, clock, *["new"] * 11)

    seqs = {key: (await broker.join(key)).seq for key in ("old", "middle", "young", "new")}
    assert seqs == {"old": 0, "middle": 1, "young": 2, "new": 11}, "16,000 is one too much"
    assert followed.first == 1


@runs
async def test_who_is_followed_loses_events_when_nobody_else_is_left_and_keeps_the_last() -> None:
    clock = FakeClock()
    broker = MemoryBroker(Limits(bytes=16_000), clock)
    streams = {key: await broker.join(key) for key in ("one", "two", "three")}

    await _send(broker, clock, *["one"] * 6, *["two"] * 6, *["three"] * 5)

    kept = {key: stream.seq + 1 - stream.first for key, stream in streams.items()}
    assert kept == {"one": 1, "two": 6, "three": 5}
    assert [stream.seq for stream in streams.values()] == [6, 6, 5]


@runs
async def test_there_is_never_more_than_the_limit() -> None:
    clock = FakeClock()
    broker = MemoryBroker(Limits(bytes=50_000, events_per_user=10), clock)
    streams = [await broker.join(f"followed {number}") for number in range(5)]
    for number in range(500):
        await _send(broker, clock, f"followed {number % 5}", f"other {number}")
        held = sum(stream.bytes for stream in streams)
        others = [broker._streams[key] for key in broker._streams if key.startswith("other")]  # noqa: SLF001  # what is bounded
        assert held + sum(stream.bytes for stream in others) <= 50_000


@runs
async def test_what_is_too_old_is_let_go_of_by_the_sweep() -> None:
    clock = FakeClock()
    broker = MemoryBroker(Limits(age_s=10), clock)
    stream = await broker.join("ann")
    await _send(broker, clock, "ann", "ann", "ann")

    clock.advance(8.5)
    broker.sweep()

    assert (stream.first, stream.seq) == (2, 3)
    clock.advance(60)
    broker.sweep()
    assert (stream.first, stream.seq, stream.bytes) == (4, 3, 0)


@runs
async def test_those_who_are_followed_lose_nothing_where_others_can() -> None:
    clock = FakeClock()
    broker = MemoryBroker(Limits(bytes=100_000), clock)
    followed = await broker.join("followed")
    await _send(broker, clock, *["followed"] * 95)

    await _send(broker, clock, *["away"] * 5, "other")

    assert followed.first == 1
    assert (await broker.join("other")).seq == 1, "what has just been sent goes last"
    assert (await broker.join("away")).seq == 0
