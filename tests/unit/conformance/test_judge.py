from __future__ import annotations

import asyncio
import subprocess
import sys
import zlib
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, Protocol
from unittest.mock import MagicMock

import pytest

from pluribus.conformance.adapter import Adapter
from pluribus.conformance.judge import judged, setting, verdict_of
from pluribus.conformance.matrix import judge_specimen
from pluribus.conformance.mutants import SPECIMENS
from pluribus.conformance.peer import Peer
from pluribus.conformance.properties import PROPERTIES, Property
from pluribus.conformance.properties.payload import holds
from pluribus.conformance.stage import Stage
from pluribus.contract import Concept, Conform, Interface, Operation, Operations
from pluribus.errors import ContractError
from pluribus.findings.conformance import Outcome, worst
from tests.unit.conformance.subjects import BY_NAME, Sockets, adapter_of, run_of


@pytest.mark.parametrize("prop", PROPERTIES, ids=lambda each: each.name)
def test_of_a_mock_nothing_is_known(prop: Property) -> None:
    adapter = adapter_of({"instance": MagicMock()}, conform={"sharing": "shared"})

    run = asyncio.run(judged(prop, setting(adapter, seed=0)))

    assert run.outcome in (Outcome.NOT_EXERCISED, Outcome.DECLINED)
    assert run.outcome is Outcome.DECLINED or "mock" in run.claim


def test_what_the_peer_lacks_is_an_error_even_if_it_is_swallowed() -> None:
    class Asks(Sockets):
        async def broadcast(self, message: str) -> None:
            for socket in self.sockets:
                try:
                    await socket.send_pigeon(message)
                except AttributeError:
                    await socket.send_text(message)

    run = run_of("D1", adapter_of({"owner": Asks}))

    assert run.outcome is Outcome.ERROR
    assert "`send_pigeon`, which the kit's peer lacks" in run.claim


def _property(judge: Any) -> Property:
    return Property("X1", "made", (), judge)


def _run(judge: Any) -> Any:
    adapter = adapter_of({"owner": Sockets})
    return asyncio.run(judged(_property(judge), setting(adapter, seed=0)))


def test_silence_without_a_witness_is_no_pass() -> None:
    async def silent(stage: Stage) -> None: ...

    assert _run(silent).outcome is Outcome.NOT_EXERCISED


def test_a_fault_of_the_kit_is_an_error_and_never_a_fail() -> None:
    async def faulty(stage: Stage) -> None:
        raise ZeroDivisionError("in the kit")

    run = _run(faulty)

    assert run.outcome is Outcome.ERROR
    assert "ZeroDivisionError" in run.claim


def test_a_call_that_never_returns_fails_with_what_it_waits_for() -> None:
    (specimen,) = [each for each in SPECIMENS if each.name == "Waits"]

    run = judge_specimen(specimen, BY_NAME["D1"], 0)

    assert run.outcome is Outcome.FAIL
    assert "`emit_agent_event` did not return within 0.1 s" in run.claim
    (chain,) = [each.text for each in run.evidence if each.name == "waits"]
    assert "Waits.emit_agent_event, broken.py:" in chain
    assert "Waits.until_somebody_is_ready, broken.py:" in chain
    assert [(Path(file).name, label) for file, _, label in run.places] == [
        ("broken.py", "Waits.emit_agent_event")
    ]


def test_calls_that_wait_for_each_other_fail_at_their_source() -> None:
    (specimen,) = [each for each in SPECIMENS if each.name == "LocksInTwoOrders"]

    run = judge_specimen(specimen, BY_NAME["H7"], 0)

    assert {label for _, _, label in run.places} == {
        "LocksInTwoOrders.emit_agent_event",
        "LocksInTwoOrders.remove_connection",
    }


def test_what_a_subject_raises_is_told_and_fails_only_where_it_is_asked_about() -> None:
    class Refuses(Sockets):
        async def connect(self, websocket: Peer) -> None:
            raise AttributeError("no queue")

    adapter = adapter_of({"owner": Refuses})

    assert run_of("A7", adapter).outcome is Outcome.FAIL
    assert "`connect` raised AttributeError: no queue" in run_of("A7", adapter).claim
    assert run_of("D1", adapter).outcome is Outcome.NOT_EXERCISED


