"""H10: what a context variable may say while a user's event is sent."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from typing import Any

import pytest

from pluribus.conformance.judge import Run
from pluribus.conformance.peer import Peer
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import adapter_of, run_of

_WHO: contextvars.ContextVar[object] = contextvars.ContextVar("who")

Jobs = asyncio.Queue[tuple[Any, asyncio.Future[None]]]


class Manager:
    """One of a user, which says who it is while it sends; a worker does the sending."""

    def __init__(self, user_id: str, workers: dict[str, Jobs]) -> None:
        self.user_id = user_id
        self.sockets: list[Peer] = []
        self.workers = workers

    def says(self) -> object:
        return {"user": self.user_id}

    def start(self, work: Any) -> object:
        return asyncio.get_running_loop().create_task(work)

    async def send(self, socket: Peer, message: str) -> None:
        await socket.send_text(message)

    async def connect(self, websocket: Peer) -> None:
        self.sockets.append(websocket)

    async def send_personal_message(self, message: str) -> None:
        token = _WHO.set(self.says())
        try:
            for socket in self.sockets:
                done = asyncio.get_running_loop().create_future()
                self.jobs().put_nowait((self.send(socket, message), done))
                await done
        finally:
            _WHO.reset(token)

    place = "all"

    def jobs(self) -> Jobs:
        place = self.user_id if self.place == "each" else self.place
        if place not in self.workers:
            jobs: Jobs = asyncio.Queue()
            self.workers[place] = jobs
            self.task = self.start(self.work(jobs))
        return self.workers[place]

    @staticmethod
    async def work(jobs: Jobs) -> None:
        while True:
            sending, done = await jobs.get()
            await sending
            done.set_result(None)


def judged(kind: Callable[[str, dict[str, Jobs]], Manager]) -> Run:
    instances: dict[str, Manager] = {}
    workers: dict[str, Jobs] = {}

    def manager_of(user_id: str) -> Manager:
        if user_id not in instances:
            instances[user_id] = kind(user_id, workers)
        return instances[user_id]

    made = {"factory": manager_of, "owner": Manager}
    return run_of("H10", adapter_of(made, conform={"sharing": "user"}))


class OfEach(Manager):
    """Each user has a worker."""

    place = "each"


class Apart(Manager):
    """The worker is in nobody's name."""

    def start(self, work: Any) -> object:
        return asyncio.get_running_loop().create_task(work, context=contextvars.Context())


class SaysAgain(Manager):
    """The worker says anew whose event it sends."""

    async def send(self, socket: Peer, message: str) -> None:
        _WHO.set(self.says())
        await super().send(socket, message)


class SaysAll(Manager):
    """The variable holds the table of everybody."""

    known: dict[str, Any] = {}  # noqa: RUF012  # shared on purpose

    def says(self) -> object:
        self.known[self.user_id] = list(self.sockets)
        return self.known


def test_a_task_that_serves_all_in_the_name_of_one_is_found() -> None:
    run = judged(Manager)

    assert run.outcome is Outcome.FAIL
    assert "the context variable `who` holds what is another's" in run.claim
    assert [(each.name, each.text) for each in run.evidence[:2]] == [
        ("holds", "at ['user']"),
        ("in", "Manager.work"),
    ]


@pytest.mark.parametrize(
    "kind", [OfEach, Apart, SaysAgain, SaysAll], ids=lambda each: each.__name__
)
def test_a_task_in_nobodys_name_or_in_the_right_one_is_none(kind: type[Manager]) -> None:
    assert judged(kind).outcome is Outcome.PASS


def test_what_is_left_in_the_callers_own_task_is_not_seen_here() -> None:
    class Leaves(Manager):
        async def send_personal_message(self, message: str) -> None:
            _WHO.set(self.says())
            for socket in self.sockets:
                await socket.send_text(message)

    assert judged(Leaves).outcome is Outcome.PASS


def test_what_is_for_everybody_is_in_somebodys_name() -> None:
    class Tells:
        def __init__(self) -> None:
            self.sockets: list[Peer] = []

        async def connect(self, websocket: Peer) -> None:
            self.sockets.append(websocket)

        async def broadcast(self, message: str) -> None:
            for socket in self.sockets:
                await socket.send_text(message)

    assert run_of("H10", adapter_of({"owner": Tells})).outcome is Outcome.DECLINED
