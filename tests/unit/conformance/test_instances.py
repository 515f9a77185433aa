"""I2: what nearly keeps an instance that was released, and what does."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import logging
import threading
import weakref
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pluribus.conformance.judge import Run
from pluribus.conformance.matrix import judge_specimen
from pluribus.conformance.mutants import SPECIMENS
from pluribus.conformance.peer import Peer
from pluribus.contract import Disposal, Operations
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import BY_NAME, adapter_of, run_of


class Manager:
    """One of a user; what derives from it is a way to keep it, or nearly."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self.sockets: list[Peer] = []
        self.close: Callable[[], object] = lambda: None

    async def connect(self, websocket: Peer) -> None:
        self.sockets.append(websocket)

    def disconnect(self, websocket: Peer) -> None:
        if websocket in self.sockets:
            self.sockets.remove(websocket)

    async def send_personal_message(self, message: str) -> None:
        for socket in self.sockets:
            await socket.send_text(message)

    def released(self) -> None:
        self.close()


def judged(
    kind: Callable[[str], Any], *, keep: Callable[[Any], object] = lambda _: None, **more: Any
) -> Run:
    """I2 of a factory that keeps instances of `kind` by user until they are released."""
    instances: dict[str, Any] = {}

    def manager_of(user_id: str) -> Any:
        if user_id not in instances:
            instances[user_id] = kind(user_id)
            keep(instances[user_id])
        return instances[user_id]

    def release(manager: Any) -> None:
        manager.released()
        instances.pop(manager.user_id, None)

    dispose = Disposal(call="made:owner", args={"manager": "{manager}"})
    conform = {"sharing": "user", "ops": Operations(dispose=dispose), **more}
    return run_of("I2", adapter_of({"factory": manager_of, "owner": release}, conform=conform))


def test_what_is_forgotten_is_freed() -> None:
    run = judged(Manager)

    assert run.outcome is Outcome.PASS
    assert run.claim == "an instance was freed as soon as it was released"


def test_a_cycle_is_noted_and_no_leak() -> None:
    class Knot(Manager):
        def __init__(self, user_id: str) -> None:
            super().__init__(user_id)
            self.knot = self

    run = judged(Knot)

    assert run.outcome is Outcome.PASS
    assert "by the collector alone: " in run.claim
    assert "Knot > " in run.claim


class Looking(Manager):
    """Has a task, which looks every minute whether it is still needed."""

    is_needed = True
    looking: asyncio.Task[None] | None = None

    async def connect(self, websocket: Peer) -> None:
        await super().connect(websocket)
        self.looking = self.looking or asyncio.ensure_future(self.look())

    async def look(self) -> None:
        while self.is_needed:
            await asyncio.sleep(60)

    def released(self) -> None:
        self.is_needed = False


def test_a_task_that_notices_the_release_is_no_leak() -> None:
    run = judged(Looking)

    assert run.outcome is Outcome.PASS
    assert run.claim == "an instance was freed within an hour of its release"


_CURRENT: contextvars.ContextVar[object] = contextvars.ContextVar("current")


def test_a_context_variable_of_the_request_is_no_leak() -> None:
    class Current(Manager):
        async def connect(self, websocket: Peer) -> None:
            await super().connect(websocket)

        def disconnect(self, websocket: Peer) -> None:
            _CURRENT.set(self)
            super().disconnect(websocket)

    run = judged(Current, keep=_CURRENT.set)

    assert run.outcome is Outcome.PASS
    assert run.claim == "an instance was freed as soon as it was released"


def test_an_exception_that_is_logged_is_no_leak() -> None:
    """Also where a test runner keeps all that is logged, as it does here."""

    class Logs(Manager):
        async def send_personal_message(self, message: str) -> None:
            await super().send_personal_message(message)
            try:
                raise OSError(self.user_id)
            except OSError:
                logging.getLogger(__name__).exception("it failed")

    run = judged(Logs)

    assert run.outcome is Outcome.PASS
    assert run.claim == "an instance was freed as soon as it was released"


def test_the_last_of_something_is_no_leak() -> None:
    latest: list[object] = [None]

    class Fails(Manager):
        def released(self) -> None:
            try:
                raise OSError(self.user_id)
            except OSError as error:
                latest[0] = error

    def remembers() -> Iterator[tuple[str, Callable[[Any], object]]]:
        recent: deque[object] = deque(maxlen=50)
        by_user: OrderedDict[str, object] = OrderedDict()

        def keep(manager: Any) -> None:
            by_user[manager.user_id] = manager
            if len(by_user) > 500:
                by_user.popitem(last=False)

        yield "recent", recent.append
        yield "by user", keep

    assert judged(Fails).outcome is Outcome.PASS
    for name, keep in remembers():
        run = judged(Manager, keep=keep)
        assert run.outcome is Outcome.PASS, name
        assert "others had come and gone" in run.claim


