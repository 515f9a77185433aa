from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import pytest

from pluribus.conformance.judge import Run
from pluribus.conformance.peer import Peer
from pluribus.contract import Conform, Disposal, Operations, Values
from pluribus.errors import ContractError
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import adapter_of, run_of


class Manager:
    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self.sockets: list[Peer] = []

    async def connect(self, websocket: Peer) -> None:
        self.sockets.append(websocket)

    async def send_personal_message(self, message: str) -> None:
        for socket in self.sockets:
            await socket.send_text(message)

    def breaks(self) -> None:
        raise OSError("no")


def subject() -> tuple[Callable[[str], Manager], Callable[[str], None], dict[str, Manager]]:
    instances: dict[str, Manager] = {}

    def manager_of(user_id: str) -> Manager:
        return instances.setdefault(user_id, Manager(user_id))

    def release(user_id: str) -> None:
        del instances[user_id]

    return manager_of, release, instances


def run(name: str, factory: object, dispose: Any, **more: object) -> Run:
    """`owner` stands for the function that releases, which is no factory."""
    made = {"factory": factory, "owner": more.pop("release", Manager)}
    ops = Operations(dispose=Disposal(**dispose))
    return run_of(name, adapter_of(made, conform={"sharing": "user", "ops": ops, **more}))


@pytest.mark.parametrize("name", ["B11", "B12", "B15"])
def test_a_function_may_release_by_user(name: str) -> None:
    factory, release, _ = subject()

    found = run(name, factory, {"call": "made:owner"}, release=release)

    assert found.outcome is Outcome.PASS, found


@pytest.mark.parametrize("name", ["B11", "B12", "B15"])
def test_a_function_may_be_given_the_instance(name: str) -> None:
    factory, _, instances = subject()

    def release(which: Manager) -> None:
        del instances[which.user_id]

    dispose = {"call": "made:owner", "args": {"which": "{manager}"}}

    assert run(name, factory, dispose, release=release).outcome is Outcome.PASS


def test_a_release_that_raises_is_refused() -> None:
    factory, _, _ = subject()

    found = run("B11", factory, {"call": "breaks"})

    assert found.outcome is Outcome.FAIL
    assert "`breaks` raised OSError: no when it released an instance" in found.claim


def test_a_method_that_is_not_there_releases_nobody() -> None:
    factory, _, _ = subject()

    assert run("B11", factory, {"call": "vanish"}).outcome is Outcome.NOT_EXERCISED


def test_what_a_release_is_given_must_be_known() -> None:
    factory, _, _ = subject()

    def release(token: str) -> None: ...

    with pytest.raises(ContractError, match="`made:owner` requires `token`"):
        run("B11", factory, {"call": "made:owner"}, release=release)


def test_the_place_of_a_release_is_a_method_or_a_function() -> None:
    assert Conform(ops=Operations(dispose=Disposal(call="close"))).ops.dispose is not None


@pytest.mark.parametrize(("bound", "expected"), [(128, Outcome.PASS), (None, Outcome.FAIL)])
def test_a_cache_that_is_bounded_is_no_leak(bound: int | None, expected: Outcome) -> None:
    factory, release, _ = subject()
    seen: OrderedDict[str, bool] = OrderedDict()

    def manager_of(user_id: str) -> Manager:
        seen[user_id] = True
        if bound is not None and len(seen) > bound:
            seen.popitem(last=False)
        return factory(user_id)

    found = run("B15", manager_of, {"call": "made:owner"}, release=release)

    assert found.outcome is expected
    assert found.outcome is Outcome.PASS or "seen" in found.evidence[0].text


def test_users_whose_ids_are_random_are_others_each_time() -> None:
    factory, release, _ = subject()
    seen: set[str] = set()

    def manager_of(user_id: str) -> Manager:
        seen.add(user_id)
        return factory(user_id)

    found = run(
        "B15",
        manager_of,
        {"call": "made:owner"},
        release=release,
        values=Values(user="uuid4"),
    )

    assert found.outcome is Outcome.FAIL
    assert len(seen) > 1000


def test_who_is_kept_only_while_somebody_uses_them_does_not_grow() -> None:
    instances: weakref.WeakValueDictionary[str, Manager] = weakref.WeakValueDictionary()

    def manager_of(user_id: str) -> Manager:
        manager = instances.get(user_id)
        if manager is None:
            manager = instances[user_id] = Manager(user_id)
        return manager

    def release(user_id: str) -> None:
        instances.pop(user_id, None)

    dispose = {"call": "made:owner"}

    assert run("B15", manager_of, dispose, release=release).outcome is Outcome.PASS
