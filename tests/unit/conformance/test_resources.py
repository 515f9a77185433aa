"""I: what nearly is a leak, and what a failure says."""

from __future__ import annotations

import asyncio
import atexit
import logging
from collections import OrderedDict, deque
from typing import Any

import pytest

from pluribus.conformance.clock import let_pass
from pluribus.conformance.matrix import judge_specimen
from pluribus.conformance.mutants import SPECIMENS
from pluribus.conformance.peer import Peer
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import BY_NAME, Sockets, adapter_of, run_of


class Tied:
    """A socket and its holder, each of which knows the other."""

    def __init__(self, socket: Peer) -> None:
        self.socket = socket
        socket.state.tied = self


def test_a_cycle_is_noted_and_no_leak() -> None:
    class Ties(Sockets):
        async def connect(self, websocket: Peer) -> None:
            Tied(websocket)
            await super().connect(websocket)

    run = run_of("I1", adapter_of({"owner": Ties}))

    assert run.outcome is Outcome.PASS
    assert "by the collector alone: Peer > " in run.claim
    assert "Tied" in run.claim


def test_a_task_that_notices_the_end_of_its_socket_is_no_leak() -> None:
    class Beats(Sockets):
        async def connect(self, websocket: Peer) -> None:
            await super().connect(websocket)
            self.task = asyncio.ensure_future(self.beat(websocket))

        async def beat(self, websocket: Peer) -> None:
            while not websocket.closed:
                await asyncio.sleep(30)

    freed = run_of("I1", adapter_of({"owner": Beats}))

    assert freed.outcome is Outcome.PASS
    assert "once all had noticed that its client was gone" in freed.claim
    assert run_of("I5", adapter_of({"owner": Beats})).outcome is Outcome.PASS


def test_who_holds_a_socket_outside_of_the_instance_is_told() -> None:
    everybody: list[tuple[Peer]] = []

    class Lists(Sockets):
        async def connect(self, websocket: Peer) -> None:
            everybody.append((websocket,))
            await super().connect(websocket)

    run = run_of("I1", adapter_of({"owner": Lists}))

    assert run.outcome is Outcome.FAIL
    assert "held: " in run.claim


def test_an_exception_that_is_logged_holds_no_socket(caplog: pytest.LogCaptureFixture) -> None:
    class Logs(Sockets):
        async def broadcast(self, message: str) -> None:
            for socket in list(self.sockets):
                try:
                    raise OSError(message)
                except OSError:
                    logging.getLogger(__name__).exception("for %s", socket)
                await socket.send_text(message)

    run = run_of("I1", adapter_of({"owner": Logs}))

    assert run.outcome is Outcome.PASS
    assert "OSError" in caplog.text


def test_a_time_to_come_back_is_no_leak() -> None:
    class Waits(Sockets):
        def __init__(self) -> None:
            super().__init__()
            self.gone: set[int] = set()

        def disconnect(self, websocket: Peer) -> None:
            super().disconnect(websocket)
            self.gone.add(id(websocket))
            loop = asyncio.get_running_loop()
            loop.call_later(600, self.gone.discard, id(websocket))

    assert run_of("I5", adapter_of({"owner": Waits})).outcome is Outcome.PASS


def test_a_task_of_the_manager_itself_is_no_leak() -> None:
    class Watches(Sockets):
        task: Any = None

        async def connect(self, websocket: Peer) -> None:
            await super().connect(websocket)
            if self.task is None:
                self.task = asyncio.ensure_future(asyncio.Event().wait())

    assert run_of("I5", adapter_of({"owner": Watches})).outcome is Outcome.PASS


class Keeps(Sockets):
    """Keeps some of what it has sent."""

    kept: Any = None

    async def broadcast(self, message: str) -> None:
        await super().broadcast(message)
        self.keep(message)

    def keep(self, message: str) -> None: ...


class Ring(Keeps):
    def __init__(self) -> None:
        super().__init__()
        self.kept: deque[tuple[str, int]] = deque(maxlen=5_000)

    def keep(self, message: str) -> None:
        self.kept.append((message, 1))


