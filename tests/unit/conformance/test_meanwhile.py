"""E6, E8, E9, E11 to E13: what nearly fails, and what a failure says."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pluribus.conformance.matrix import judge_specimen
from pluribus.conformance.mutants import SPECIMENS
from pluribus.conformance.peer import Peer
from pluribus.contract import Operation, Operations
from pluribus.findings.conformance import Outcome
from tests.unit.conformance import subjects
from tests.unit.conformance.subjects import BY_NAME, adapter_of, run_of


class Sockets(subjects.Sockets):
    """The same, and it can be shut down."""

    async def close_all(self) -> None:
        for socket in list(self.sockets):
            self.disconnect(socket)
            await socket.close(1001)


@pytest.mark.parametrize("name", ["E8", "E9", "E13"])
def test_one_after_the_other_is_no_fault(name: str) -> None:
    assert run_of(name, adapter_of({"owner": Sockets})).outcome is Outcome.PASS


def test_a_removal_that_waits_for_the_end_of_a_send_is_no_fault_of_a_removal() -> None:
    class Locks(Sockets):
        def __init__(self) -> None:
            super().__init__()
            self.lock = asyncio.Lock()

        async def broadcast(self, message: str) -> None:
            async with self.lock:
                await super().broadcast(message)

        async def disconnect(self, websocket: Peer) -> None:  # type: ignore[override]
            async with self.lock:
                super().disconnect(websocket)

    assert run_of("E8", adapter_of({"owner": Locks})).outcome is Outcome.PASS
    assert run_of("E12", adapter_of({"owner": Locks})).outcome is Outcome.DECLINED
    ending = run_of("E13", adapter_of({"owner": Locks}))
    assert ending.outcome is Outcome.FAIL
    assert "`disconnect` did not return" in ending.claim


def test_a_lock_held_while_sending_is_told_where_it_waits() -> None:
    (specimen,) = [each for each in SPECIMENS if each.name == "LocksTwice"]

    run = judge_specimen(specimen, BY_NAME["E13"], 0)

    (waits,) = [each.text for each in run.evidence if each.name == "waits"]
    assert run.outcome is Outcome.FAIL
    assert "LocksTwice.remove_connection" in waits
    assert "LocksTwice.clear" in waits


def test_a_changed_dictionary_is_told_with_what_was_raised() -> None:
    class Table(Sockets):
        def __init__(self) -> None:
            self.table: dict[Peer, int] = {}

        async def connect(self, websocket: Peer) -> None:
            self.table[websocket] = 1

        def disconnect(self, websocket: Peer) -> None:
            self.table.pop(websocket, None)

        async def broadcast(self, message: str) -> None:
            for socket in self.table:
                await socket.send_text(message)

    for name in ("E8", "E9"):
        run = run_of(name, adapter_of({"owner": Table}))

        assert run.outcome is Outcome.FAIL
        assert "RuntimeError: dictionary changed size during iteration" in run.claim
        assert "asyncio.ensure_future(manager.broadcast(" in run.sequence


def test_whoever_closes_a_client_that_does_not_read_is_not_blamed_for_what_it_misses() -> None:
    class Impatient(Sockets):
        async def broadcast(self, message: str) -> None:
            for socket in list(self.sockets):
                sending = asyncio.ensure_future(socket.send_text(message))
                for _ in range(3):
                    await asyncio.sleep(0)
                if not sending.done():
                    await socket.close(1013)
                    self.disconnect(socket)
                await asyncio.gather(sending, return_exceptions=True)

    assert run_of("E8", adapter_of({"owner": Impatient})).outcome is Outcome.NOT_EXERCISED


def _limited(kind: type, **more: Any) -> Any:
    return adapter_of({"owner": kind}, conform={"limit": 2, **more})


def test_a_refusal_may_be_none_where_others_are_given_something() -> None:
    class GivesSessions(Sockets):
        async def connect(self, websocket: Peer) -> object:  # type: ignore[override]
            if len(self.sockets) >= 2:
                return None
            await super().connect(websocket)
            return object()

    class TakesAll(Sockets):
        async def connect(self, websocket: Peer) -> object:  # type: ignore[override]
            await super().connect(websocket)
            return None if len(self.sockets) > 2 else object()

    class GivesOutTheOneBefore(Sockets):
        async def connect(self, websocket: Peer) -> object:  # type: ignore[override]
            there = len(self.sockets)
            await super().connect(websocket)
            return self.sockets[0] if there == 1 else None

    class TwoForEach(Sockets):
        def __init__(self) -> None:
            super().__init__()
            self.users: list[str] = []

        async def connect(self, websocket: Peer, user_id: str) -> object:  # type: ignore[override]
            if self.users.count(user_id) >= 2:
                return None
            self.users.append(user_id)
            await super().connect(websocket)
            return object()

        def disconnect(self, websocket: Peer, user_id: str) -> None:  # type: ignore[override]
            if websocket in self.sockets:
                self.users.remove(user_id)
                super().disconnect(websocket)

    assert run_of("E6", _limited(GivesSessions)).outcome is Outcome.PASS
    assert run_of("H5", _limited(TwoForEach)).outcome is Outcome.PASS
    assert "that was refused" in run_of("E6", _limited(TakesAll)).claim
    assert "took one more" in run_of("E6", _limited(GivesOutTheOneBefore)).claim


def test_a_refusal_may_be_a_close_or_false() -> None:
    class Closes(Sockets):
        async def connect(self, websocket: Peer) -> None:
            if len(self.sockets) >= 2:
                await websocket.close(1013)
                return
            await super().connect(websocket)

    class SaysFalse(Sockets):
        async def connect(self, websocket: Peer) -> bool:  # type: ignore[override]
            if len(self.sockets) >= 2:
                return False
            await super().connect(websocket)
            return True

    assert run_of("E6", _limited(Closes)).outcome is Outcome.PASS
    assert run_of("E6", _limited(SaysFalse)).outcome is Outcome.PASS


def test_calls_end_also_where_a_new_socket_takes_the_place_of_the_old() -> None:
    class Latest(Sockets):
        async def connect(self, websocket: Peer) -> None:
            self.sockets = [websocket]

    run = run_of("E13", adapter_of({"owner": Latest}))

    assert run.outcome is Outcome.PASS


def test_fewer_than_declared_is_not_exercised() -> None:
    class One(Sockets):
        async def connect(self, websocket: Peer) -> None:
            if self.sockets:
                raise ValueError("one is enough")
            await super().connect(websocket)

    run = run_of("E6", _limited(One))

    assert run.outcome is Outcome.NOT_EXERCISED
    assert "one is enough" in run.claim


def test_a_shutdown_of_all_that_share_closes_all() -> None:
    ops = Operations(shutdown=Operation(call="close_all", closes=1001))

    run = run_of("E11", adapter_of({"owner": Sockets}, conform={"ops": ops}))

    assert run.outcome is Outcome.PASS
    assert "closed its 3 sockets" in run.claim


def test_a_send_that_does_not_end_with_its_socket_hangs() -> None:
    class Forgets(Sockets):
        async def broadcast(self, message: str) -> None:
            for socket in list(self.sockets):
                try:
                    await socket.send_text(message)
                except RuntimeError:
                    await asyncio.Event().wait()

    ops = Operations(shutdown=Operation(call="close_all"))

    run = run_of("E11", adapter_of({"owner": Forgets}, conform={"ops": ops}))

    assert run.outcome is Outcome.FAIL
    assert "`broadcast` did not return" in run.claim


def test_a_call_from_inside_of_a_send_stands_in_the_program() -> None:
    (specimen,) = [each for each in SPECIMENS if each.name == "WaitsForTheSlow"]

    run = judge_specimen(specimen, BY_NAME["E12"], 0)

    assert run.outcome is Outcome.FAIL
    assert "alice_socket.calls_back(lambda: manager.emit_agent_event(" in run.sequence


@pytest.mark.parametrize("name", ["E6", "E11", "E12"])
def test_what_is_not_declared_is_not_promised(name: str) -> None:
    assert run_of(name, adapter_of({"owner": Sockets})).outcome is Outcome.DECLINED


class OneEach:
    """One socket a user: the newest."""

    def __init__(self) -> None:
        self.users: dict[str, Peer] = {}

    async def connect(self, websocket: Peer, user_id: str) -> None:
        self.users[user_id] = websocket

    async def disconnect(self, websocket: Peer, user_id: str) -> None:
        if self.users.get(user_id) is websocket:
            del self.users[user_id]

    async def emit_event(self, user_id: str, message: str) -> None:
        if user_id in self.users:
            await self.users[user_id].send_text(message)


def test_the_end_of_an_old_socket_must_not_remove_the_new_one_of_its_user() -> None:
    class Pops(OneEach):
        async def disconnect(self, websocket: Peer, user_id: str) -> None:
            self.users.pop(user_id, None)

    assert run_of("E2", adapter_of({"owner": OneEach})).outcome is Outcome.PASS
    run = run_of("E2", adapter_of({"owner": Pops}))
    assert run.outcome is Outcome.FAIL
    assert "after the removal of one socket" in run.claim


class Everybody(OneEach):
    """The same, and something is said to all."""

    async def broadcast(self, message: str) -> None:
        for socket in list(self.users.values()):
            try:
                await socket.send_text(message)
            except (OSError, RuntimeError):
                continue


@pytest.mark.parametrize("name", ["E8", "E9", "G1", "G10", "I1", "I4", "I5"])
def test_where_a_user_has_one_socket_others_are_other_users(name: str) -> None:
    run = run_of(name, _everybody(Everybody, declined={"D4": "one socket a user"}))

    assert run.outcome is Outcome.PASS, run.claim


def test_a_user_who_leaves_during_a_broadcast_must_not_end_it() -> None:
    class Live(Everybody):
        async def broadcast(self, message: str) -> None:
            for socket in self.users.values():
                await socket.send_text(message)

    run = run_of("E8", _everybody(Live, declined={"D4": "one socket a user"}))

    assert run.outcome is Outcome.FAIL
    assert "dictionary changed size during iteration" in run.claim


def test_where_one_socket_is_promised_others_are_not_asked_for() -> None:
    declined = {"D4": "one socket a user"}

    run = run_of("G1", adapter_of({"owner": OneEach}, conform={"declined": declined}))

    assert run.outcome is Outcome.DECLINED
    assert "D4 is declined" in run.claim


def _everybody(kind: type, **conform: Any) -> Any:
    ops = Operations(broadcast=Operation(audience="all"))
    return adapter_of({"owner": kind}, conform={"ops": ops, **conform})


class Polls(Sockets):
    """What is to be sent is looked for every now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[str] = []
        self.pump: asyncio.Task[None] | None = None

    async def connect(self, websocket: Peer) -> None:
        await super().connect(websocket)
        if self.pump is None:
            self.pump = asyncio.ensure_future(self.pumps())

    async def pumps(self) -> None:
        while True:
            await asyncio.sleep(0.005)
            waiting, self.waiting = self.waiting, []
            for each in waiting:
                await self.send(each)

    async def send(self, message: str) -> None:
        for socket in list(self.sockets):
            await socket.send_text(message)

    async def broadcast(self, message: str) -> None:
        self.waiting.append(message)


