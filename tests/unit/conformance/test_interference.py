"""C8: what one user sees of another, by pairs of runs."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from pluribus.conformance.copies import Leave, in_copy
from pluribus.conformance.judge import Run
from pluribus.conformance.matrix import judge_specimen
from pluribus.conformance.mutants import SPECIMENS
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import BY_NAME, adapter_of, run_of


class Hub:
    """One user's sockets."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self.sockets: list[Any] = []

    async def connect(self, websocket: Any) -> None:
        self.sockets.append(websocket)

    async def disconnect(self, websocket: Any) -> None:
        self.sockets.remove(websocket)

    async def emit_event(self, event_type: str, payload: Mapping[str, Any]) -> None:
        await self.tell({"type": event_type, **payload})

    async def tell(self, message: Mapping[str, Any]) -> None:
        for socket in self.sockets:
            await socket.send_text(json.dumps(message))


def judged(
    kind: Callable[[str], object], *, seed: int = 0, can_copy: bool = True, **conform: Any
) -> Run:
    made: dict[str, object] = {}

    def manager_of(user_id: str) -> object:
        if user_id not in made:
            made[user_id] = kind(user_id)
        return made[user_id]

    adapter = adapter_of(
        {"factory": manager_of},
        events=("started",),
        conform={"sharing": "user", "arrival_s": 0.2, **conform},
    )
    adapter.can_copy = can_copy
    return run_of("C8", adapter, seed)


def steps_of(run: Run) -> str:
    return next(each.text for each in run.evidence if each.name == "steps")


def test_a_limit_that_all_use_up_is_found_by_the_shortest_run_that_shows_it() -> None:
    specimen = next(each for each in SPECIMENS if each.name == "one_limit_for_all")

    run = judge_specimen(specimen, BY_NAME["C8"], 0)

    assert run.outcome is Outcome.FAIL
    assert steps_of(run) == "bob joins, alice joins, alice sends 20 times"
    assert run.sequence.count("await manager.emit_agent_event") == 1


@pytest.mark.parametrize("seed", range(4))
def test_the_same_seed_gives_the_same_counterexample(seed: int) -> None:
    specimen = next(each for each in SPECIMENS if each.name == "refuses_while_another_is_there")

    first, second = (judge_specimen(specimen, BY_NAME["C8"], seed) for _ in range(2))

    assert first.outcome is Outcome.FAIL
    assert first == second


def test_a_call_that_waits_for_another_user_is_found() -> None:
    free = asyncio.Event()
    there: list[str] = []

    class Waiting(Hub):
        async def connect(self, websocket: Any) -> None:
            there.append(self.user_id)
            await super().connect(websocket)

        async def emit_event(self, event_type: str, payload: Mapping[str, Any]) -> None:
            if len(there) > 1:
                await free.wait()
            await super().emit_event(event_type, payload)

    run = judged(Waiting, timeout_s=0.1)

    assert run.outcome is Outcome.FAIL
    assert "did not return" in {each.name: each.text for each in run.evidence}["bob beside alice"]


class Batching(Hub):
    """Sends what has gathered since the loop had its last turn, all in one frame."""

    def __init__(self, user_id: str) -> None:
        super().__init__(user_id)
        self.waiting: list[Mapping[str, Any]] = []
        self.sending: asyncio.Task[None] | None = None

    async def tell(self, message: Mapping[str, Any]) -> None:
        self.waiting.append(message)
        if self.sending is None:
            self.sending = asyncio.get_running_loop().create_task(self.send())

    async def send(self) -> None:
        self.sending, batch, self.waiting = None, self.waiting, []
        for socket in self.sockets:
            await socket.send_bytes(json.dumps({"count": "some", "events": batch}).encode())


def test_which_events_share_a_frame_is_no_interference() -> None:
    run = judged(Batching)

    assert run.outcome is Outcome.PASS


def test_an_event_that_is_lost_out_of_a_frame_with_several_is() -> None:
    burst: list[str] = []

    class Crowded(Batching):
        async def tell(self, message: Mapping[str, Any]) -> None:
            burst.append(self.user_id)
            if len(set(burst)) == 1 or len(burst) % 2:
                await super().tell(message)

    run = judged(Crowded)

    assert run.outcome is Outcome.FAIL


def test_to_be_told_that_somebody_came_is_interference_among_instances_of_ones_own() -> None:
    everybody: list[Hub] = []

    class Presence(Hub):
        async def connect(self, websocket: Any) -> None:
            await super().connect(websocket)
            everybody.append(self)
            for each in everybody:
                await each.tell({"type": "somebody came"})

    run = judged(Presence)

    assert run.outcome is Outcome.FAIL
    assert steps_of(run) == "bob joins, alice joins"


