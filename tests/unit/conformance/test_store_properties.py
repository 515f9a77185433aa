"""C11 and G7, of managers that keep data in a store."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, ClassVar

import pytest
import redis
import redis.asyncio

from pluribus.conformance.exploring import explored
from pluribus.conformance.judge import Run, judged, setting
from pluribus.conformance.stores import Stores, placed
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import BY_NAME, adapter_of


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


class Fades(Hub):
    """What is kept under the one key for all is gone before anybody else comes."""

    async def keep(self, text: str) -> None:
        await self.store.set("node:latest", text, px=40)
        await asyncio.sleep(0.05)


def test_what_ends_by_itself_was_taken_by_nobody(stores: Stores) -> None:
    run = judged_with(stores, "C11", Fades)

    assert run.outcome is Outcome.PASS, run.claim


class Crowded(Hub):
    async def connect(self, connection_id: str, websocket: Any) -> None:
        await self.store.mset({f"other:{number}": "x" for number in range(1_100)})
        await super().connect(connection_id, websocket)


def test_of_a_large_store_it_is_said_what_was_not_looked_for(stores: Stores) -> None:
    run = judged_with(stores, "C11", Crowded)

    assert run.outcome is Outcome.PASS, run.claim
    assert [name for name, _ in evidence(run)] == ["not looked into"]


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
