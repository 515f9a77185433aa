from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import pytest

from pluribus.conformance.adapter import Adapter
from pluribus.conformance.peer import Peer
from pluribus.contract import Concept, Conform, Operation, Operations
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import adapter_of, run_of


@dataclass
class Connection:
    socket: Peer
    since: int = 0


class Sockets:
    def __init__(self) -> None:
        self.sockets: dict[str, Peer] = {}

    async def connect(self, websocket: Peer, user_id: str) -> None:
        self.sockets[user_id] = websocket

    def disconnect(self, user_id: str) -> None:
        self.sockets.pop(user_id, None)

    async def broadcast(self, message: str) -> None:
        for socket in list(self.sockets.values()):
            await socket.send_text(message)


LISTS: dict[str, Callable[[Sockets], object]] = {
    "sockets": lambda me: list(me.sockets.values()),
    "by user": lambda me: dict(me.sockets),
    "a view": lambda me: me.sockets.values(),
    "connections": lambda me: [Connection(each) for each in me.sockets.values()],
    "by user and number": lambda me: {key: {0: each} for key, each in me.sockets.items()},
}


@pytest.mark.parametrize("name", LISTS)
def test_sockets_are_found_wherever_a_list_has_them(name: str) -> None:
    class Lists(Sockets):
        def get_connections(self) -> object:
            return LISTS[name](self)

    class ListsOne(Sockets):
        def get_connections(self) -> object:
            return LISTS[name](self) if len(self.sockets) < 2 else []

    assert run_of("A10", adapter_of({"owner": Lists})).outcome is Outcome.PASS
    assert run_of("A10", adapter_of({"owner": ListsOne})).outcome is Outcome.FAIL


def test_of_nobody_a_query_may_refuse_to_speak() -> None:
    class Strict(Sockets):
        def is_connected(self, user_id: str) -> bool:
            return self.sockets[user_id] is not None

    class Broken(Sockets):
        def is_connected(self, user_id: str) -> bool:
            raise OSError("no")

    assert run_of("A10", adapter_of({"owner": Strict})).outcome is Outcome.PASS
    assert "OSError: no" in run_of("A10", adapter_of({"owner": Broken})).evidence[1].text


def test_what_cannot_be_understood_counts_only_where_it_is_declared() -> None:
    class Vague(Sockets):
        def get_connections(self) -> str:
            return "some"

    declared = Operations(connections=Operation(call="get_connections"))

    assert run_of("A10", adapter_of({"owner": Vague})).outcome is Outcome.DECLINED
    assert (
        run_of("A10", adapter_of({"owner": Vague}, conform={"ops": declared})).outcome
        is Outcome.NOT_EXERCISED
    )


def test_a_query_that_is_found_and_cannot_be_bound_is_left_alone() -> None:
    class Asks(Sockets):
        def get_connections(self, token: int) -> list[Peer]:
            return []

    adapter = adapter_of({"owner": Asks})

    assert run_of("A10", adapter).outcome is Outcome.DECLINED
    assert run_of("D1", adapter).outcome is Outcome.PASS


def test_a_query_that_is_declared_must_be_there() -> None:
    declared = Operations(count=Operation(call="how_many"))

    run = run_of("A10", adapter_of({"owner": Sockets}, conform={"ops": declared}))

    assert run.outcome is Outcome.NOT_EXERCISED
    assert run_of("A1", adapter_of({"owner": Sockets}, conform={"ops": declared})).outcome is (
        Outcome.FAIL
    )


def given(owner: object, made: Callable[[], object], **keys: Any) -> Any:
    return adapter_of({"owner": owner, "factory": made}, conform={"sharing": "shared"}, **keys)


def test_a_subclass_is_the_owner_too() -> None:
    class Better(Sockets):
        """One of them."""

    instance = Better()

    assert run_of("A8", given(Sockets, lambda: instance)).outcome is Outcome.PASS


def test_an_owner_that_has_no_instances_is_not_asked() -> None:
    class Promised(Protocol):
        """What others are."""

    assert run_of("A8", given(Promised, Sockets)).outcome is Outcome.DECLINED
    assert run_of("A8", given(Sockets.connect, Sockets)).outcome is Outcome.DECLINED


@pytest.mark.parametrize(
    ("path", "expected"),
    [("collections", Outcome.PASS), ("typing", Outcome.FAIL), ("nowhere", Outcome.FAIL)],
)
def test_another_path_to_the_owner_must_lead_to_it(path: str, expected: Outcome) -> None:
    concept = Concept(
        name="c",
        owner="_collections:OrderedDict",
        import_paths=("_collections", path),
        conform=Conform(),
    )

    assert run_of("A8", Adapter(concept)).outcome is expected


@pytest.mark.parametrize(
    ("watched", "expected"),
    [("PASS", Outcome.PASS), ("FAIL", Outcome.FAIL), ("ERROR", Outcome.NOT_EXERCISED)],
)
def test_what_could_not_be_judged_under_a_test_runner_is_no_difference(
    watched: str, expected: Outcome
) -> None:
    adapter = adapter_of({"owner": Sockets})
    adapter.watched = lambda names, seed: {"D1": watched}

    run = run_of("B10", adapter)

    assert run.outcome is expected, (run.claim, run.evidence)
