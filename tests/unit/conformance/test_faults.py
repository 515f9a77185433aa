"""G: what nearly fails, and what a failure says."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from pluribus.conformance.adapter import Adapter
from pluribus.conformance.mutants import faulty
from pluribus.conformance.peer import Peer
from pluribus.contract import Concept, Conform, Operation, Operations
from pluribus.errors import ContractError
from pluribus.findings.conformance import Outcome
from tests.unit.conformance import subjects
from tests.unit.conformance.subjects import adapter_of, run_of


class Sockets(subjects.Sockets):
    """The same, and it stops at none."""

    async def broadcast(self, message: str) -> None:
        for socket in list(self.sockets):
            try:
                await socket.send_text(message)
            except (OSError, RuntimeError):
                self.disconnect(socket)


class Rooms(Sockets):
    """The same, with payloads."""

    async def broadcast(self, payload: Mapping[str, Any]) -> None:  # type: ignore[override]  # another style
        await super().broadcast(json.dumps(payload))


def test_who_tries_all_and_raises_in_the_end_stops_nobody() -> None:
    class Raises(Sockets):
        async def broadcast(self, message: str) -> None:
            errors = []
            for socket in self.sockets:
                try:
                    await socket.send_text(message)
                except (OSError, RuntimeError) as error:
                    errors.append(error)
            if errors:
                raise ExceptionGroup("some were not reached", errors)

    assert run_of("G1", adapter_of({"owner": Raises})).outcome is Outcome.PASS


def test_who_never_has_a_send_fail_is_not_exercised() -> None:
    class Looks(Sockets):
        async def broadcast(self, message: str) -> None:
            for socket in self.sockets:
                if not socket.tried:
                    await socket.send_text(message)

    run = run_of("G1", adapter_of({"owner": Looks}))

    assert run.outcome is Outcome.NOT_EXERCISED
    assert "no send of `broadcast` failed" in run.claim


def test_the_set_order_of_sockets_hides_no_fault() -> None:
    """Wherever the lost one stands, an open one stands behind it in one of the two rounds."""

    class Unordered(Sockets):
        async def broadcast(self, message: str) -> None:
            for socket in reversed(self.sockets):
                await socket.send_text(message)

    assert run_of("G1", adapter_of({"owner": Unordered})).outcome is Outcome.FAIL


class Gone(Exception):
    """What the sockets of a project raise."""


def test_a_declared_exception_is_what_a_lost_connection_raises() -> None:
    class CatchesItsOwn(Sockets):
        async def broadcast(self, message: str) -> None:
            for socket in list(self.sockets):
                try:
                    await socket.send_text(message)
                except Gone:
                    self.disconnect(socket)

    declared = {"connection_lost": f"{__name__}:Gone"}

    assert run_of("G1", adapter_of({"owner": CatchesItsOwn})).outcome is Outcome.FAIL
    assert (
        run_of("G1", adapter_of({"owner": CatchesItsOwn}, conform=declared)).outcome
        is Outcome.PASS
    )


def test_what_is_declared_as_lost_must_be_an_exception() -> None:
    declared = {"connection_lost": f"{__name__}:json"}

    with pytest.raises(ContractError, match=r"connection-lost: .* is no exception"):
        run_of("G1", adapter_of({"owner": Sockets}, conform=declared))


@pytest.mark.parametrize("name", ["G2", "G4", "G8"])
def test_what_is_not_declared_is_not_promised(name: str) -> None:
    assert run_of(name, adapter_of({"owner": Sockets})).outcome is Outcome.DECLINED


def test_one_after_the_other_delays_those_behind_a_slow_one() -> None:
    run = run_of("G3", adapter_of({"owner": Sockets}))

    (waits,) = [each.text for each in run.evidence if each.name == "waits"]
    assert run.outcome is Outcome.FAIL
    assert "while a client does not read" in run.claim
    assert "Sockets.broadcast, test_faults.py:" in waits


def test_a_bounded_wait_for_a_slow_one_is_no_delay() -> None:
    class Patient(Sockets):
        async def broadcast(self, message: str) -> None:
            for socket in list(self.sockets):
                try:
                    await asyncio.wait_for(socket.send_text(message), 0.001)
                except (TimeoutError, OSError, RuntimeError):
                    self.disconnect(socket)

    assert run_of("G3", adapter_of({"owner": Patient})).outcome is Outcome.PASS


def test_a_call_that_never_ends_once_the_client_reads_hangs() -> None:
    class Forgets(Sockets):
        async def broadcast(self, message: str) -> None:
            sends = [asyncio.ensure_future(each.send_text(message)) for each in self.sockets]
            for _ in range(3):
                await asyncio.sleep(0)
            if not all(each.done() for each in sends):
                await asyncio.Event().wait()

    run = run_of("G3", adapter_of({"owner": Forgets}))

    assert run.outcome is Outcome.FAIL
    assert "did not return" in run.claim


def test_losing_events_while_blocking_is_declared_fails() -> None:
    class Forgets(Sockets):
        lock = asyncio.Lock()

        async def broadcast(self, message: str) -> None:
            is_late = self.lock.locked()
            async with self.lock:
                if not is_late:
                    await super().broadcast(message)

    declared = {"slow_consumer": "block", "slow_consumer_events": 10}

    run = run_of("G4", adapter_of({"owner": Forgets}, conform=declared))

    assert run.outcome is Outcome.FAIL
    assert "never arrived" in run.claim


def test_waiting_while_dropping_is_declared_fails_with_what_it_waits_for() -> None:
    declared = {"slow_consumer": "drop-oldest", "slow_consumer_events": 3}

    run = run_of("G4", adapter_of({"owner": Sockets}, conform=declared))

    assert run.outcome is Outcome.FAIL
    assert "waits for a client that does not read" in run.claim


def test_a_payload_that_raises_in_a_background_task_may_be_lost_but_nothing_after_it() -> None:
    class Queue(Rooms):
        def __init__(self) -> None:
            super().__init__()
            self.waiting: list[Mapping[str, Any]] = []
            self.task: asyncio.Task[None] | None = None

        async def broadcast(self, payload: Mapping[str, Any]) -> None:  # type: ignore[override]
            self.waiting.append(payload)
            if self.task is None:
                self.task = asyncio.ensure_future(self.work())
                # Or asyncio logs it, whenever the task is collected.
                self.task.add_done_callback(lambda task: task.cancelled() or task.exception())

        async def work(self) -> None:
            while self.waiting:
                await Sockets.broadcast(self, json.dumps(self.waiting.pop(0)))
            self.task = None

    class Guarded(Queue):
        async def work(self) -> None:
            try:
                await super().work()
            except TypeError:
                await self.work()

    assert run_of("G6", adapter_of({"owner": Queue})).outcome is Outcome.FAIL
    assert run_of("G6", adapter_of({"owner": Guarded})).outcome is Outcome.PASS


def test_to_raise_is_no_false_report() -> None:
    class Raises(Sockets):
        async def broadcast(self, message: str) -> int:  # type: ignore[override]
            errors = []
            for socket in self.sockets:
                try:
                    await socket.send_text(message)
                except (OSError, RuntimeError) as error:
                    errors.append(error)
            if errors:
                raise ExceptionGroup("some were not reached", errors)
            return len(self.sockets)

    ops = Operations(broadcast=Operation(reports="count"))

    run = run_of("G8", adapter_of({"owner": Raises}, conform={"ops": ops}))

    assert run.outcome is Outcome.PASS


class CountsBefore(Sockets):
    """Lets go of what failed, and has counted it."""

    def count(self, targets: int, failed: int) -> int:
        return targets

    async def broadcast(self, message: str) -> int:  # type: ignore[override]
        targets, failed = list(self.sockets), 0
        for socket in targets:
            try:
                await socket.send_text(message)
            except (OSError, RuntimeError):
                failed += 1
                self.disconnect(socket)
        return self.count(len(targets), failed)


class CountsAfter(CountsBefore):
    def count(self, targets: int, failed: int) -> int:
        return targets - failed


class Queues(Sockets):
    """Says how many will be tried, and tries once the call is over."""

    async def broadcast(self, message: str) -> int:  # type: ignore[override]
        self.sends = [asyncio.ensure_future(self.one(socket, message)) for socket in self.sockets]
        return len(self.sends)

    async def one(self, socket: Peer, message: str) -> None:
        try:
            await socket.send_text(message)
        except (OSError, RuntimeError):
            self.disconnect(socket)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [(CountsBefore, Outcome.FAIL), (CountsAfter, Outcome.PASS), (Queues, Outcome.PASS)],
)
def test_what_failed_during_the_call_is_not_counted(kind: type, outcome: Outcome) -> None:
    ops = Operations(broadcast=Operation(reports="count"))

    run = run_of("G8", adapter_of({"owner": kind}, conform={"ops": ops}))

    assert run.outcome is outcome, run.claim


def test_an_id_that_begins_with_anothers_is_not_anothers() -> None:
    """Alice's id is the beginning of Bob's: an error may say whom it is about."""

    class Users(Sockets):
        def __init__(self) -> None:
            super().__init__()
            self.users: dict[str, Peer] = {}

        async def connect(self, websocket: Peer, user_id: str) -> None:  # type: ignore[override]
            self.users[user_id] = websocket

        async def emit_event(self, user_id: str, payload: Mapping[str, Any]) -> None:
            try:
                await self.users[user_id].send_json(payload)
            except (OSError, RuntimeError, TypeError) as error:
                raise ValueError(f"{user_id} was not reached") from error

        broadcast = None  # type: ignore[assignment]
        disconnect = None  # type: ignore[assignment]

    assert run_of("G9", adapter_of({"owner": Users})).outcome is Outcome.PASS


def test_to_try_again_whoever_failed_reaches_nobody_twice() -> None:
    class Again(Sockets):
        async def broadcast(self, message: str) -> None:
            for socket in list(self.sockets):
                for _ in range(3):
                    try:
                        await socket.send_text(message)
                    except (OSError, RuntimeError):
                        continue
                    break

    assert run_of("G10", adapter_of({"owner": Again})).outcome is Outcome.PASS


@pytest.mark.parametrize(("kind", "name"), [("AsInTutorials", "G1"), ("AsInTutorials", "G3")])
def test_a_program_repeats_what_the_client_did(kind: str, name: str) -> None:
    owner = f"{faulty.__name__}:{kind}"
    adapter = Adapter(Concept(name="c", owner=owner, conform=Conform(arrival_s=0.05)))

    run = run_of(name, adapter)
    done = subprocess.run(
        [sys.executable, "-c", run.sequence], capture_output=True, text=True, check=True
    )

    last = run.sequence.split('"marker": "')[-1][:11]
    assert run.outcome is Outcome.FAIL
    assert ".reset()" in run.sequence or ".stall()" in run.sequence
    assert last not in done.stdout.partition("alice_socket_2 [")[2].partition("]")[0]
