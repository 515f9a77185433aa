"""Factories that have a race, and factories that only look as if they had one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pytest

from pluribus.conformance import Peer
from pluribus.conformance.judge import Run
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import explored_of


class Manager:
    """One user's sockets."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self.sockets: list[Peer] = []

    async def connect(self, websocket: Peer) -> None:
        self.sockets.append(websocket)


KEYS: Any = {"events": ("message",), "conform": {"sharing": "user"}}


def explored_factory(make: Callable[[], object], name: str = "H1") -> Run:
    return explored_of(name, lambda: {"factory": make()}, **KEYS)


def locked() -> object:
    instances: dict[str, Manager] = {}
    lock = threading.RLock()

    def manager_of(user_id: str) -> Manager:
        found = instances.get(user_id)
        if found is None:
            with lock:
                found = instances.get(user_id)
                if found is None:
                    found = instances[user_id] = Manager(user_id)
        return found

    return manager_of


def kept_once() -> object:
    instances: dict[str, Manager] = {}
    return lambda user_id: instances.setdefault(user_id, Manager(user_id))


def tried_first() -> object:
    instances: dict[str, Manager] = {}

    def manager_of(user_id: str) -> Manager:
        try:
            return instances[user_id]
        except KeyError:
            return instances.setdefault(user_id, Manager(user_id))

    return manager_of


def needs_a_loop() -> object:
    instances: dict[str, Manager] = {}

    def manager_of(user_id: str) -> Manager:
        asyncio.get_running_loop()
        if user_id not in instances:
            instances[user_id] = Manager(user_id)
        return instances[user_id]

    return manager_of


def async_locked() -> object:
    instances: dict[str, Manager] = {}
    lock = asyncio.Lock()

    async def manager_of(user_id: str) -> Manager:
        async with lock:
            if user_id not in instances:
                await asyncio.sleep(0.01)
                instances[user_id] = Manager(user_id)
        return instances[user_id]

    return manager_of


@pytest.mark.parametrize("make", [locked, kept_once, tried_first])
def test_a_factory_that_locks_or_keeps_the_first_is_shown_to_have_no_race(
    make: Callable[[], object],
) -> None:
    run = explored_factory(make)

    assert run.outcome is Outcome.PASS, (run.claim, run.evidence)
    searched = [each for each in run.witnesses if "searched" in each]
    assert [each.partition(":")[0] for each in searched] == ["lines", "instructions"]


def test_a_factory_that_needs_a_loop_is_not_asked_about_threads() -> None:
    run = explored_factory(needs_a_loop)

    assert run.outcome is Outcome.DECLINED
    assert "needs a running event loop" in run.claim


def test_a_factory_that_is_awaited_is_asked_about_tasks_and_not_about_threads() -> None:
    assert explored_factory(async_locked).outcome is Outcome.DECLINED
    assert explored_factory(async_locked, "H2").outcome is Outcome.PASS


def test_calls_that_are_remembered_are_two_calls_when_two_ask_at_once() -> None:
    run = explored_factory(lambda: lru_cache(Manager))

    assert run.outcome is Outcome.FAIL
    assert run.schedule.startswith("-:lines:")