@pytest.mark.parametrize("error", [SystemExit(3), asyncio.CancelledError(), KeyError("x")])
def test_nothing_that_a_subject_raises_ends_the_run(error: BaseException) -> None:
    class Refuses(Sockets):
        async def connect(self, websocket: Peer) -> None:
            raise error

    assert run_of("A7", adapter_of({"owner": Refuses})).outcome is Outcome.FAIL


def test_who_waits_for_the_client_is_not_blamed_for_its_silence() -> None:
    class Asks(Sockets):
        async def connect(self, websocket: Peer) -> None:
            await websocket.receive_text()
            self.sockets.append(websocket)

    run = run_of("D1", adapter_of({"owner": Asks}))

    assert run.outcome is Outcome.NOT_EXERCISED
    assert "waits for the client" in run.claim


def test_frames_in_which_nothing_is_known_prove_nothing() -> None:
    class Packs(Sockets):
        async def broadcast(self, message: str) -> None:
            for socket in self.sockets:
                await socket.send_bytes(zlib.compress(message.encode()))

    adapter = adapter_of({"owner": Packs})

    assert run_of("D1", adapter).outcome is Outcome.NOT_EXERCISED
    assert run_of("D4", adapter).outcome is Outcome.NOT_EXERCISED


def test_text_may_become_part_of_other_text() -> None:
    class Quotes(Sockets):
        async def broadcast(self, message: str) -> None:
            await super().broadcast(f"somebody says: {message}!")

    adapter = adapter_of({"owner": Quotes})

    assert run_of("D1", adapter).outcome is Outcome.PASS
    assert run_of("D5", adapter).outcome is Outcome.PASS


def test_whom_nobody_was_told_about_cannot_be_sent_to() -> None:
    class Rooms(Sockets):
        async def emit_event(self, user_id: str, message: str) -> None: ...

    with pytest.raises(ContractError, match="`emit_event` is given a user, and `connect`"):
        run_of("D1", adapter_of({"owner": Rooms}))


class Later(Protocol):
    """A protocol whose plain function may return what is awaited."""

    def broadcast(self, message: str) -> Awaitable[None]: ...

    def disconnect(self, websocket: Peer) -> None: ...


def test_a_plain_function_of_a_protocol_may_return_an_awaitable() -> None:
    interface = Interface(protocol=f"{__name__}:Later")

    assert (
        run_of("A5", adapter_of({"owner": Sockets}, interface=interface)).outcome is Outcome.PASS
    )


@pytest.mark.parametrize("is_awaited", [True, False])
def test_a_coroutine_that_is_dropped_only_in_company_is_found(*, is_awaited: bool) -> None:
    class Greets(Sockets):
        async def connect(self, websocket: Peer) -> None:
            for each in self.sockets:
                greeting = each.send_text("somebody came")
                if is_awaited:
                    await greeting
            await super().connect(websocket)

    run = run_of("A5", adapter_of({"owner": Greets}))

    assert run.outcome is (Outcome.PASS if is_awaited else Outcome.FAIL)


def test_a_truth_is_a_number() -> None:
    class Counts(Sockets):
        async def broadcast(self, message: str) -> bool:  # type: ignore[override]  # another result
            await super().broadcast(message)
            return True

    ops = Operations(broadcast=Operation(returns="int"))

    assert (
        run_of("A6", adapter_of({"owner": Counts}, conform={"ops": ops})).outcome is Outcome.PASS
    )


def test_what_is_declined_is_not_run() -> None:
    adapter = adapter_of({"owner": MagicMock}, conform={"declined": {"D1": "not here"}})

    run = run_of("D1", adapter)

    assert (run.outcome, run.claim) == (Outcome.DECLINED, "not here")


