"""E10: a client that connects again under its own id, and what nearly fails."""

from __future__ import annotations

import pytest

from pluribus.conformance.peer import Peer
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import adapter_of, run_of


class ById:
    """One socket an id. The old one is let go when it is noticed, unless there is a newer one."""

    def __init__(self) -> None:
        self.sockets: dict[str, Peer] = {}

    async def connect(self, websocket: Peer, connection_id: str) -> None:
        self.sockets[connection_id] = websocket

    def disconnect(self, websocket: Peer, connection_id: str) -> None:
        if self.sockets.get(connection_id) is websocket:
            del self.sockets[connection_id]

    async def send_personal_message(self, connection_id: str, message: str) -> None:
        if connection_id in self.sockets:
            await self.sockets[connection_id].send_text(message)


class Blindly(ById):
    """Lets whoever has the id go."""

    def disconnect(self, websocket: Peer, connection_id: str) -> None:
        self.sockets.pop(connection_id, None)


class CannotTell(ById):
    """Is not told which socket."""

    def disconnect(self, connection_id: str) -> None:  # type: ignore[override]
        self.sockets.pop(connection_id, None)


class Refuses(ById):
    """An id that is there is not given away."""

    async def connect(self, websocket: Peer, connection_id: str) -> None:
        if connection_id in self.sockets:
            raise ValueError("it is there already")
        await super().connect(websocket, connection_id)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (ById, Outcome.PASS),
        (Blindly, Outcome.FAIL),
        (CannotTell, Outcome.PASS),
        (Refuses, Outcome.PASS),
    ],
)
def test_who_connected_again_under_the_same_id_stays(kind: type, outcome: Outcome) -> None:
    run = run_of("E10", adapter_of({"owner": kind}))

    assert run.outcome is outcome, run.claim
    assert outcome is Outcome.PASS or "who had connected again" in run.claim
