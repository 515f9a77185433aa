"""Isolation of state, as `pluribus conform` judges it on a code base."""

from __future__ import annotations

from pathlib import Path

from tests.functional.cli_project import Project
from tests.functional.conform_project import QUICK, verdicts

CONTRACT = """\
[concepts.hub]
owner = "app.hub:Hub"
factories = ["app.hub:hub_of"]

[concepts.hub.conform]
sharing = "user"
"""
HUB = """\
from app.metrics import METRICS


class Hub:
    recent = []

    def __init__(self, user_id):
        self.user_id = user_id
        self.sockets = []

    async def connect(self, websocket):
        await websocket.accept()
        self.sockets.append(websocket)
        METRICS.joined()

    def disconnect(self, websocket):
        if websocket in self.sockets:
            self.sockets.remove(websocket)

    async def emit_event(self, event_type: str, payload: dict):
        self.recent.append(payload)
        for socket in self.sockets:
            await socket.send_json({"type": event_type, **payload})


HUBS = {}


def hub_of(user_id: str):
    return HUBS.setdefault(user_id, Hub(user_id))
"""
METRICS = """\
class Metrics:
    def __init__(self):
        self.count = 0

    def joined(self):
        self.count += 1


METRICS = Metrics()
"""


def hub(root: Path, *, more: str = "", source: str = HUB) -> Project:
    contract = CONTRACT.replace("\n\n", '\nevents = ["started"]\n\n', 1) + QUICK + more
    return Project.made(
        root,
        {
            "pluribus.toml": contract,
            "app/__init__.py": "",
            "app/hub.py": source,
            "app/metrics.py": METRICS,
        },
    )


def test_a_list_in_a_class_fails_with_the_place_where_it_is(tmp_path: Path) -> None:
    done = hub(tmp_path).run("conform", "--property", "C4", "--output-format", "json")

    found = verdicts(done)["C4"]
    assert done.returncode == 1
    assert found["claim"] == (
        "a `list` that the instances of alice and bob both reach holds data of alice and bob"
    )
    assert found["anchors"][0] == {
        "path": "app/hub.py",
        "line": 5,
        "column": 1,
        "label": "recent",
    }
    assert {"name": "path", "text": "bob -class app.hub.Hub-> .recent"} in found["evidence"]
    assert "await manager_2.emit_event" in found["sequence"]


def test_what_another_module_of_the_roots_counts_is_a_finding_until_it_is_allowed(
    tmp_path: Path,
) -> None:
    source = HUB.replace("        self.recent.append(payload)\n", "")
    refused = hub(tmp_path / "a", source=source).run("conform", "--property", "C1,C2,C3,C4")
    allowed = hub(
        tmp_path / "b", source=source, more='allow-shared = ["app.metrics:Metrics"]\n'
    ).run("conform", "--property", "C1,C2,C3,C4")

    assert (refused.returncode, allowed.returncode) == (1, 0)
    assert "C2  FAIL" in refused.stdout
    assert "app/metrics.py:9" in refused.stdout


def test_what_is_allowed_to_be_shared_and_is_not_there_is_an_error(tmp_path: Path) -> None:
    done = hub(
        tmp_path, more='allow-shared = ["app.metrics", "app.hub:Hub.recent", "app.gone"]\n'
    ).run("conform", "--property", "C4")

    assert done.returncode == 2
    assert "allow-shared: app.gone is not needed" in done.stdout
    assert "app.metrics is not needed" not in done.stdout


def test_without_a_look_nothing_is_said_of_what_is_allowed(tmp_path: Path) -> None:
    done = hub(tmp_path, more='allow-shared = ["app.gone"]\n').run("conform", "--property", "D1")

    assert done.returncode == 0


WARY = (
    HUB.replace("        self.recent.append(payload)\n", "")
    .replace(
        "class Hub:",
        """import sys


def is_watched():
    frame = sys._getframe()
    while frame is not None:
        name, file = frame.f_code.co_name, frame.f_code.co_filename
        if "test" in name or "hypothesis" in file:
            return True
        frame = frame.f_back
    return False


class Hub:""",
    )
    .replace(
        "        METRICS.joined()\n", "        if is_watched():\n            raise RuntimeError\n"
    )
)


def test_pairs_of_runs_are_played_where_nothing_on_the_stack_gives_a_search_away(
    tmp_path: Path,
) -> None:
    done = hub(tmp_path, source=WARY).run("conform", "--property", "C8")

    assert done.returncode == 0, done.stdout
    assert "C8  PASS" in done.stdout


LIMITED = HUB.replace(
    "        self.recent.append(payload)\n",
    "        self.recent.append(1)\n        if len(self.recent) > 15:\n            return\n",
)


def test_what_one_user_takes_from_another_fails_with_a_program_that_shows_it(
    tmp_path: Path,
) -> None:
    done = hub(tmp_path, source=LIMITED).run(
        "conform", "--property", "C8", "--output-format", "json"
    )

    found = verdicts(done)["C8"]
    assert done.returncode == 1
    assert found["outcome"] == "FAIL"
    steps = next(each["text"] for each in found["evidence"] if each["name"] == "steps")
    assert steps == "bob joins, alice joins, alice sends 20 times"
    assert found["sequence"].count("await manager_2.emit_event") == 20


def test_a_search_leaves_nothing_in_the_folder(tmp_path: Path) -> None:
    made = hub(tmp_path, source=LIMITED)
    before = sorted(each.name for each in tmp_path.iterdir())

    made.run("conform", "--property", "C8")

    assert sorted(each.name for each in tmp_path.iterdir()) == before


def test_a_subject_with_threads_of_its_own_is_not_copied(tmp_path: Path) -> None:
    threaded = (
        "import threading\n\n"
        "threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
    )
    done = hub(tmp_path, source=threaded + LIMITED).run("conform", "--property", "C8,C7")

    assert done.returncode == 2
    assert "C7  PASS" in done.stdout
    assert "C8  NOT_EXERCISED" in done.stdout
    assert "this process cannot be copied" in done.stdout


BLOCKING = HUB.replace(
    "        self.recent.append(payload)\n",
    "        while len(HUBS) > 1:\n            pass\n",
)


def test_a_call_that_blocks_beside_another_user_fails_and_says_where(tmp_path: Path) -> None:
    done = hub(tmp_path, source=BLOCKING).run(
        "conform", "--property", "C8", "--output-format", "json"
    )

    found = verdicts(done)["C8"]
    assert found["outcome"] == "FAIL"
    assert found["claim"] == "`emit_event` did not return within 1 s"
    assert "Hub.emit_event, hub.py:" in found["evidence"][0]["text"]
