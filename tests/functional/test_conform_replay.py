"""`pluribus conform --replay`, on a manager with a race that only the right schedule shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.functional.cli_project import Project
from tests.functional.conform_project import verdicts

CONTRACT = """\
[concepts.chat]
owner = "app.chat:Manager"
factories = ["app.chat:manager_of"]
events = ["message"]

[concepts.chat.conform]
sharing = "{sharing}"
arrival-s = 0.2
timeout-s = 1
"""
MANAGER = """\
class Manager:
    def __init__(self):
        self.active = []

    async def connect(self, websocket):
        await websocket.accept()
        self.active.append(websocket)

    def disconnect(self, websocket):
        if websocket in self.active:
            self.active.remove(websocket)

    async def broadcast(self, message: str):
        for socket in {active}:
            await socket.send_text(message)

"""
ONE_FOR_ALL = """\

manager = None


def manager_of():
    global manager
    if manager is None:
        manager = Manager()
    return manager
"""
ONE_EACH = """\

import threading

managers = {}
lock = threading.Lock()


def manager_of(user_id: str):
    with lock:
        if user_id not in managers:
            managers[user_id] = Manager()
        return managers[user_id]
"""


def made(
    root: Path, factory: str, *, sharing: str = "shared", active: str = "list(self.active)"
) -> Project:
    code = MANAGER.format(active=active) + factory
    contract = CONTRACT.format(sharing=sharing)
    if sharing == "user":
        contract += '\n[concepts.chat.conform.ops]\nbroadcast = { audience = "user" }\n'
    return Project.made(
        root, {"pluribus.toml": contract, "app/__init__.py": "", "app/chat.py": code}
    )


def judged(project: Project, *options: str) -> tuple[int, dict[str, Any]]:
    done = project.run("conform", "--output-format", "json", *options)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, dict(verdicts(done))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("H1", {"factory": ONE_FOR_ALL}),
        ("H5", {"factory": ONE_EACH, "sharing": "user", "active": "self.active"}),
    ],
)
def test_what_is_printed_is_enough_to_see_the_failure_again(
    tmp_path: Path, name: str, options: dict[str, str]
) -> None:
    project = made(tmp_path, **options)

    status, found = judged(project, "--property", name)
    first = found[name]
    again_status, again = judged(project, "--replay", first["replay"])

    assert (status, again_status) == (1, 1)
    assert first["outcome"] == "FAIL"
    assert list(again) == [name]
    assert {**again[name], "witnesses": []} == {**first, "witnesses": []}


def test_the_text_names_the_command(tmp_path: Path) -> None:
    project = made(tmp_path, ONE_FOR_ALL)

    out = project.run("conform", "--property", "H1").stdout

    (line,) = [each for each in out.splitlines() if "--replay" in each]
    assert line.split()[:4] == ["replay", "pluribus", "conform", "--replay"]
    assert project.run("conform", "--replay", line.split()[4]).returncode == 1


def test_what_was_mended_no_longer_fails(tmp_path: Path) -> None:
    replay = judged(made(tmp_path / "broken", ONE_FOR_ALL), "--property", "H1")[1]["H1"]["replay"]
    mended = ONE_FOR_ALL.replace(
        "    if manager is None:\n        manager = Manager()\n",
        "    with lock:\n        if manager is None:\n            manager = Manager()\n",
    )
    project = made(tmp_path / "mended", "import threading\n\nlock = threading.Lock()\n" + mended)

    done = project.run("conform", "--replay", replay)

    assert done.returncode == 0, done.stdout
    assert "what was replayed no longer fails" in done.stdout


def test_without_its_schedule_a_property_is_searched_once_more(tmp_path: Path) -> None:
    status, found = judged(made(tmp_path, ONE_FOR_ALL), "--replay", "H1:chat:0")

    assert status == 1
    assert found["H1"]["replay"].startswith("H1:chat:0:-:lines:")


def test_a_failure_without_a_schedule_is_replayed_by_its_seed(tmp_path: Path) -> None:
    project = made(
        tmp_path, ONE_EACH.replace("managers[user_id]\n", "Manager()\n"), sharing="user"
    )

    _, found = judged(project, "--property", "B1", "--seed", "5")

    assert found["B1"]["replay"] == "B1:chat:5"
    assert judged(project, "--replay", "B1:chat:5")[0] == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--replay", "H1"), "`H1` cannot be replayed"),
        (("--replay", "Z9:chat:0"), "there is no property `Z9`"),
        (("--replay", "D1:chart:0"), "there is no concept `chart`"),
        (("--replay", "D1:chat:0:-:-:1=1"), "a run of D1 has no schedule"),
        (("--replay", "D1:chat:0", "--property", "D1"), "exclude each other"),
        (("--replay", "D1:chat:0", "--self-test"), "exclude each other"),
    ],
)
def test_what_cannot_be_replayed_is_said(
    tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    done = made(tmp_path, ONE_FOR_ALL).run("conform", *options)

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_subject_that_cannot_be_copied_is_searched_all_the_same(tmp_path: Path) -> None:
    threaded = (
        "\nimport threading as threads\n\nSTOP = threads.Event()\n"
        "threads.Thread(target=STOP.wait, daemon=True).start()\n"
    )
    project = made(tmp_path, ONE_EACH + threaded, sharing="user", active="self.active")

    status, found = judged(project, "--property", "H1,H5")

    assert status == 1
    assert found["H1"]["outcome"] == "PASS"
    assert found["H5"]["outcome"] == "FAIL"
    assert judged(project, "--replay", found["H5"]["replay"])[1]["H5"]["outcome"] == "FAIL"


def test_a_call_that_blocks_for_ever_is_told_with_its_place(tmp_path: Path) -> None:
    blocks = MANAGER.replace(
        "            await socket.send_text(message)\n",
        "            lock.acquire()\n            await socket.send_text(message)\n",
    ).format(active="list(self.active)")
    project = made(tmp_path, ONE_EACH, sharing="user")
    (project.root / "app" / "chat.py").write_text(blocks + ONE_EACH)

    status, found = judged(project, "--property", "H4")

    assert status == 1
    assert "`broadcast` did not return" in found["H4"]["claim"]
    assert "Manager.broadcast, chat.py:" in found["H4"]["evidence"][1]["text"]


def test_a_run_that_ends_its_process_is_an_error_with_how_it_ended(tmp_path: Path) -> None:
    leaves = MANAGER.replace(
        "            await socket.send_text(message)\n",
        "            __import__('os')._exit(7)\n",
    ).format(active="list(self.active)")
    project = made(tmp_path, ONE_EACH, sharing="user")
    (project.root / "app" / "chat.py").write_text(leaves + ONE_EACH)

    status, found = judged(project, "--property", "H4")

    assert status == 2
    assert found["H4"]["outcome"] == "ERROR"
    assert "left with status 7" in found["H4"]["claim"]
