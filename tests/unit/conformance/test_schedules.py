"""Subjects that are right because of what asyncio promises, and subjects that are nearly right."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Mapping
from typing import Any

import pytest

from pluribus.conformance import Peer
from pluribus.conformance.judge import Run
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import (
    BY_NAME,
    adapter_of,
    explored_of,
    is_of_tests,
    run_of,
)

LOOPS = ("H4", "H5", "H6", "H7")


class Manager:
    """One user's sockets: right, and what the others are made of."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self.sockets: list[Peer] = []

    async def connect(self, websocket: Peer) -> None:
        await websocket.accept()
        self.sockets.append(websocket)

    async def disconnect(self, websocket: Peer) -> None:
        if websocket in self.sockets:
            self.sockets.remove(websocket)

    async def emit_event(self, event: str, payload: Mapping[str, Any]) -> None:
        await self.send({"event": event, **payload})

    async def send(self, body: object) -> None:
        for socket in list(self.sockets):
            await socket.send_json(body)


def factory_of(kind: type[Manager]) -> Mapping[str, object]:
    instances: dict[str, Manager] = {}

    def manager_of(user_id: str) -> Manager:
        return instances.setdefault(user_id, kind(user_id))

    return {"factory": manager_of}


def judged(name: str, kind: type[Manager], **conform: Any) -> Run:
    keys: Any = {"events": ("message",), "conform": {"sharing": "user", **conform}}
    if BY_NAME[name].bounds is None:
        return run_of(name, adapter_of(factory_of(kind), is_project=is_of_tests, **keys))
    return explored_of(name, lambda: factory_of(kind), **keys)


class WaitsForItsCallback(Manager):
    """A callback that was registered has run a turn later: what is ready runs in its order."""

    async def send(self, body: object) -> None:
        ran: list[str] = []
        asyncio.get_running_loop().call_soon(ran.append, "the callback")
        await asyncio.sleep(0)
        if not ran:
            raise RuntimeError("a callback was passed over")
        await super().send(body)


class Consumes(Manager):
    """A task takes out of a queue what others put in, and is never starved."""

    task: asyncio.Task[None] | None = None

    async def connect(self, websocket: Peer) -> None:
        if self.task is None:
            self.queue: asyncio.Queue[object] = asyncio.Queue(maxsize=2)
            self.task = asyncio.ensure_future(self.consume())
        await super().connect(websocket)

    async def consume(self) -> None:
        while True:
            await super().send(await self.queue.get())

    async def send(self, body: object) -> None:
        await self.queue.put(body)


class HandsTheLockOver(Manager):
    """Who asked first for a lock gets it first."""

    def __init__(self, user_id: str) -> None:
        super().__init__(user_id)
        self.lock = asyncio.Lock()

    async def send(self, body: object) -> None:
        async with self.lock:
            await super().send(body)

    async def disconnect(self, websocket: Peer) -> None:
        async with self.lock:
            await super().disconnect(websocket)


class TaskForEachSocket(Manager):
    """Tasks begin in the order in which they were made, so each socket is written to in order."""

    def __init__(self, user_id: str) -> None:
        super().__init__(user_id)
        self.tasks: set[asyncio.Task[None]] = set()

    async def send(self, body: object) -> None:
        for socket in self.sockets:
            task = asyncio.ensure_future(socket.send_json(body))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)


class TakesBack(Manager):
    """What was registered before waiting is taken back when the waiting ends otherwise."""

    async def connect(self, websocket: Peer) -> None:
        await websocket.accept()
        self.sockets.append(websocket)
        try:
            await websocket.send_json({"event": "welcome"})
        except BaseException:
            self.sockets.remove(websocket)
            raise


class ClosesWhatItGivesUp(Manager):
    """Who is cancelled while it sends lets the sockets go, and tells them so."""

    async def send(self, body: object) -> None:
        try:
            await super().send(body)
        except asyncio.CancelledError:
            for socket in self.sockets:
                await socket.close(1011)
            self.sockets.clear()
            raise


class ShieldsItsWork(Manager):
    """What has begun goes on, whoever is cancelled."""

    async def send(self, body: object) -> None:
        await asyncio.shield(asyncio.ensure_future(super().send(body)))


@pytest.mark.parametrize("name", LOOPS)
@pytest.mark.parametrize(
    "kind",
    [
        Manager,
        WaitsForItsCallback,
        Consumes,
        HandsTheLockOver,
        TaskForEachSocket,
        TakesBack,
        ClosesWhatItGivesUp,
        ShieldsItsWork,
    ],
)
def test_what_is_right_by_the_promises_of_asyncio_passes(name: str, kind: type[Manager]) -> None:
    run = judged(name, kind)

    assert run.outcome is Outcome.PASS, (run.claim, run.evidence, run.schedule)


class OldClock(Manager):
    """Sends when some time has passed by another clock than that of the loop."""

    async def send(self, body: object) -> None:
        until = time.monotonic() + 0.005
        while time.monotonic() < until:
            await asyncio.sleep(0.01)
        await super().send(body)


@pytest.mark.parametrize("name", ["H4", "H5", "H7"])
def test_who_looks_at_another_clock_is_never_blamed(name: str) -> None:
    run = judged(name, OldClock, timeout_s=0.5, arrival_s=0.2)

    assert run.outcome is Outcome.PASS, (run.claim, run.evidence)
    assert any("by the clock on the wall" in each for each in run.witnesses)


