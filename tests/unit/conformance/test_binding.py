from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional, Protocol, Union

import pytest

from pluribus.conformance.adapter import Adapter
from pluribus.conformance.peer import Peer
from pluribus.conformance.roles import role_of
from pluribus.conformance.stage import Stage
from pluribus.contract import Context, Operation, Operations, Values
from pluribus.errors import ContractError
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import adapter_of, run_of


class Sockets:
    """Enough of a manager."""

    def __init__(self) -> None:
        self.sockets: list[Peer] = []

    async def connect(self, websocket: Peer) -> None:
        self.sockets.append(websocket)

    async def broadcast(self, message: str) -> None:
        for socket in self.sockets:
            await socket.send_text(message)


def bound(kind: type, role: str, **keys: Any) -> dict[str, object]:
    adapter = adapter_of({"owner": kind}, **keys)
    operation = adapter.operation(role, kind())
    assert operation is not None
    return {each.parameter: each.template for each in operation.call.bindings}


class Sends(Protocol):
    async def send_text(self, data: str) -> None: ...


class Talks(Sends, Protocol):
    async def close(self, code: int = 1000) -> None: ...


class Reads(Protocol):
    def recv_into(self, buffer: bytearray) -> int: ...


class Stalls(Protocol):
    """What only the kit's own sockets do."""

    def stall(self) -> None: ...


class Empty(Protocol):
    """Says nothing."""


class Real(Sends):
    """A class of its own, which happens to follow a protocol."""


@pytest.mark.parametrize(
    ("name", "annotation", "role"),
    [
        ("ws", "", "websocket"),
        ("websocket", Sends, "websocket"),
        ("socket", Optional[Talks], "websocket"),  # noqa: UP045  # as others write it
        ("anything", Sends, None),
        ("user_id", Sends, None),
        ("socket", Reads, None),
        ("socket", Stalls, None),
        ("socket", Empty, None),
        ("socket", Real, None),
        ("anything", "WebSocket", "websocket"),
        ("anything", "fastapi.WebSocket | None", "websocket"),
        ("user_id", str, "user"),
        ("user_id", "Optional[str]", "user"),
        ("user_id", Optional[str], "user"),  # noqa: UP045  # as others write it
        ("user_id", Union[str, int], "user"),  # noqa: UP007  # as others write it
        ("user_id", "Union[str, UserID]", "user"),
        ("user_id", "str | UserID | None", "user"),
        ("payload", "Optional[Dict[str, Any]]", "payload"),
        ("payload", "typing.Any", "payload"),
        ("user_id", int, None),
        ("user_id", "UserId", None),
        ("client_id", str, None),
        ("message", str, "text"),
        ("message", "dict[str, Any]", "message"),
        ("message", "", None),
        ("event", "", "event"),
        ("event", dict, "message"),
        ("event", "Event", None),
        ("payload", Mapping[str, object], "payload"),
        ("payload", str, None),
        ("data", dict, "payload"),
        ("data", str, None),
        ("connection_id", "str", "connection"),
        ("anything", "web.WebSocketResponse", "websocket"),
        ("anything", "Websocket", "websocket"),
        ("anything", "web.Response", None),
        ("x", str, None),
    ],
)
def test_a_parameter_plays_a_role_by_name_and_type(
    name: str, annotation: object, role: str | None
) -> None:
    given = inspect.Parameter.empty if annotation == "" else annotation

    assert role_of(name, given) == role


def test_a_required_parameter_that_nothing_tells_is_named() -> None:
    class Odd(Sockets):
        async def connect(self, websocket: Peer, shard: int) -> None:  # type: ignore[override]  # the fault
            await super().connect(websocket)

    with pytest.raises(ContractError, match="`connect` requires `shard`") as error:
        bound(Odd, "add")

    assert "concepts.made.conform.ops.add.args" in (error.value.hint or "")


def test_what_is_declared_wins_over_names() -> None:
    ops = Operations(add=Operation(args={"websocket": "{websocket}", "shard": 3}))

    class Odd(Sockets):
        async def connect(self, websocket: Peer, shard: int) -> None:  # type: ignore[override]  # another method
            await super().connect(websocket)

    assert bound(Odd, "add", conform={"ops": ops}) == {"websocket": "{websocket}", "shard": 3}