def test_a_failure_has_the_same_id_whatever_the_seed(tmp_path: Any) -> None:
    (specimen,) = [each for each in SPECIMENS if each.name == "AddsTwice"]
    prop = BY_NAME["E4"]

    ids = {
        verdict_of(prop, "c", judge_specimen(specimen, prop, seed), tmp_path).id
        for seed in range(3)
    }

    assert len(ids) == 1
    assert ids.pop().startswith("E4:")


def test_what_a_subject_says_is_told_without_machine_and_moment(tmp_path: Path) -> None:
    class Says(Sockets):
        async def connect(self, websocket: Peer) -> None:
            raise ValueError(f"{tmp_path}/app/x.py holds {object()} and \ud800")

    run = run_of("A7", adapter_of({"owner": Says}))
    verdict = verdict_of(BY_NAME["A7"], "c", run, tmp_path)

    assert "ValueError: app/x.py holds <object object at 0x...> and \\ud800" in verdict.claim


def test_the_sequence_of_a_failure_is_a_program_that_shows_it() -> None:
    """As a subject that can be imported, the broken manager is driven by its own program."""
    owner = "pluribus.conformance.mutants.broken:AddsTwice"
    adapter = Adapter(Concept(name="c", owner=owner, conform=Conform(arrival_s=0.05)))

    run = run_of("E4", adapter)
    done = subprocess.run(
        [sys.executable, "-c", run.sequence], capture_output=True, text=True, check=True
    )

    assert run.outcome is Outcome.FAIL
    assert done.stdout.count('"marker": "m002') == 2


def test_a_program_goes_on_after_what_was_raised() -> None:
    owner = "pluribus.conformance.mutants.broken:RemovesOnce"
    context = {
        "build": "pluribus.conformance.mutants.good:Context",
        "user_id": "{user}",
        "thread_id": "{thread}",
    }
    adapter = Adapter(
        Concept(
            name="c",
            owner=owner,
            factories=(owner,),
            events=("started",),
            conform=Conform(sharing="thread", context=context, arrival_s=0.05),
        )
    )

    run = run_of("E3", adapter)
    done = subprocess.run(
        [sys.executable, "-c", run.sequence], capture_output=True, text=True, check=True
    )

    assert run.outcome is Outcome.FAIL
    assert "remove_connection raised KeyError" in done.stdout


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ("PASS FAIL ERROR", "FAIL"),
        ("PASS ERROR NOT_EXERCISED", "ERROR"),
        ("PASS NOT_EXERCISED DECLINED", "NOT_EXERCISED"),
        ("PASS DECLINED", "PASS"),
        ("DECLINED", "DECLINED"),
        ("", "NOT_EXERCISED"),
    ],
)
def test_of_several_outcomes_the_worst_counts(outcomes: str, expected: str) -> None:
    assert worst(map(Outcome, outcomes.split())) is Outcome(expected)


@pytest.mark.parametrize(
    ("frame", "wanted", "expected"),
    [
        ('{"data": {"a": 1, "more": 2}}', {"a": 1}, True),
        ('{"data": "{\\"a\\": 1}"}', {"a": 1}, True),
        ('{"a": 1, "type": "x"}', {"a": 1}, True),
        ('[{"a": 1}]', {"a": 1}, True),
        ('{"data": {"a": "1"}}', {"a": 1}, False),
        ('{"data": {"a": true}}', {"a": 1}, False),
        ('{"data": {"a": {"b": 1, "c": 2}}}', {"a": {"b": 1}}, False),
        ("no json", {"a": 1}, False),
        ('42["chat", {"a": 1}]', {"a": 1}, True),
        ('event: chat\ndata: {"a": 1}\n\n', {"a": 1}, True),
        ('{"b": 2}\n{"a": 1}', {"a": 1}, True),
        ('42["chat", {"a": "1"}]', {"a": 1}, False),
        ('42["chat", {"a": 1', {"a": 1}, False),
        ("{[{[", {"a": 1}, False),
    ],
)
def test_a_frame_holds_what_was_sent_wherever_it_stands(
    frame: str, wanted: object, expected: bool
) -> None:
    assert holds(frame, wanted) is expected