class OneSocket(Manager):
    """A new socket takes the place of the old one."""

    async def connect(self, websocket: Peer) -> None:
        await super().connect(websocket)
        for old in self.sockets[:-1]:
            await self.disconnect(old)
            await old.close(4000)


@pytest.mark.parametrize("name", LOOPS)
def test_one_socket_a_user_is_asked_nothing_that_is_declined(name: str) -> None:
    run = judged(name, OneSocket, declined={"D4": "one socket a user"})

    assert run.outcome is Outcome.PASS, (run.claim, run.hint)


class Lazy(Manager):
    """Blocks, but in a thread of its own; and computes, which is no waiting."""

    async def send(self, body: object) -> None:
        await asyncio.to_thread(threading.Event().wait, 0.01)
        until = time.thread_time() + 0.006
        while time.thread_time() < until:
            sum(range(500))
        sorted(range(200_000), key=lambda each: -each)
        await super().send(body)


def test_what_blocks_elsewhere_or_computes_does_not_block_the_loop() -> None:
    run = judged("H8", Lazy, arrival_s=1)

    assert run.outcome is Outcome.PASS, (run.claim, run.evidence)


class Asks(Manager):
    """Waits in the loop for what a thread does."""

    async def send(self, body: object) -> None:
        done = threading.Event()
        threading.Timer(0.02, done.set).start()
        done.wait()
        await super().send(body)


def test_what_waits_for_a_thread_blocks_the_loop() -> None:
    run = judged("H8", Asks, arrival_s=1)

    assert run.outcome is Outcome.FAIL
    assert "Asks.send, test_schedules.py" in run.claim
    assert "acquire" in run.claim


class Refuses(Manager):
    """Belongs to one loop, and says so."""

    loop: asyncio.AbstractEventLoop | None = None

    async def connect(self, websocket: Peer) -> None:
        if self.loop not in (None, asyncio.get_running_loop()):
            raise LookupError("belongs to another loop")
        self.loop = asyncio.get_running_loop()
        await super().connect(websocket)


def test_another_loop_may_be_refused_by_the_declared_error() -> None:
    silent = judged("H3", Refuses)
    declared = judged("H3", Refuses, errors={"other-loop": "builtins:LookupError"})
    other = judged("H3", Refuses, errors={"other-loop": "builtins:ValueError"})

    assert silent.outcome is Outcome.FAIL
    assert "belongs to another loop" in silent.claim
    assert declared.outcome is Outcome.PASS, declared.claim
    assert other.outcome is Outcome.FAIL


class Limits(Manager):
    """Takes three sockets of one user, and refuses more by an error."""

    async def connect(self, websocket: Peer) -> None:
        if len(self.sockets) >= 3:
            raise ConnectionRefusedError("too many")
        await super().connect(websocket)


class LetsTheOldestGo(Manager):
    """Takes three sockets of one user, and closes the oldest for one more."""

    async def connect(self, websocket: Peer) -> None:
        await super().connect(websocket)
        for old in self.sockets[:-3]:
            await self.disconnect(old)
            await old.close(4001)


class DropsTooMany(Manager):
    """Sends no more than eight events a second."""

    def __init__(self, user_id: str) -> None:
        super().__init__(user_id)
        self.times: list[float] = []

    def is_full(self) -> bool:
        now = asyncio.get_running_loop().time()
        self.times = [*(each for each in self.times if now - each < 1), now]
        return len(self.times) > 8

    async def send(self, body: object) -> None:
        if not self.is_full():
            await super().send(body)


class RefusesTooMany(DropsTooMany):
    """Sends no more than eight events a second, and says so."""

    async def send(self, body: object) -> None:
        if self.is_full():
            raise BlockingIOError("too fast")
        await Manager.send(self, body)


@pytest.mark.parametrize("name", ["H4", "H5", "H6", "H7"])
@pytest.mark.parametrize("kind", [Limits, LetsTheOldestGo, DropsTooMany, RefusesTooMany])
def test_who_limits_how_much_may_be_asked_is_not_blamed(name: str, kind: type[Manager]) -> None:
    run = judged(name, kind)

    assert run.outcome in (Outcome.PASS, Outcome.NOT_EXERCISED), (run.claim, run.evidence)
    if kind in (Limits, LetsTheOldestGo):
        assert run.outcome is Outcome.PASS, (run.claim, run.hint)


class Reserves(Manager):
    """Takes a place for a socket before it waits."""

    places: list[Peer | None]

    async def connect(self, websocket: Peer) -> None:
        self.places = [*getattr(self, "places", []), None]
        await websocket.accept()
        self.places[-1] = websocket

    async def disconnect(self, websocket: Peer) -> None:
        self.places = [each for each in self.places if each not in (None, websocket)]

    async def send(self, body: object) -> None:
        for each in getattr(self, "places", []):
            if each is None:
                raise RuntimeError("not ready")
            await each.send_json(body)


def test_a_place_that_is_left_by_a_cancelled_addition_is_half_done() -> None:
    run = judged("H6", Reserves)

    assert run.outcome is Outcome.FAIL
    assert "for the same user raises RuntimeError: not ready, which it did not before" in run.claim


class Insists(Manager):
    """Raises where nobody is connected, before and after."""

    async def send(self, body: object) -> None:
        if not self.sockets:
            raise LookupError("nobody is connected")
        await super().send(body)


def test_who_raises_where_nobody_is_connected_leaves_nothing_half_done() -> None:
    run = judged("H6", Insists)

    assert run.outcome is Outcome.PASS, (run.claim, run.evidence)