def test_a_call_may_be_declared_in_part() -> None:
    """A public code base was first refused because the kit asked for the declared part alone."""
    ops = Operations(broadcast=Operation(args={"shard": 3}))

    class Odd(Sockets):
        async def broadcast(self, message: str, *, shard: int) -> None:  # type: ignore[override]  # another method
            await super().broadcast(message)

    assert run_of("A2", adapter_of({"owner": Odd}, conform={"ops": ops})).outcome is Outcome.PASS


def test_what_is_declared_and_not_taken_is_refused() -> None:
    ops = Operations(broadcast=Operation(args={"shard": 3}))

    run = run_of("A2", adapter_of({"owner": Sockets}, conform={"ops": ops}))

    assert run.outcome is Outcome.FAIL
    assert "unexpected keyword argument 'shard'" in run.claim


def test_what_has_a_default_and_no_role_is_left_alone() -> None:
    class Odd(Sockets):
        async def connect(self, websocket: Peer, shard: int = 3) -> None:
            await super().connect(websocket)

    assert bound(Odd, "add") == {"websocket": "{websocket}", "shard": None}
    assert run_of("D1", adapter_of({"owner": Odd})).outcome is Outcome.PASS


def test_positional_parameters_are_given_by_position() -> None:
    class Odd(Sockets):
        async def connect(self, websocket: Peer, /) -> None:
            self.sockets.append(websocket)

    assert run_of("D1", adapter_of({"owner": Odd})).outcome is Outcome.PASS


@dataclass(frozen=True)
class Link:
    """A connection as some managers want it."""

    connection_id: str
    user_id: str
    websocket: Peer
    label: str = ""


class Linked(Sockets):
    """Takes a connection."""

    async def add_connection(self, connection: Link) -> None:
        self.sockets.append(connection.websocket)

    connect = None  # type: ignore[assignment]  # it has another name here


def test_a_dataclass_is_built_when_its_own_parameters_tell() -> None:
    template = bound(Linked, "add")["connection"]

    assert template == {
        "build": f"{__name__}:Link",
        "connection_id": "{connection}",
        "user_id": "{user}",
        "websocket": "{websocket}",
    }
    assert run_of("D1", adapter_of({"owner": Linked})).outcome is Outcome.PASS


def test_two_methods_for_one_operation_are_one_too_many() -> None:
    class Both(Sockets):
        async def add_connection(self, websocket: Peer) -> None: ...

    with pytest.raises(ContractError, match="`add_connection` and `connect`"):
        bound(Both, "add")
    named = Operations(add=Operation(call="connect"))
    assert (
        run_of("D1", adapter_of({"owner": Both}, conform={"ops": named})).outcome is Outcome.PASS
    )


def test_without_a_way_in_there_is_nothing_to_drive() -> None:
    class Deaf:
        def broadcast(self, message: str) -> None: ...

    with pytest.raises(ContractError, match="none of `add_connection`, `connect`"):
        run_of("D1", adapter_of({"owner": Deaf}))


def test_whom_a_broadcast_reaches_must_be_said_where_it_names_somebody() -> None:
    """The one who is named may be the only one that does not get it."""

    class Others(Sockets):
        async def broadcast(self, message: str, websocket: Peer) -> None:  # type: ignore[override]  # another method
            for socket in self.sockets:
                if socket is not websocket:
                    await socket.send_text(message)

    with pytest.raises(ContractError, match="is given a websocket"):
        run_of("D1", adapter_of({"owner": Others}))


def test_a_socket_that_is_turned_away_shows_nothing() -> None:
    class Picky(Sockets):
        async def connect(self, websocket: Peer) -> bool:  # type: ignore[override]  # another result
            return False

    run = run_of("D1", adapter_of({"owner": Picky}))

    assert run.outcome is Outcome.NOT_EXERCISED
    assert "returned False" in run.claim


