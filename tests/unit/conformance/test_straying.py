"""What is lost, or reaches another user, only while something else is sent too."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from pluribus.conformance import Peer
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import explored_of
from tests.unit.conformance.test_schedules import Manager, judged


class DropsWhileBusy(Manager):
    """What comes while something is on its way is not sent, and nobody is told."""

    is_busy = False

    async def send(self, body: object) -> None:
        if self.is_busy:
            return
        self.is_busy = True
        try:
            await super().send(body)
        finally:
            self.is_busy = False


class SendsLater(Manager):
    """What comes while something is on its way is sent after it."""

    def __init__(self, user_id: str) -> None:
        super().__init__(user_id)
        self.waiting: list[object] = []
        self.is_busy = False

    async def send(self, body: object) -> None:
        self.waiting.append(body)
        if self.is_busy:
            return
        self.is_busy = True
        try:
            while self.waiting:
                await super().send(self.waiting.pop(0))
        finally:
            self.is_busy = False


def test_what_is_lost_because_two_send_at_once_is_found() -> None:
    run = judged("H4", DropsWhileBusy)

    assert run.outcome is Outcome.FAIL
    assert "did not arrive, while another task sent too" in run.claim
    assert judged("H4", SendsLater).outcome is Outcome.PASS


class ForAll:
    """Sockets of all users, by user."""

    def __init__(self) -> None:
        self.users: dict[str, list[Peer]] = {}

    async def connect(self, websocket: Peer, user_id: str) -> None:
        self.users.setdefault(user_id, []).append(websocket)

    async def disconnect(self, websocket: Peer, user_id: str) -> None:
        if websocket in self.users.get(user_id, []):
            self.users[user_id].remove(websocket)

    async def emit_event(self, user_id: str, event: str, payload: Mapping[str, Any]) -> None:
        await asyncio.sleep(0)
        for socket in list(self.users.get(user_id, [])):
            await socket.send_json({"event": event, **payload})


class ForWhomItWasLast(ForAll):
    """Whom an event is for stands in the instance while it waits."""

    async def emit_event(self, user_id: str, event: str, payload: Mapping[str, Any]) -> None:
        self.current = user_id
        await asyncio.sleep(0)
        await super().emit_event(self.current, event, payload)


class ForEverybody(ForAll):
    """Every event reaches every user, whatever else goes on: that is no matter of schedules."""

    async def emit_event(self, user_id: str, event: str, payload: Mapping[str, Any]) -> None:
        for each in list(self.users):
            await super().emit_event(each, event, payload)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [(ForAll, Outcome.PASS), (ForWhomItWasLast, Outcome.FAIL), (ForEverybody, Outcome.PASS)],
)
def test_what_reaches_another_user_only_in_between_is_told_so(
    kind: type[ForAll], outcome: Outcome
) -> None:
    run = explored_of(
        "H5", lambda: {"owner": kind}, events=("message",), conform={"sharing": "shared"}
    )

    assert run.outcome is outcome
    assert ("reached a socket that it is not for" in run.claim) == (outcome is Outcome.FAIL)
