"""What becomes of instances when many users come."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

import pytest

from pluribus.conformance.judge import Run
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import adapter_of, run_of


class Manager:
    """One user's sockets."""

    def __init__(self, sockets: list[Any] | None = None) -> None:
        self.sockets: list[Any] = [] if sockets is None else sockets

    async def connect(self, websocket: Any) -> None:
        self.sockets.append(websocket)

    async def disconnect(self, websocket: Any) -> None:
        self.sockets.remove(websocket)

    async def send_personal_message(self, message: str) -> None:
        for socket in self.sockets:
            await socket.send_text(message)


def judged(name: str, factory: Callable[[str], object]) -> Run:
    return run_of(name, adapter_of({"factory": factory}, conform={"sharing": "user"}))


@pytest.mark.parametrize("kept", [4, 128])
def test_who_is_connected_must_not_fall_out_of_a_cache(kept: int) -> None:
    @lru_cache(maxsize=kept)
    def manager_of(user_id: str) -> Manager:
        return Manager()

    run = judged("B2", manager_of)

    assert run.outcome is Outcome.FAIL
    assert "once 150 others have asked" in run.claim
    assert 'print("manager_6 is manager_157:", manager_6 is manager_157)' in run.sequence


def kept_for_ever() -> Callable[[str], Manager]:
    @cache
    def manager_of(user_id: str) -> Manager:
        return Manager()

    return manager_of


def kept_apart_from_the_sockets() -> Callable[[str], Manager]:
    sockets: dict[str, list[Any]] = {}

    @lru_cache(maxsize=4)
    def manager_of(user_id: str) -> Manager:
        return Manager(sockets.setdefault(user_id, []))

    return manager_of


def kept_while_connected() -> Callable[[str], Manager]:
    managers: dict[str, Manager] = {}

    def manager_of(user_id: str) -> Manager:
        if user_id not in managers and len(managers) > 4:
            idle = next((each for each in managers if not managers[each].sockets), None)
            managers.pop(idle or "", None)
        return managers.setdefault(user_id, Manager())

    return manager_of


def refused_when_full() -> Callable[[str], Manager]:
    managers: dict[str, Manager] = {}

    def manager_of(user_id: str) -> Manager:
        if user_id not in managers and len(managers) >= 20:
            raise RuntimeError("no more users are taken")
        return managers.setdefault(user_id, Manager())

    return manager_of


@pytest.mark.parametrize("name", ["B2", "B3"])
@pytest.mark.parametrize(
    "make", [kept_for_ever, kept_apart_from_the_sockets, kept_while_connected, refused_when_full]
)
def test_who_is_connected_stays_connected(make: Callable[[], Any], name: str) -> None:
    assert judged(name, make()).outcome is Outcome.PASS


def test_users_that_are_spread_over_a_few_are_found_by_their_number() -> None:
    managers: dict[int, Manager] = {}

    def manager_of(user_id: str) -> Manager:
        return managers.setdefault(zlib.crc32(user_id.encode()) % 1024, Manager())

    run = judged("B3", manager_of)

    assert run.outcome is Outcome.FAIL
    assert "one instance to two of 150 users" in run.claim
    assert 'print("manager_3 is manager_4:", manager_3 is manager_4)' in run.sequence