def test_a_task_a_socket_that_sends_later_is_as_good() -> None:
    class Queued(Sockets):
        def __init__(self) -> None:
            super().__init__()
            self.queues: dict[Peer, asyncio.Queue[str]] = {}
            self.tasks: dict[Peer, asyncio.Task[None]] = {}

        async def connect(self, websocket: Peer) -> None:
            self.queues[websocket] = asyncio.Queue()
            self.tasks[websocket] = asyncio.create_task(self.send(websocket))

        async def send(self, websocket: Peer) -> None:
            while True:
                await websocket.send_text(await self.queues[websocket].get())

        async def disconnect(self, websocket: Peer) -> None:
            if websocket in self.tasks:
                self.tasks.pop(websocket).cancel()
                del self.queues[websocket]

        async def broadcast(self, message: str) -> None:
            for queue in self.queues.values():
                queue.put_nowait(message)

    adapter = adapter_of({"owner": Queued})

    assert {
        name: run_of(name, adapter).outcome for name in ("A5", "D1", "D4", "E1", "E2", "E3")
    } == (dict.fromkeys(("A5", "D1", "D4", "E1", "E2", "E3"), Outcome.PASS))


def test_events_must_be_declared_where_they_are_named() -> None:
    class Named(Sockets):
        async def emit_event(self, event: str, payload: Mapping[str, object]) -> None: ...

    with pytest.raises(ContractError, match="declares none"):
        run_of("D1", adapter_of({"owner": Named}))


@dataclass(frozen=True)
class Tab:
    """A context."""

    user_id: str
    thread_id: str


def manager_of(context: Tab) -> Sockets:
    return Sockets()


def test_a_context_is_built_by_the_type_of_the_parameter() -> None:
    adapter = adapter_of(
        {"manager_of": manager_of},
        context=Context(parameter="context", key=("user_id", "thread_id")),
    )
    (factory,) = adapter.factories()

    assert adapter.sharing == "thread"
    assert factory.call is not None
    assert factory.call.takes == {"user", "thread"}


def test_who_has_an_instance_must_be_said() -> None:
    with pytest.raises(ContractError, match="nothing says who has an instance"):
        _ = adapter_of({"manager_of": manager_of}).sharing


def test_a_factory_that_never_sees_the_user_cannot_tell_users_apart() -> None:
    def blind() -> Sockets:
        return Sockets()

    adapter = adapter_of({"blind": blind}, conform={"sharing": "user"})

    with pytest.raises(ContractError, match="is given no user"):
        adapter.factories()


def test_one_instance_can_only_be_shared() -> None:
    adapter = adapter_of({"instance": Sockets()}, conform={"sharing": "user"})

    with pytest.raises(ContractError, match="is one instance"):
        adapter.factories()


def test_an_instance_is_driven_as_it_is() -> None:
    adapter = adapter_of({"instance": Sockets()}, conform={"sharing": "shared"})

    assert run_of("D1", adapter).outcome is Outcome.PASS
    assert run_of("B1", adapter).outcome is Outcome.DECLINED


@pytest.mark.parametrize(("kind", "type_"), [("id", str), ("uuid4", str), ("int", int)])
def test_ids_are_of_the_kind_that_is_accepted(kind: str, type_: type) -> None:
    adapter = adapter_of({"owner": Sockets}, conform={"values": Values(user=kind)})  # type: ignore[arg-type]  # one of the kinds

    stage = Stage(adapter, seed=0)

    assert isinstance(stage.alice.user, type_)
    assert stage.alice.user != stage.bob.user


def test_adding_may_give_the_connection_its_id() -> None:
    class Numbered(Sockets):
        def __init__(self) -> None:
            super().__init__()
            self.by_id: dict[str, Peer] = {}

        async def connect(self, websocket: Peer) -> str:  # type: ignore[override]  # gives the id
            name = f"n{len(self.by_id)}"
            self.by_id[name] = websocket
            return name

        async def disconnect(self, connection_id: str) -> None:
            self.by_id.pop(connection_id, None)

        async def broadcast(self, message: str) -> None:
            for socket in list(self.by_id.values()):
                await socket.send_text(message)

    ops = Operations(add=Operation(yields="connection"))
    adapter: Adapter = adapter_of({"owner": Numbered}, conform={"ops": ops})

    assert run_of("E1", adapter).outcome is Outcome.PASS
    assert run_of("E4", adapter).outcome is Outcome.DECLINED


def test_the_loop_is_left_clean() -> None:
    async def outcome() -> int:
        stage = Stage(adapter_of({"owner": Sockets}), seed=0)
        await stage.join(stage.alice)
        return len(asyncio.all_tasks())

    assert asyncio.run(outcome()) == 1