class PollsInPlace(Polls):
    """Goes through the very list that changes meanwhile."""

    async def send(self, message: str) -> None:
        for socket in self.sockets:
            await socket.send_text(message)


@pytest.mark.parametrize(
    ("name", "kind", "outcome"),
    [
        ("E8", Polls, Outcome.PASS),
        ("E9", Polls, Outcome.PASS),
        ("E8", PollsInPlace, Outcome.FAIL),
    ],
)
def test_what_a_timer_sends_is_waited_for(name: str, kind: type, outcome: Outcome) -> None:
    run = run_of(name, adapter_of({"owner": kind}))

    assert run.outcome is outcome, run.claim


class Refuses(Sockets):
    """Adds a socket once."""

    async def connect(self, websocket: Peer) -> None:
        if websocket in self.sockets:
            raise ValueError("it is there already")
        await super().connect(websocket)


class RefusesBoth(Refuses):
    """Lets the socket go that it refuses."""

    async def connect(self, websocket: Peer) -> None:
        try:
            await super().connect(websocket)
        except ValueError:
            self.disconnect(websocket)
            raise


class ClosesBoth(RefusesBoth):
    """Closes it, too."""

    async def connect(self, websocket: Peer) -> None:
        try:
            await super().connect(websocket)
        except ValueError:
            await websocket.close(1008)
            raise


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (Refuses, Outcome.PASS),
        (RefusesBoth, Outcome.FAIL),
        (ClosesBoth, Outcome.NOT_EXERCISED),
    ],
)
def test_a_socket_that_is_refused_the_second_time_is_still_there(
    kind: type, outcome: Outcome
) -> None:
    run = run_of("E4", adapter_of({"owner": kind}))

    assert run.outcome is outcome, run.claim
    assert outcome is Outcome.PASS or "added twice" in run.claim
