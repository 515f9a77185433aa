from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import thread_time
from typing import Any

import pytest

from pluribus.conformance.adapter import Adapter
from pluribus.conformance.judge import Run
from pluribus.contract import Concept, Conform, Context
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import adapter_of, run_of

BY_USER = {"sharing": "user"}


class Lock:
    """A lock of the code base's own."""

    def __init__(self) -> None:
        self.is_taken = False

    def __enter__(self) -> None:
        assert not self.is_taken
        self.is_taken = True

    def __exit__(self, *_: object) -> None:
        self.is_taken = False


class Manager:
    def __init__(self, user_id: str) -> None:
        self.context = {"user_id": user_id}
        self.metrics: object = None
        self.prepare()

    def prepare(self) -> None:
        self.parts = [part() for _ in range(3)]


def part() -> int:
    return 1


def kept(make: Callable[[str], Manager]) -> Callable[[str], Manager]:
    instances: dict[str, Manager] = {}
    lock = Lock()

    def manager_of(user_id: str) -> Manager:
        with lock:
            if user_id not in instances:
                instances[user_id] = make(user_id)
            return instances[user_id]

    return manager_of


def run(name: str, factory: object, **keys: Any) -> Run:
    return run_of(name, adapter_of({"factory": factory}, **{"conform": BY_USER, **keys}))


def test_what_fails_and_leaves_nothing_passes_also_behind_a_lock_of_the_code_base() -> None:
    found = run("B8", kept(Manager))

    assert found.outcome is Outcome.PASS
    assert "stayed whole after 6 failures" in found.claim


def test_who_does_without_what_failed_and_is_still_theirs_passes() -> None:
    def made(user_id: str) -> Manager:
        manager = Manager(user_id)
        try:
            manager.metrics = part()
        except ConnectionError:
            manager.metrics = None
        return manager

    context = Context(parameter="context", key=("user_id",))

    assert run("B8", kept(made), context=context).outcome is Outcome.PASS


def test_an_awaited_factory_that_keeps_what_is_half_made_is_refused() -> None:
    instances: dict[str, Manager] = {}

    async def manager_of(user_id: str) -> Manager:
        if user_id not in instances:
            instances[user_id] = manager = Manager.__new__(Manager)
            manager.context = {"user_id": user_id}
            await asyncio.sleep(0)
            await prepared(manager)
        return instances[user_id]

    async def prepared(manager: Manager) -> None:
        await asyncio.sleep(0)
        manager.prepare()

    found = run("B8", manager_of)

    assert found.outcome is Outcome.FAIL
    assert "gives out what was half made when it is asked again" in found.claim


def test_a_factory_that_calls_nothing_of_its_own_is_not_asked() -> None:
    class Bare:
        """Made by Python alone."""

    instances: dict[str, Bare] = {}

    def manager_of(user_id: str) -> Bare:
        return instances.setdefault(user_id, Bare())

    assert run("B8", manager_of).outcome is Outcome.DECLINED


SHOP = """\
class Manager:
    def __init__(self, user_id):
        INSTANCES[user_id] = self
        self.prepare(user_id)

    def prepare(self, user_id):
        self.user_id = user_id


INSTANCES = {}


def manager_of(user_id: str):
    return INSTANCES.get(user_id) or Manager(user_id)
"""


def test_the_program_of_a_failure_fails_where_the_run_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "half_made_shop.py").write_text(SHOP)
    monkeypatch.syspath_prepend(tmp_path)
    factory = "half_made_shop:manager_of"
    concept = Concept(
        name="c",
        owner="half_made_shop:Manager",
        factories=(factory,),
        conform=Conform(sharing="user"),
    )

    found = run_of("B8", Adapter(concept))
    shown = found.sequence.replace("print(", "pass; (").replace(
        "asyncio.run(main())", "asyncio.run(main())\nimport half_made_shop as shop\n"
    )
    program = shown + "print([sorted(vars(each)) for each in shop.INSTANCES.values()])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert found.outcome is Outcome.FAIL
    assert "with FailingCall(3, ['half_made_shop']):" in found.sequence
    assert done.stdout.strip().endswith("[]]"), done.stdout


def blocks(seconds: float) -> None:
    threading.Event().wait(seconds)


def test_who_awaits_for_long_does_not_block() -> None:
    async def manager_of(user_id: str) -> Manager:
        await asyncio.sleep(0.07)
        return Manager(user_id)

    assert run("B13", manager_of).outcome is Outcome.PASS


def test_who_blocks_between_two_awaits_blocks_and_is_told_where() -> None:
    async def manager_of(user_id: str) -> Manager:
        await asyncio.sleep(0)
        blocks(0.07)
        await asyncio.sleep(0)
        return Manager(user_id)

    found = run("B13", manager_of)

    assert found.outcome is Outcome.FAIL
    assert "blocks, test_construction.py:" in found.evidence[0].text


def test_who_computes_for_long_blocks() -> None:
    def manager_of(user_id: str) -> Manager:
        until = thread_time() + 0.3
        while thread_time() < until:
            pass
        return Manager(user_id)

    assert run("B13", manager_of).outcome is Outcome.FAIL


def test_what_takes_long_only_the_first_time_is_no_blocking() -> None:
    made: list[Manager] = []

    def manager_of(user_id: str) -> Manager:
        if len(made) < 2:
            blocks(0.07)
        made.append(Manager(user_id))
        return made[-1]

    assert run("B13", manager_of).outcome is Outcome.PASS


def test_a_busy_processor_makes_no_factory_block() -> None:
    done = threading.Event()
    busy = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"], stderr=subprocess.DEVNULL)
        for _ in range(4)
    ]
    try:
        found = [run("B13", kept(Manager)).outcome for _ in range(5)]
    finally:
        done.set()
        for each in busy:
            each.kill()
            each.wait()

    assert set(found) == {Outcome.PASS}


def test_an_awaited_factory_is_asked_in_its_loop_alone() -> None:
    made: dict[str, Manager] = {}

    async def manager_of(user_id: str) -> Manager:
        return made.setdefault(user_id, Manager(user_id))

    found = run("B14", manager_of)

    assert found.outcome is Outcome.PASS
    assert found.claim == "`made:factory` was awaited in a running loop"
