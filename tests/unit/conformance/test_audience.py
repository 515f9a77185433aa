"""Whom an operation is for: what its parameters say, and what they do not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from pluribus.conformance.peer import Peer
from pluribus.contract import Operation, Operations
from pluribus.errors import ContractError
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import adapter_of, run_of

Key = tuple[str, str]


class Sockets:
    """Keeps sockets by user and thread."""

    def __init__(self) -> None:
        self.sockets: list[tuple[Key, Peer]] = []

    async def connect(self, websocket: Peer, user_id: str, thread_id: str) -> None:
        self.sockets.append(((user_id, thread_id), websocket))

    async def send(self, key: tuple[str, str | None], event: str, payload: Any) -> None:
        text = json.dumps({"type": event, "thread": key[1], "data": dict(payload)})
        for (user, thread), socket in list(self.sockets):
            if user == key[0] and key[1] in (None, thread):
                await socket.send_text(text)


class Tells(Sockets):
    """Sends to all sockets of a user, and tells the thread alone."""

    async def emit_event(
        self,
        user_id: str,
        event_type: str,
        payload: Mapping[str, Any],
        thread_id: str | None = None,
    ) -> None:
        await self.send((user_id, None), event_type, {**payload, "thread": thread_id})


class Filters(Sockets):
    """Sends to one thread, where one is named."""

    async def emit_event(
        self,
        user_id: str,
        event_type: str,
        payload: Mapping[str, Any],
        thread_id: str | None = None,
    ) -> None:
        await self.send((user_id, thread_id), event_type, payload)


class Leaks(Sockets):
    """Is for one thread, and sends to all sockets of a user."""

    async def emit_event(
        self, user_id: str, thread_id: str, event_type: str, payload: Mapping[str, Any]
    ) -> None:
        await self.send((user_id, None), event_type, {**payload, "thread": thread_id})


@dataclass
class Note:
    thread_id: str
    payload: dict[str, object]


class Models(Sockets):
    """A thread is a field of what is sent."""

    async def emit_event(self, user_id: str, message: Note) -> None:
        await self.send((user_id, None), "note", {**message.payload, "thread": message.thread_id})


class Everybody(Sockets):
    async def emit_event(
        self, event_type: str, payload: Mapping[str, Any], thread_id: str | None = None
    ) -> None: ...


def _adapter(kind: type, **emit: Any) -> Any:
    conform = {"ops": Operations(emit=Operation(**emit))} if emit else {}
    return adapter_of({"owner": kind}, events=("told",), conform=conform)


@pytest.mark.parametrize("kind", [Tells, Filters, Models])
def test_a_thread_that_may_be_left_out_names_nobody(kind: type) -> None:
    adapter = _adapter(kind)

    assert run_of("D3", adapter).outcome is Outcome.DECLINED
    for name in ("D1", "D2", "D4"):
        run = run_of(name, adapter)
        assert run.outcome is Outcome.PASS, (name, run.claim)


@pytest.mark.parametrize(
    ("kind", "emit"),
    [
        (Leaks, {}),
        (Tells, {"audience": "thread"}),
        (Tells, {"args": {"thread_id": "{thread}"}}),
    ],
)
def test_a_thread_that_is_named_is_all_that_is_reached(kind: type, emit: dict[str, Any]) -> None:
    run = run_of("D3", _adapter(kind, **emit))

    assert run.outcome is Outcome.FAIL
    assert "reached another's socket" in run.claim


class Untold(Sockets):
    """Is told no thread when a socket is added."""

    async def connect(self, websocket: Peer, user_id: str) -> None:  # type: ignore[override]
        await super().connect(websocket, user_id, "")


class UntoldOptional(Untold, Filters):
    """The default is for all of a user's threads; a name would match none."""


class UntoldModel(Untold, Models):
    pass


class UntoldRequired(Untold, Leaks):
    pass


@pytest.mark.parametrize("kind", [UntoldOptional, UntoldModel])
def test_a_thread_that_nobody_was_told_is_left_out_or_told_alone(kind: type) -> None:
    run = run_of("D1", _adapter(kind))

    assert run.outcome is Outcome.PASS, run.claim


def test_a_thread_that_nobody_was_told_and_that_is_required_is_asked_for() -> None:
    with pytest.raises(ContractError, match="is given a thread, and `connect`"):
        _adapter(UntoldRequired).operation("emit", UntoldRequired())


def test_whether_a_thread_alone_narrows_is_asked() -> None:
    with pytest.raises(ContractError, match="nothing says whom `emit_event` reaches"):
        _adapter(Everybody).operation("emit", Everybody())


def test_all_that_is_not_told_is_told_at_once() -> None:
    class Strange:
        async def connect(self, sock: Peer, who: object) -> None: ...

        async def disconnect(self, sock: Peer) -> None: ...

        async def broadcast(self, what: object, to: object) -> None: ...

    with pytest.raises(ContractError) as caught:
        _adapter(Strange).bound_roles(Strange())

    said = caught.value.message.splitlines()
    assert ["`who`" in said[0], "`what` and `to`" in said[-1], len(said)] == [True, True, 2]


class Half(Sockets):
    """Reaches two sockets of a user, whatever there is."""

    most = 2

    async def emit_event(self, user_id: str, event_type: str, payload: Mapping[str, Any]) -> None:
        text = json.dumps({"type": event_type, "data": dict(payload)})
        mine = [socket for (user, _), socket in self.sockets if user == user_id]
        for socket in mine[: self.most]:
            await socket.send_text(text)


class Two(Half):
    """Lets two in, and closes the oldest for a third."""

    async def connect(self, websocket: Peer, user_id: str, thread_id: str) -> None:
        await super().connect(websocket, user_id, thread_id)
        mine = [each for each in self.sockets if each[0][0] == user_id]
        if len(mine) > self.most:
            self.sockets.remove(mine[0])
            await mine[0][1].close(1008)


class Refuses(Half):
    """Lets two in, and no third."""

    async def connect(self, websocket: Peer, user_id: str, thread_id: str) -> None:
        if sum(user == user_id for (user, _), _ in self.sockets) >= self.most:
            await websocket.close(1008)
            raise ValueError("too many")
        await super().connect(websocket, user_id, thread_id)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [(Half, Outcome.FAIL), (Two, Outcome.PASS), (Refuses, Outcome.PASS)],
)
def test_a_third_socket_is_reached_where_it_is_let_in(kind: type, outcome: Outcome) -> None:
    run = run_of("D4", _adapter(kind))

    assert run.outcome is outcome, run.claim