class Public:
    """One for everybody, which tells everybody who comes."""

    def __init__(self) -> None:
        self.sockets: dict[str, list[Any]] = {}

    async def connect(self, websocket: Any, user_id: str) -> None:
        self.sockets.setdefault(user_id, []).append(websocket)
        await self.broadcast({"type": "somebody came"})

    async def disconnect(self, websocket: Any, user_id: str) -> None:
        self.sockets[user_id].remove(websocket)

    async def emit_event(self, user_id: str, event_type: str, payload: Mapping[str, Any]) -> None:
        for socket in self.sockets.get(user_id, []):
            await socket.send_json({"type": event_type, **payload})

    async def broadcast(self, message: Mapping[str, Any]) -> None:
        for sockets in self.sockets.values():
            for socket in sockets:
                await socket.send_json(message)


def test_where_everybody_is_told_things_to_be_told_that_somebody_came_is_none() -> None:
    adapter = adapter_of({"owner": Public}, events=("started",), conform={"arrival_s": 0.2})

    assert run_of("C8", adapter).outcome is Outcome.PASS


def numbered() -> Callable[[str], Hub]:
    numbers = itertools.count(1)

    class Numbered(Hub):
        async def tell(self, message: Mapping[str, Any]) -> None:
            await super().tell({**message, "number": next(numbers)})

    return Numbered


class Timed(Hub):
    async def tell(self, message: Mapping[str, Any]) -> None:
        await super().tell({**message, "at": datetime.now(UTC).isoformat(), "id": id(message)})


class Drawn(Hub):
    async def tell(self, message: Mapping[str, Any]) -> None:
        letters = "".join(random.choices("abcdefgh", k=8))
        await super().tell({**message, "id": secrets.token_urlsafe(4), "word": letters})


@pytest.mark.parametrize("kind", [numbered(), Timed, Drawn], ids=["numbered", "timed", "drawn"])
def test_numbers_times_and_what_is_drawn_are_no_difference(kind: Callable[[str], Hub]) -> None:
    assert judged(kind).outcome is Outcome.PASS


def test_what_is_lost_by_chance_is_not_blamed_on_another_user() -> None:
    class Losing(Hub):
        async def tell(self, message: Mapping[str, Any]) -> None:
            if secrets.randbelow(2):
                await super().tell(message)

    assert judged(Losing, arrival_s=0.02).outcome is Outcome.NOT_EXERCISED


def test_nothing_of_the_runs_is_left_in_this_process() -> None:
    made: list[str] = []

    class Counted(Hub):
        def __init__(self, user_id: str) -> None:
            super().__init__(user_id)
            made.append(user_id)

    run = judged(Counted)

    assert run.outcome is Outcome.PASS
    assert made == []


def test_where_the_other_cannot_join_nothing_is_proved() -> None:
    class Crowded(Hub):
        async def connect(self, websocket: Any) -> None:
            if "amber" in self.user_id:
                raise RuntimeError("full")
            await super().connect(websocket)

    run = judged(Crowded)

    assert run.outcome is Outcome.NOT_EXERCISED
    assert run.claim == "the other user could not join"


def test_a_process_that_cannot_be_copied_is_not_judged() -> None:
    run = judged(Hub, can_copy=False)

    assert run.outcome is Outcome.NOT_EXERCISED
    assert "cannot be copied" in run.claim


def test_without_hypothesis_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    monkeypatch.delitem(sys.modules, "pluribus.conformance.searching", raising=False)

    run = judged(Hub)

    assert run.outcome is Outcome.NOT_EXERCISED
    assert "it needs Hypothesis" in run.claim
    assert "pip install" in run.hint


def test_a_copy_gives_its_answer_and_changes_nothing_here() -> None:
    seen: list[int] = []

    def work(_: Leave) -> bytes:
        seen.append(1)
        return b"x" * 1_000_000

    copy = in_copy(work, timeout_s=5)

    assert (len(copy.answer), copy.ended) == (1_000_000, "left with status 0")
    assert seen == []


def test_a_copy_that_takes_too_long_is_ended() -> None:
    def work(_: Leave) -> bytes:
        while True:
            pass

    copy = in_copy(work, timeout_s=0.1)

    assert copy.answer == b""
    assert copy.ended == "took longer than 0.1 s"


def test_a_copy_that_dies_says_how() -> None:
    def work(_: Leave) -> bytes:
        os.kill(os.getpid(), signal.SIGKILL)
        return b""

    copy = in_copy(work, timeout_s=5)

    assert copy.answer == b""
    assert copy.ended == "was ended by signal 9"


def test_a_copy_may_be_left_from_another_thread() -> None:
    def work(leave: Leave) -> bytes:
        threading.Thread(target=leave, args=(b"from the side",)).start()
        while True:
            pass

    copy = in_copy(work, timeout_s=5)

    assert (copy.answer, copy.ended) == (b"from the side", "left with status 0")
