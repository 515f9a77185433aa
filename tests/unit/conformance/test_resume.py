"""F: what nearly fails when a client comes back, and what a failure says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from pluribus.conformance.judge import Run
from pluribus.conformance.mutants.resumable import Resumable, TrustsAnyId, make_resumable
from pluribus.conformance.peer import Peer
from pluribus.contract.conform import Resume
from pluribus.errors import ContractError
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import adapter_of, run_of

NAMES = tuple(f"F{number}" for number in range(1, 9))
RESUME = Resume(field="number", parameter="last_seen", holds=20, gap={"type": "gap"})


def _run(name: str, kind: type[Resumable] = Resumable, resume: Resume | None = RESUME) -> Run:
    conform = {"sharing": "user", "resume": resume}
    return run_of(name, adapter_of(make_resumable(kind), events=("said",), conform=conform))


@pytest.mark.parametrize("name", NAMES)
def test_without_a_declaration_nothing_is_promised(name: str) -> None:
    assert _run(name, resume=None).outcome is Outcome.DECLINED


@pytest.mark.parametrize("name", NAMES)
def test_a_parameter_that_adding_does_not_have_is_a_mistake(name: str) -> None:
    resume = Resume(field="number", parameter="since", holds=20)

    with pytest.raises(ContractError, match="`connect` has no parameter `since`"):
        _run(name, resume=resume)


@pytest.mark.parametrize("name", NAMES)
def test_ids_inside_of_tables_and_of_text_are_found(name: str) -> None:
    class Names(Resumable):
        async def emit_event(self, event: str, payload: Mapping[str, Any]) -> int:
            return await super().emit_event(event, {**payload, "id": f"id{self.number + 1}"})

        async def connect(  # type: ignore[override]  # another kind of id
            self, websocket: Peer, last_seen: str | None = None
        ) -> None:
            number = None if last_seen is None else int(last_seen.removeprefix("id"))
            await super().connect(websocket, number)

    resume = Resume(field="data.id", parameter="last_seen", holds=20, gap={"type": "gap"})

    run = _run(name, Names, resume)

    assert run.outcome is Outcome.PASS, run.claim


class Refuses(Resumable):
    """Tells of no gap, but takes nobody who has missed too much."""

    async def tell(self, websocket: Peer) -> None:
        raise LookupError("too late")


class Closes(Resumable):
    """Closes whoever has missed too much."""

    async def tell(self, websocket: Peer) -> None:
        await websocket.close(4000)


@pytest.mark.parametrize("kind", [Refuses, Closes])
@pytest.mark.parametrize("name", ["F3", "F8"])
def test_to_refuse_is_to_tell(kind: type[Resumable], name: str) -> None:
    run = _run(name, kind)

    assert run.outcome is Outcome.PASS
    assert "refused, because events were lost" in run.claim


def test_to_start_over_with_all_that_is_held_tells_of_an_unknown_id() -> None:
    class StartsOver(Resumable):
        async def tell(self, websocket: Peer) -> None: ...

    assert _run("F8", StartsOver).outcome is Outcome.PASS
    assert _run("F3", StartsOver).outcome is Outcome.FAIL


def test_a_gap_without_the_declared_fields_is_silent() -> None:
    class Otherwise(Resumable):
        async def tell(self, websocket: Peer) -> None:
            await websocket.send_text(json.dumps({"type": "sorry"}))

    run = _run("F3", Otherwise)

    assert run.outcome is Outcome.FAIL
    assert "5 of 25 events are lost" in run.claim


def test_frames_without_the_declared_id_are_not_exercised() -> None:
    resume = Resume(field="nowhere", parameter="last_seen", holds=20)

    run = _run("F2", resume=resume)

    assert run.outcome is Outcome.NOT_EXERCISED
    assert "the field `nowhere`, which is to tell an event, is missing" in run.claim


def test_the_program_of_a_failure_gives_the_last_id_back() -> None:
    class Forgets(Resumable):
        async def connect(self, websocket: Peer, last_seen: int | None = None) -> None:
            await super().connect(websocket)

    run = _run("F2", Forgets)

    assert run.outcome is Outcome.FAIL
    assert "misses 3 of 4 events" in run.claim
    assert "alice_socket.leaves()" in run.sequence
    assert "last_seen=2)" in run.sequence


@pytest.mark.parametrize(
    ("kind", "outcome"), [(Resumable, Outcome.PASS), (TrustsAnyId, Outcome.FAIL)]
)
def test_an_id_that_ends_in_a_number_is_tried_with_one_that_is_far_beyond(
    kind: type[Resumable], outcome: Outcome
) -> None:
    """Of `life:7` only other text was tried, which nobody takes for a number."""

    class Places(kind):  # type: ignore[valid-type, misc]  # made for each kind
        async def emit_event(self, event: str, payload: Mapping[str, Any]) -> int:
            reached = await super().emit_event(event, {**payload, "id": f"life:{self.number + 1}"})
            return int(reached)

        async def connect(self, websocket: Peer, last_seen: str | None = None) -> None:
            life, _, number = (last_seen or "life:").partition(":")
            if life != "life" or not (number.isdigit() or last_seen is None):
                await self.tell(websocket)
                last_seen = None
            await super().connect(websocket, None if last_seen is None else int(number))

    resume = Resume(field="data.id", parameter="last_seen", holds=20, gap={"type": "gap"})

    assert _run("F8", Places, resume).outcome is outcome
