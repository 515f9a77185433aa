"""D6 to D9, D13 to D15: what nearly fails, and what a failure says."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

import pytest

from pluribus.conformance.peer import Peer
from pluribus.contract import Operation, Operations
from pluribus.contract.conform import RunGrammar
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import adapter_of, run_of

EVENTS = ("started", "thinking", "asks", "answers", "completed")
GRAMMAR = RunGrammar(first="started", last="completed", pairs={"asks": "answers"})


class Sockets:
    """Sends events of runs to everybody."""

    def __init__(self) -> None:
        self.sockets: list[Peer] = []
        self.number = 0

    async def connect(self, websocket: Peer) -> None:
        self.sockets.append(websocket)

    async def broadcast(self, event_type: str, payload: Mapping[str, Any], run_id: str) -> None:
        await self.send(self.frame(event_type, payload, run_id))

    async def send(self, text: str) -> None:
        for socket in list(self.sockets):
            await socket.send_text(text)

    def frame(self, event: str, payload: Mapping[str, Any], run: str) -> str:
        self.number += 1
        return json.dumps({"type": event, "n": self.number, "run": run, "data": dict(payload)})


def _run(name: str, kind: type, **conform: Any) -> Any:
    return run_of(name, adapter_of({"owner": kind}, events=EVENTS, conform=conform))


@pytest.mark.parametrize(
    ("name", "conform"),
    [
        ("D6", {}),
        ("D7", {"fields": {"asks": {"type": "str", "data.step": "int", "data": "dict"}}}),
        ("D8", {"run": GRAMMAR}),
        ("D9", {}),
        ("D13", {"sequence": "n"}),
        ("D14", {}),
        ("D15", {}),
    ],
)
def test_a_plain_manager_passes(name: str, conform: dict[str, Any]) -> None:
    run = _run(name, Sockets, **conform)

    assert run.outcome is Outcome.PASS, run.claim


@pytest.mark.parametrize("name", ["D7", "D8", "D13"])
def test_what_is_not_declared_is_not_promised(name: str) -> None:
    assert _run(name, Sockets).outcome is Outcome.DECLINED


def test_what_names_no_run_is_not_asked_about_runs() -> None:
    class Nameless(Sockets):
        def frame(self, event: str, payload: Mapping[str, Any], run: str) -> str:
            return json.dumps({"type": event, "data": dict(payload)})

    assert _run("D15", Nameless).outcome is Outcome.DECLINED
    assert _run("D6", Nameless).outcome is Outcome.PASS


def test_a_batch_of_two_runs_mixes_nothing_up() -> None:
    class Batches(Sockets):
        def __init__(self) -> None:
            super().__init__()
            self.held: list[str] = []

        async def send(self, text: str) -> None:
            self.held.append(text)
            if len(self.held) == 2:
                both, self.held = ",".join(self.held), []
                await super().send(f"[{both}]")

    assert _run("D6", Batches).outcome is Outcome.PASS
    assert _run("D15", Batches).outcome is not Outcome.FAIL


def test_a_run_that_begins_late_says_with_what() -> None:
    class Late(Sockets):
        async def broadcast(
            self, event_type: str, payload: Mapping[str, Any], run_id: str
        ) -> None:
            if event_type != "started":
                await super().broadcast(event_type, payload, run_id)

    run = _run("D8", Late, run=GRAMMAR)

    assert run.outcome is Outcome.FAIL
    assert "it begins with `thinking`" in run.claim


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ("answers", "`asks` comes again before `answers`"),
        ("asks", "`answers` comes without `asks`"),
        ("completed", "it ends with `answers`"),
    ],
)
def test_each_way_to_lose_an_event_of_a_run_is_told(lost: str, said: str) -> None:
    class Loses(Sockets):
        async def broadcast(
            self, event_type: str, payload: Mapping[str, Any], run_id: str
        ) -> None:
            if event_type != lost:
                await super().broadcast(event_type, payload, run_id)

    run = _run("D8", Loses, run=GRAMMAR)

    assert run.outcome is Outcome.FAIL
    assert said in run.claim


def test_a_loss_between_is_no_matter_of_the_order_of_a_run() -> None:
    class Thoughtless(Sockets):
        async def broadcast(
            self, event_type: str, payload: Mapping[str, Any], run_id: str
        ) -> None:
            if event_type != "thinking":
                await super().broadcast(event_type, payload, run_id)

    assert _run("D8", Thoughtless, run=GRAMMAR).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("int", 1, True),
        ("int", True, False),
        ("int", 1.5, False),
        ("number", 1.5, True),
        ("number", True, False),
        ("bool", True, True),
        ("str", 1, False),
        ("null", None, True),
        ("any", None, True),
        ("list", [1], True),
        ("dict", [1], False),
    ],
)
def test_a_field_is_of_its_declared_type(kind: str, value: object, *, fits: bool) -> None:
    class Adds(Sockets):
        def frame(self, event: str, payload: Mapping[str, Any], run: str) -> str:
            return json.dumps({"x": {"y": value}, "data": dict(payload)})

    run = _run("D7", Adds, fields={"asks": {"x.y": kind}})

    assert run.outcome is (Outcome.PASS if fits else Outcome.FAIL)


def test_what_is_no_json_table_has_no_fields_to_judge() -> None:
    class Prefixed(Sockets):
        async def send(self, text: str) -> None:
            await super().send(f"42{text}")

    run = _run("D7", Prefixed, fields={"asks": {"type": "str"}})

    assert run.outcome is Outcome.NOT_EXERCISED


def test_gaps_between_numbers_are_allowed_and_text_is_not_ordered() -> None:
    class Gaps(Sockets):
        def frame(self, event: str, payload: Mapping[str, Any], run: str) -> str:
            self.number += 7
            return super().frame(event, payload, run)

    class Names(Sockets):
        def frame(self, event: str, payload: Mapping[str, Any], run: str) -> str:
            self.number += 1
            return json.dumps({"n": f"id{100 - self.number}", "data": dict(payload)})

    assert _run("D13", Gaps, sequence="n").outcome is Outcome.PASS
    assert _run("D13", Names, sequence="n").outcome is Outcome.PASS


def test_a_missing_number_is_told() -> None:
    run = _run("D13", Sockets, sequence="nowhere")

    assert run.outcome is Outcome.FAIL
    assert "`nowhere`, which is to number the events, is missing" in run.claim


class Catches(Sockets):
    """Catches what cannot be written, and may tell somebody."""

    def told(self, error: Exception) -> object:
        return None

    async def broadcast(  # type: ignore[override]  # another style
        self, event_type: str, payload: Mapping[str, Any], run_id: str
    ) -> object:
        try:
            await super().broadcast(event_type, payload, run_id)
        except TypeError as error:
            return self.told(error)
        return True


class SaysNo(Catches):
    def told(self, error: Exception) -> object:
        return False


class Warns(Catches):
    def told(self, error: Exception) -> object:
        logging.getLogger("odd").warning("not sent")
        return True


class Prints(Catches):
    def told(self, error: Exception) -> object:
        print(f"Error sending: {error}")  # noqa: T201  # as many examples do
        return True


class Murmurs(Catches):
    def told(self, error: Exception) -> object:
        logging.getLogger("odd").info("sent %s", error)
        return True


class LetsGo(Catches):
    def told(self, error: Exception) -> object:
        logging.getLogger("odd").warning("not sent")
        self.sockets.clear()
        return False


@pytest.mark.parametrize("kind", [Sockets, SaysNo, Warns, Prints])
def test_who_tells_that_a_payload_was_not_sent_has_refused_it(kind: type) -> None:
    run = _run("D14", kind)

    assert run.outcome is Outcome.PASS, run.claim
    assert "6 odd payloads arrived, and 8 were refused" in run.claim


@pytest.mark.parametrize("kind", [Murmurs, LetsGo])
def test_silence_and_a_lost_socket_are_no_refusal(kind: type) -> None:
    assert _run("D14", kind).outcome is Outcome.FAIL


def test_what_counts_an_odd_payload_as_sent_has_not_refused_it() -> None:
    ops = Operations(broadcast=Operation(reports="success"))

    assert _run("D14", SaysNo, ops=ops).outcome is Outcome.PASS
    assert _run("D14", Prints, ops=ops).outcome is Outcome.FAIL


def test_an_odd_payload_may_arrive_as_something_else() -> None:
    class Shows(Sockets):
        def frame(self, event: str, payload: Mapping[str, Any], run: str) -> str:
            return json.dumps(dict(payload), default=repr)

    run = _run("D14", Shows)

    assert run.outcome is Outcome.PASS
    assert "14 odd payloads arrived, and 0 were refused" in run.claim


def test_a_broadcast_for_one_user_that_reaches_all_leaks() -> None:
    class Users(Sockets):
        async def connect(self, websocket: Peer, user_id: str) -> None:  # type: ignore[override]
            await super().connect(websocket)

    ops = Operations(broadcast=Operation(audience="user"))

    run = _run("D9", Users, ops=ops)

    assert run.outcome is Outcome.FAIL
    assert "reached 1 sockets for which it was not meant" in run.claim


class OneSocket(Sockets):
    """A user's new socket takes the place of the one before."""

    def __init__(self) -> None:
        super().__init__()
        self.users: dict[str, Peer] = {}

    async def connect(self, websocket: Peer, user_id: str) -> None:  # type: ignore[override]
        self.users[user_id] = websocket

    async def send(self, text: str) -> None:
        for socket in self.users.values():
            await socket.send_text(text)


def test_a_broadcast_asks_for_no_second_socket_of_a_user_where_that_is_declined() -> None:
    run = _run("D9", OneSocket, declined={"D4": "one socket a user"})

    assert run.outcome is Outcome.PASS, run.claim


def test_a_broadcast_that_misses_a_user_is_refused_there_too() -> None:
    class Misses(OneSocket):
        async def send(self, text: str) -> None:
            for socket in list(self.users.values())[:1]:
                await socket.send_text(text)

    run = _run("D9", Misses, declined={"D4": "one socket a user"})

    assert run.outcome is Outcome.FAIL
    assert "reached 1 of the 2 sockets" in run.claim