class Latest(Keeps):
    def __init__(self) -> None:
        super().__init__()
        self.kept: OrderedDict[str, int] = OrderedDict()

    def keep(self, message: str) -> None:
        self.kept[message] = 1
        if len(self.kept) > 100:
            self.kept.popitem(last=False)


class Batches(Keeps):
    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[str, str, str, list[str]]] = []

    def keep(self, message: str) -> None:
        self.kept.append((message, message, message, [message]))
        if len(self.kept) == 215:
            self.kept.clear()


class All(Keeps):
    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, int] = {}

    def keep(self, message: str) -> None:
        self.kept[message] = 1


@pytest.mark.parametrize("kind", [Sockets, Ring, Latest, Batches], ids=lambda each: each.__name__)
def test_what_is_bounded_is_no_leak(kind: type) -> None:
    run = run_of("I3", adapter_of({"owner": kind}, conform={"remembers": 300}))

    assert run.outcome is Outcome.PASS, run.claim


def test_what_grows_is_named() -> None:
    run = run_of("I3", adapter_of({"owner": All}, conform={"remembers": 50}))

    assert run.outcome is Outcome.FAIL
    assert run.claim == "`manager.kept` holds more than 50 entries, and grows with each event"
    assert run.about == ("growth", "manager.kept")


LOG = logging.getLogger(f"{__name__}.taps")


class Taps(Sockets):
    """Listens to the log for each socket."""

    async def connect(self, websocket: Peer) -> None:
        await super().connect(websocket)
        LOG.addHandler(logging.NullHandler())


class StopsListening(Taps):
    """And no longer, once it is gone."""

    def disconnect(self, websocket: Peer) -> None:
        super().disconnect(websocket)
        for each in LOG.handlers[:1]:
            LOG.removeHandler(each)


def end() -> None:
    """Nothing is left to be closed."""


class AtTheExit(Sockets):
    """Wants to close each socket when the program ends."""

    async def connect(self, websocket: Peer) -> None:
        await super().connect(websocket)
        atexit.register(end)


@pytest.mark.parametrize(
    ("kind", "left"),
    [(Taps, "handler of a log"), (AtTheExit, "function for the exit"), (StopsListening, "")],
)
def test_what_is_registered_for_each_socket_and_stays_is_told(kind: type, left: str) -> None:
    try:
        run = run_of("I5", adapter_of({"owner": kind}))
    finally:
        LOG.handlers.clear()
        atexit.unregister(end)

    assert run.outcome is (Outcome.FAIL if left else Outcome.PASS)
    assert left in run.claim


@pytest.mark.parametrize("name", ["I1", "I4", "I5"])
def test_without_a_way_to_remove_nothing_is_promised(name: str) -> None:
    class Stays(Sockets):
        disconnect = None  # type: ignore[assignment]

    assert run_of(name, adapter_of({"owner": Stays})).outcome is Outcome.DECLINED


@pytest.mark.parametrize("kind", ["KeepsSockets", "RemembersIds"])
def test_the_id_of_a_failure_does_not_depend_on_the_ids_of_sockets(kind: str) -> None:
    (specimen,) = [each for each in SPECIMENS if each.name == kind]

    about = {judge_specimen(specimen, BY_NAME["I4"], seed).about for seed in range(3)}

    assert len(about) == 1


def test_timers_run_in_their_order_without_waiting() -> None:
    seen: list[str] = []

    async def plan() -> float:
        loop = asyncio.get_running_loop()
        before = loop.time()
        loop.call_later(2_000, seen.append, "second")
        loop.call_later(1_000, lambda: loop.call_later(10, seen.append, "first"))
        loop.call_later(9_000, seen.append, "never")
        assert await let_pass(3_600)
        return loop.time() - before

    passed = asyncio.run(plan())

    assert seen == ["first", "second"]
    assert 2_000 <= passed < 3_600
