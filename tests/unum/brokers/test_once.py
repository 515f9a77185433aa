"""What is remembered of idempotency keys."""

from __future__ import annotations

import sys

import pytest

from pluribus_unum import Limits, MemoryBroker, Position
from pluribus_unum.brokers.once import Once, short
from pluribus_unum.testing import FakeClock
from tests.unum.running import runs

AT = Position("e", 1)


def test_a_place_is_of_one_stream_one_key_and_one_epoch() -> None:
    once = Once(Limits())
    once.put("ann", "k", AT, 0)

    assert once.place("ann", "k", "e") == AT
    assert [once.place(*each) for each in (("bob", "k", "e"), ("ann", "l", "e"))] == [None, None]
    assert once.place("ann", "k", "f") is None


def test_the_oldest_of_too_many_is_forgotten_and_what_is_too_old() -> None:
    once = Once(Limits(events_per_user=2, age_s=10))
    for number, key in enumerate("abc"):
        once.put("ann", key, AT, number)

    assert [once.place("ann", key, "e") for key in "abc"] == [None, AT, AT]
    once.put("ann", "b", AT, 3)  # anew, and so the youngest
    once.sweep("ann", 12.5)
    assert [once.place("ann", key, "e") for key in "bc"] == [AT, None]
    once.sweep("ann", 14)
    once.sweep("bob", 14)
    assert once.place("ann", "b", "e") is None


@pytest.mark.parametrize("key", ["k" * 64, "", "\ud800" * 64])
def test_a_short_key_is_kept_as_it_is(key: str) -> None:
    assert short(key) == key


def test_long_keys_take_little_and_are_told_apart() -> None:
    keys = ["x" * 100_000, "x" * 99_999 + "y", "\ud800" * 70]
    shorts = [short(each) for each in keys]

    assert len(set(shorts)) == 3
    assert max(map(sys.getsizeof, shorts)) < 200
    assert [short(each) != each for each in shorts] == [True] * 3, "nobody can name it"


@runs
async def test_an_event_may_be_sent_again_when_its_first_is_long_gone() -> None:
    clock = FakeClock()
    broker = MemoryBroker(Limits(age_s=10), clock)

    async def is_duplicate() -> bool:
        sent = await broker.publish("ann", '{"n":0}', thread=None, idempotency="k")
        return sent.is_duplicate

    await broker.join("ann")
    assert [await is_duplicate(), await is_duplicate()] == [False, True]
    clock.advance(11)
    broker.sweep()
    assert not await is_duplicate()
