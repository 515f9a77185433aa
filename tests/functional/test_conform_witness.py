"""What is seen of the code that runs: whether it is the owner's, and what it swallows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.conform_project import MANAGER, project, verdicts

FACADE = """\


class Facade:
    def __init__(self):
        self.inner = ConnectionManager()
        self.active = []

    async def connect(self, websocket):
        await {connect}

    def disconnect(self, websocket):
        {disconnect}

    async def broadcast(self, message: str):
        {broadcast}


FACADE = Facade()


def the_manager():
    return FACADE
"""
OWN = FACADE.format(
    connect="websocket.accept()\n        self.active.append(websocket)",
    disconnect="self.active.remove(websocket)",
    broadcast="for socket in self.active:\n            await socket.send_text(message)",
)
FORWARDS = FACADE.format(
    connect="self.inner.connect(websocket)",
    disconnect="self.inner.disconnect(websocket)",
    broadcast="await self.inner.broadcast(message)",
)
LATER = FACADE.format(
    connect="self.inner.connect(websocket)",
    disconnect="self.inner.disconnect(websocket)",
    broadcast="import asyncio; self.task = asyncio.create_task(self.inner.broadcast(message))",
)
MORE = 'arrival-s = 0.1\nsharing = "shared"\nfactories = ["app.chat:the_manager"]\n'


def outcomes(tmp_path: Path, manager: str, more: str = MORE) -> dict[str, str]:
    done = project(tmp_path, manager=manager, more=more).run(
        "conform", "--property", "D1,D4,E1", "--output-format", "json"
    )
    return {name: each["outcome"] for name, each in verdicts(done).items()}


def test_a_facade_that_never_enters_the_owner_proves_nothing_of_it(tmp_path: Path) -> None:
    done = project(tmp_path, manager=MANAGER + OWN, more=MORE).run(
        "conform", "--property", "D1", "--output-format", "json"
    )

    found = verdicts(done)["D1"]
    assert found["outcome"] == "NOT_EXERCISED"
    assert found["claim"] == (
        "`broadcast` was called, and no code of `app.chat:ConnectionManager` was entered"
    )


@pytest.mark.parametrize("facade", [FORWARDS, LATER], ids=["forwards", "forwards later"])
def test_a_facade_that_forwards_is_judged(tmp_path: Path, facade: str) -> None:
    assert set(outcomes(tmp_path, MANAGER + facade).values()) == {"PASS"}


ALL_BY_SUBCLASS = """\


class Other(ConnectionManager):
    async def connect(self, websocket):
        self.active.append(websocket)

    def disconnect(self, websocket):
        self.active.remove(websocket)

    async def broadcast(self, message: str):
        for socket in self.active:
            await socket.send_text(message)


OTHER = Other()


def the_manager():
    return OTHER
"""


def test_a_subclass_that_does_all_itself_is_the_owner_too(tmp_path: Path) -> None:
    assert set(outcomes(tmp_path, MANAGER + ALL_BY_SUBCLASS).values()) == {"PASS"}


BY_ATTRIBUTES = """\
class ConnectionManager:
    def __init__(self):
        active = []

        async def connect(websocket):
            active.append(websocket)

        async def broadcast(message: str):
            for socket in list(active):
                await socket.send_text(message)

        def disconnect(websocket):
            active.remove(websocket)

        self.connect, self.broadcast, self.disconnect = connect, broadcast, disconnect
"""


def test_methods_that_an_instance_is_given_are_its_own(tmp_path: Path) -> None:
    assert set(outcomes(tmp_path, BY_ATTRIBUTES, "arrival-s = 0.1\n").values()) == {"PASS"}


IN_SLOTS = """\
from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True, slots=True)
class ConnectionManager:
    connect: Callable
    disconnect: Callable
    broadcast: Callable


def of_functions():
    active = []

    async def connect(websocket):
        active.append(websocket)

    async def disconnect(websocket):
        active.remove(websocket)

    async def broadcast(message: str):
        for socket in list(active):
            await socket.send_text(message)

    return ConnectionManager(connect, disconnect, broadcast)


MADE = of_functions()


def the_manager():
    return MADE
"""


def test_functions_in_slots_of_an_instance_are_its_own(tmp_path: Path) -> None:
    assert set(outcomes(tmp_path, IN_SLOTS).values()) == {"PASS"}


def test_functions_of_what_is_no_instance_of_the_owner_are_not(tmp_path: Path) -> None:
    owner = "class ConnectionManager:\n    def connect(self):\n        pass\n"
    twin = IN_SLOTS.replace("ConnectionManager", "Twin") + "\n\n" + owner

    assert set(outcomes(tmp_path, twin).values()) == {"NOT_EXERCISED"}


SWALLOWS = MANAGER.replace(
    "    async def send(self, socket, message):\n",
    "    async def send(self, socket, message):\n"
    "        try:\n"
    "            await self.count(socket)\n"
    "        except Exception:\n"
    "            pass\n"
    "        try:\n"
    "            {}['idiom']\n"
    "        except KeyError:\n"
    "            pass\n",
) + ("\n    async def count(self, socket):\n        raise ValueError('no counter')\n")


def test_what_is_swallowed_is_told_in_text_and_json(tmp_path: Path) -> None:
    made = project(tmp_path, manager=SWALLOWS)
    as_json = made.run("conform", "--property", "D1,D4", "--output-format", "json")
    as_text = made.run("conform", "--property", "D1,D4")

    found = verdicts(as_json)["D1"]
    assert found["outcome"] == "PASS"
    (evidence,) = [each["text"] for each in found["evidence"] if each["name"] == "swallowed"]
    assert evidence.startswith("ValueError: no counter at ConnectionManager.count, chat.py:")
    assert as_text.returncode == 0
    told = " ".join(as_text.stdout.split())
    assert "note: the subject swallowed ValueError: no counter at" in told
    assert "during D1, D4" in told
    assert "idiom" not in as_text.stdout


def test_what_comes_out_of_a_call_is_not_swallowed(tmp_path: Path) -> None:
    raises = MANAGER.replace(
        "        if websocket in self.active:\n",
        "        if websocket not in self.active:\n"
        "            raise LookupError('gone')\n        if websocket in self.active:\n",
    )

    done = project(tmp_path, manager=raises).run("conform", "--property", "E3")

    assert done.returncode == 1
    assert "swallowed" not in done.stdout
