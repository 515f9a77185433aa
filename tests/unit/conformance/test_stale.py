"""H9: timers that go on, and those that nearly do."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pluribus.conformance.judge import Run
from pluribus.conformance.peer import Peer
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import explored_of


class Manager:
    """A good one, whose timers let go of who does not take an event in time."""

    def __init__(self) -> None:
        self.sockets: dict[str, Peer] = {}

    def later(self, seconds: float, connection_id: str) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(seconds, self.drop, connection_id)

    def drop(self, connection_id: str) -> None:
        self.sockets.pop(connection_id, None)

    async def connect(self, websocket: Peer, connection_id: str) -> None:
        self.sockets[connection_id] = websocket

    def disconnect(self, connection_id: str) -> None:
        self.sockets.pop(connection_id, None)

    async def broadcast(self, message: str) -> None:
        for connection_id, socket in list(self.sockets.items()):
            await self.hand(connection_id, socket, message)

    async def hand(self, connection_id: str, socket: Peer, message: str) -> None:
        timer = self.later(30, connection_id)
        try:
            await socket.send_text(message)
        except (OSError, RuntimeError):
            self.drop(connection_id)
        finally:
            timer.cancel()


def judged(kind: type) -> Run:
    return explored_of("H9", lambda: {"owner": kind})


class Forgets(Manager):
    async def hand(self, connection_id: str, socket: Peer, message: str) -> None:
        timer = self.later(30, connection_id)
        try:
            await socket.send_text(message)
        except (OSError, RuntimeError):
            self.drop(connection_id)
        timer.cancel()


class Asks(Forgets):
    """The timer asks whether it is still the same socket."""

    def later(self, seconds: float, connection_id: str) -> asyncio.TimerHandle:
        socket = self.sockets[connection_id]

        def drop() -> None:
            if self.sockets.get(connection_id) is socket:
                self.drop(connection_id)

        return asyncio.get_running_loop().call_later(seconds, drop)


class Removes(Forgets):
    """Removing a socket ends its timers."""

    def __init__(self) -> None:
        super().__init__()
        self.timers: dict[str, asyncio.TimerHandle] = {}

    def later(self, seconds: float, connection_id: str) -> asyncio.TimerHandle:
        self.timers[connection_id] = super().later(seconds, connection_id)
        return self.timers[connection_id]

    def disconnect(self, connection_id: str) -> None:
        super().disconnect(connection_id)
        if connection_id in self.timers:
            self.timers.pop(connection_id).cancel()


class Idles(Manager):
    """Lets go of everybody after ten minutes."""

    patience_s = 600.0

    async def connect(self, websocket: Peer, connection_id: str) -> None:
        await super().connect(websocket, connection_id)
        self.idle = self.later(self.patience_s, connection_id)


class Hasty(Idles):
    """The same after ten seconds."""

    patience_s = 10.0


class Returns(Manager):
    """Who has left may come back within ten minutes, and is forgotten after them all the same."""

    def disconnect(self, connection_id: str) -> None:
        super().disconnect(connection_id)
        self.later(600, connection_id)


class Unnamed:
    def __init__(self) -> None:
        self.sockets: list[Peer] = []

    async def connect(self, websocket: Peer) -> None:
        self.sockets.append(websocket)

    async def broadcast(self, message: str) -> None:
        for socket in self.sockets:
            await socket.send_text(message)


def test_a_timer_that_goes_on_when_its_send_is_cancelled_is_found() -> None:
    run = judged(Forgets)

    assert run.outcome is Outcome.FAIL
    assert "some time after `broadcast` was cancelled" in run.claim
    assert "sending" in run.schedule


@pytest.mark.parametrize("kind", [Manager, Asks, Removes, Idles], ids=lambda each: each.__name__)
def test_a_timer_that_ends_or_looks_again_is_none(kind: type) -> None:
    run = judged(kind)

    assert run.outcome is Outcome.PASS, run
    assert "with one deviation" in " ".join(run.witnesses)


@pytest.mark.parametrize(
    ("kind", "claim"),
    [(Hasty, "are let go within seconds"), (Returns, "also when nothing was cancelled")],
)
def test_what_lets_go_without_any_cancellation_is_not_blamed_on_one(
    kind: type, claim: str
) -> None:
    run = judged(kind)

    assert run.outcome is Outcome.NOT_EXERCISED
    assert claim in run.claim


def test_without_ids_no_timer_can_mistake_a_socket() -> None:
    assert judged(Unnamed).outcome is Outcome.DECLINED


def test_a_hanging_send_that_is_given_up_by_the_manager_itself_is_no_other_case() -> None:
    class Bounded(Manager):
        async def hand(self, connection_id: str, socket: Peer, message: str) -> None:
            try:
                async with asyncio.timeout(30):
                    await socket.send_text(message)
            except (OSError, RuntimeError):  # a timeout is an OSError
                self.drop(connection_id)

    run: Any = judged(Bounded)

    assert run.outcome is Outcome.PASS
