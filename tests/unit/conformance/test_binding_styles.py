"""Styles of managers that are bound without being declared, and what nearly is."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from time import monotonic

import pytest

from pluribus.conformance.peer import Peer
from pluribus.contract import Operation, Operations, Values
from pluribus.errors import ContractError
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import adapter_of, run_of
from tests.unit.conformance.test_binding import Sockets, bound


class Runs:
    """One socket a run."""

    def __init__(self) -> None:
        self.sockets: dict[str, Peer] = {}

    async def connect(self, websocket: Peer, run_id: str) -> None:
        self.sockets[run_id] = websocket

    def disconnect(self, run_id: str) -> None:
        self.sockets.pop(run_id, None)

    async def emit_event(self, run_id: str, payload: Mapping[str, object]) -> None:
        if run_id in self.sockets:
            await self.sockets[run_id].send_json(payload)


def test_the_run_that_a_socket_is_added_under_is_its_own() -> None:
    """With the one run of the kit for all, each socket took the place of the one before."""
    adapter = adapter_of({"owner": Runs})

    assert bound(Runs, "emit") == {"run_id": "{connection}", "payload": "{payload}"}
    assert {name: run_of(name, adapter).outcome for name in ("D1", "D2", "E2", "E7")} == (
        dict.fromkeys(("D1", "D2", "E2", "E7"), Outcome.PASS)
    )


def test_beside_a_user_and_where_it_is_declared_a_run_is_a_run() -> None:
    class Beside(Runs):
        async def connect(self, websocket: Peer, user_id: str, run_id: str) -> None: ...  # type: ignore[override]

    add = Operation(args={"run_id": "{run}"})

    assert bound(Beside, "emit")["run_id"] == "{run}"
    assert bound(Runs, "emit", conform={"ops": Operations(add=add)})["run_id"] == "{run}"


class Numbers(Sockets):
    async def connect(self, websocket: Peer, user_id: int) -> None:  # type: ignore[override]
        await super().connect(websocket)


def test_a_number_is_bound_where_ids_are_numbers() -> None:
    conform = {"values": Values(user="int")}

    assert bound(Numbers, "add", conform=conform)["user_id"] == "{user}"


def test_where_ids_are_text_a_number_is_asked_for() -> None:
    with pytest.raises(ContractError) as caught:
        bound(Numbers, "add")

    assert 'values = { user = "int" }' in str(caught.value.hint)


def test_the_example_of_what_to_declare_follows_the_name() -> None:
    class Rooms(Sockets):
        async def connect(self, sock: object, room: str) -> None: ...  # type: ignore[override]

    with pytest.raises(ContractError) as caught:
        bound(Rooms, "add")

    assert 'sock = "{websocket}"' in str(caught.value.hint)


@dataclass
class Note:
    type: str
    data: dict[str, object]


@dataclass
class Strict:
    type: int
    data: dict[str, object]


def test_a_message_is_built_from_its_type_and_its_data() -> None:
    class Notes(Sockets):
        async def broadcast(self, message: Note) -> None: ...  # type: ignore[override]

    template = bound(Notes, "broadcast", events=("note",))["message"]

    assert isinstance(template, dict)
    assert (template["type"], template["data"]) == ("{event}", "{payload}")


def test_a_message_whose_type_is_no_text_is_asked_for() -> None:
    class Notes(Sockets):
        async def broadcast(self, message: Strict) -> None: ...  # type: ignore[override]

    with pytest.raises(ContractError, match="requires `message`"):
        bound(Notes, "broadcast", events=("note",))


class Endpoint(Sockets):
    """Can be awaited itself, as an endpoint of Starlette can."""

    def __await__(self) -> Generator[None, None, object]:
        yield
        return None


def test_an_instance_that_can_be_awaited_is_not() -> None:
    one = Endpoint()
    adapter = adapter_of(
        {"owner": Endpoint, "factory": lambda: one}, conform={"sharing": "shared"}
    )

    assert run_of("D1", adapter).outcome is Outcome.PASS


def test_what_a_factory_promises_is_awaited() -> None:
    one = Sockets()

    async def factory() -> Sockets:
        return one

    adapter = adapter_of({"owner": Sockets, "factory": factory}, conform={"sharing": "shared"})

    assert run_of("D1", adapter).outcome is Outcome.PASS


class Listens(Sockets):
    async def connect(self, websocket: Peer) -> None:
        await super().connect(websocket)
        await websocket.receive_text()


class ListensElsewhere(Sockets):
    """A task listens, and the call takes its time for something else."""

    async def connect(self, websocket: Peer) -> None:
        await super().connect(websocket)
        self.task = asyncio.ensure_future(websocket.receive_text())
        await asyncio.sleep(0.6)


def test_a_call_that_listens_is_not_waited_for_as_long_as_it_may_take() -> None:
    since = monotonic()

    run = run_of("D1", adapter_of({"owner": Listens}, conform={"timeout_s": 60.0}))

    assert run.outcome is Outcome.NOT_EXERCISED
    assert "waits for the client" in run.claim
    assert monotonic() - since < 30


def test_a_call_beside_which_a_task_listens_has_all_its_time() -> None:
    run = run_of("D1", adapter_of({"owner": ListensElsewhere}, conform={"timeout_s": 60.0}))

    assert run.outcome is Outcome.PASS, run.claim