def cached(bound: int | None) -> type[Manager]:
    class Caches(Manager):
        @functools.lru_cache(maxsize=bound)  # noqa: B019  # that is what is judged
        def size_of(self, message: str) -> int:
            return len(message)

        async def send_personal_message(self, message: str) -> None:
            self.size_of(message)
            await super().send_personal_message(message)

    return Caches


@pytest.mark.parametrize(
    ("bound", "outcome", "text"),
    [
        (128, Outcome.PASS, "had come and gone"),
        (50_000, Outcome.NOT_EXERCISED, "in a cache of at most 50000 entries"),
        (None, Outcome.FAIL, "size_of"),
    ],
)
def test_a_cache_is_a_leak_only_without_a_bound(
    bound: int | None, outcome: Outcome, text: str
) -> None:
    run = judged(cached(bound))

    assert run.outcome is outcome
    assert text in run.claim


def test_weak_references_hold_nothing() -> None:
    every: weakref.WeakSet[object] = weakref.WeakSet()

    assert judged(Manager, keep=every.add).outcome is Outcome.PASS


def test_what_takes_no_weak_reference_cannot_be_seen() -> None:
    class Slots:
        __slots__ = ("sockets", "user_id")

        def __init__(self, user_id: str) -> None:
            self.user_id = user_id
            self.sockets: list[Peer] = []

        async def connect(self, websocket: Peer) -> None:
            self.sockets.append(websocket)

        async def send_personal_message(self, message: str) -> None:
            for socket in self.sockets:
                await socket.send_text(message)

        def released(self) -> None:
            self.sockets.clear()

    run = judged(Slots)

    assert run.outcome is Outcome.NOT_EXERCISED
    assert "take no weak references" in run.claim


def test_a_thread_that_goes_on_is_told() -> None:
    may_end = threading.Event()

    class Works(Manager):
        def released(self) -> None:
            if self.sockets == [] and not threads:
                threads.append(threading.Thread(target=self.work, daemon=True))
                threads[0].start()

        def work(self) -> None:
            may_end.wait(60)

    threads: list[threading.Thread] = []
    try:
        run = judged(Works)
    finally:
        may_end.set()
        for each in threads:
            each.join()

    assert run.outcome is Outcome.FAIL
    assert "still held: " in run.claim


def test_what_a_library_holds_is_told_from_its_module_on() -> None:
    class Handler(logging.Handler):
        def __init__(self, manager: Any) -> None:
            super().__init__()
            self.manager = manager

    log = logging.getLogger(f"{__name__}.kept")
    try:
        run = judged(Manager, keep=lambda manager: log.addHandler(Handler(manager)))
    finally:
        log.handlers.clear()

    assert run.outcome is Outcome.FAIL
    assert "logging" in run.claim
    assert run.claim.endswith(".manager")


def test_without_a_release_or_with_one_instance_nothing_is_promised() -> None:
    def manager_of(user_id: str) -> Manager:
        return Manager(user_id)

    factory = {"factory": manager_of, "owner": Manager}
    dispose = Operations(dispose=Disposal(call="released"))
    undeclared = run_of("I2", adapter_of(factory, conform={"sharing": "user"}))
    shared = run_of("I2", adapter_of(factory, conform={"sharing": "shared", "ops": dispose}))

    assert undeclared.outcome is Outcome.DECLINED
    assert "`ops.dispose`" in undeclared.claim
    assert shared.outcome is Outcome.DECLINED
    assert "meant to live" in shared.claim


def test_the_program_of_a_failure_shows_that_it_is_still_there() -> None:
    (specimen,) = [each for each in SPECIMENS if each.name == "listens_when_released"]

    run = judge_specimen(specimen, BY_NAME["I2"], 0)

    assert run.outcome is Outcome.FAIL
    assert "released = weakref.ref(manager)\n    del manager\n" in run.sequence
    assert 'gc.collect()\n    print("still there:", released())' in run.sequence
    compile(run.sequence, "sequence", "exec")
    assert run.evidence[0].name == "held by"
