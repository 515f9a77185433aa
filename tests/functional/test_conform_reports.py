"""Reports of `pluribus conform`, as users ask for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from junitparser import JUnitXml

from pluribus.cli.conform import FORMATS
from pluribus.reports import CONFORMANCE_FORMATS
from tests.functional.conform_project import CONTRACT, MANAGER, QUICK, project

BROKEN = MANAGER.replace("        if websocket in self.active:\n    ", "")
ONE = ("--property", "E3")


def test_every_format_can_be_asked_for() -> None:
    assert list(FORMATS) == list(CONFORMANCE_FORMATS)


def test_several_reports_come_of_one_run(tmp_path: Path) -> None:
    made = project(tmp_path, manager=BROKEN)
    wanted = {"junit": "out.xml", "sarif": "out.sarif", "html": "out.html", "markdown": "out.md"}
    reports = [part for name, file in wanted.items() for part in ("--report", f"{name}={file}")]

    done = made.run("conform", *ONE, *reports, "--output-format", "json", "--color", "always")

    text = {name: (tmp_path / file).read_text("utf-8") for name, file in wanted.items()}
    assert done.returncode == 1
    assert json.loads(done.stdout)["concepts"][0]["verdicts"][0]["outcome"] == "FAIL"
    assert JUnitXml.fromstring(text["junit"].encode()).failures == 1
    (result,) = json.loads(text["sarif"])["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "app/chat.py"
    assert text["markdown"].startswith("# pluribus conform\n\n**failed: ")
    assert "A program that shows it" in text["html"]
    assert all("\x1b" not in each for each in text.values())


def test_places_are_seen_from_where_the_run_was_started(tmp_path: Path) -> None:
    project(tmp_path / "services" / "chat", manager=BROKEN)
    here = project(tmp_path)

    done = here.run("conform", "services/chat", *ONE, "--output-format", "sarif")

    (result,) = json.loads(done.stdout)["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "services/chat/app/chat.py"


def test_the_main_report_may_go_to_a_file(tmp_path: Path) -> None:
    made = project(tmp_path)

    done = made.run("conform", *ONE, "--output-file", "out.txt")

    quiet = made.run("conform", *ONE, "--output-file", "out.txt", "--quiet")

    said = "passed: PASS 1, FAIL 0, NOT_EXERCISED 0, DECLINED 0, ERROR 0"
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"{said}; the report is in out.txt\n"
    assert quiet.stderr == ""
    assert "E3  PASS" in (tmp_path / "out.txt").read_text("utf-8")


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_driven(
    tmp_path: Path,
) -> None:
    traced = MANAGER.replace("class", "open('imported', 'w').close()\n\n\nclass", 1)
    made = project(tmp_path, manager=traced)

    done = made.run("conform", *ONE, "--report", "html=nowhere/out.html")

    assert done.returncode == 2
    assert "nowhere/out.html" in done.stderr
    assert not (tmp_path / "imported").exists()


@pytest.mark.parametrize(
    ("asked", "first", "second"),
    [
        (("--bind", "--report", "html=x"), "--bind", "--report"),
        (("--suggest", "--rivals"), "--suggest", "--rivals"),
        (("--self-test", "--rivals"), "--self-test", "--rivals"),
        (("--self-test", "--output-format", "html"), "--self-test", "--output-format html"),
        (("--self-test", "--report", "sarif=x"), "--self-test", "--report sarif=..."),
        (("--bind", "--self-test"), "--bind", "--self-test"),
    ],
)
def test_what_would_have_no_effect_is_refused(
    tmp_path: Path, asked: tuple[str, ...], first: str, second: str
) -> None:
    done = project(tmp_path).run("conform", *asked)

    assert done.returncode == 2
    assert f"`{first}` and `{second}` exclude each other" in done.stderr


def test_a_self_test_is_written_as_markdown_too(tmp_path: Path) -> None:
    done = project(tmp_path).run(
        "conform", "--self-test", "--property", "E3", "--report", "markdown=out.md"
    )

    page = (tmp_path / "out.md").read_text("utf-8")
    assert done.returncode == 0, done.stdout
    assert "| `RemovesOnce` | `F` | removing for the second time raises |" in page


RIVALS = '[concepts.chat.rivals]\nnames = ["Old*"]\n'
PERSONAL = """
    async def send_personal_message(self, message: str, websocket):
        await websocket.send_text(message)

    def sockets_online(self):
        return len(self.active)
"""
OWNER = MANAGER + PERSONAL
HUB = BROKEN.replace("ConnectionManager", "OldConnectionManager") + PERSONAL


def beside(done: object) -> dict[str, dict[str, object]]:
    (concept,) = json.loads(getattr(done, "stdout", ""))["concepts"]
    return {each["path"]: each for each in concept["rivals"]}


def outcomes(rival: dict[str, object]) -> dict[str, str]:
    verdicts = rival["verdicts"]
    assert isinstance(verdicts, list)
    return {each["property"]: each["outcome"] for each in verdicts}


def test_rivals_that_the_source_shows_are_driven_beside_the_owner(tmp_path: Path) -> None:
    made = project(tmp_path, manager=OWNER, more=QUICK + RIVALS)
    made.write("app/hub.py", HUB)

    done = made.run("conform", "--rivals", "--property", "D1,E3", "--output-format", "json")

    found = beside(done)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(found) == ["app.hub:OldConnectionManager"]
    assert found["app.hub:OldConnectionManager"]["location"] == {
        "path": "app/hub.py",
        "line": 4,
        "column": 7,
        "label": "",
    }
    assert outcomes(found["app.hub:OldConnectionManager"]) == {"D1": "PASS", "E3": "FAIL"}


def test_a_rival_that_cannot_be_bound_is_a_column_with_the_reason(tmp_path: Path) -> None:
    made = project(tmp_path, manager=OWNER, more=QUICK + RIVALS)
    made.write("app/hub.py", HUB.replace("__init__(self)", "__init__(self, redis)"))

    done = made.run("conform", "--rivals", *ONE)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "rival 1: app.hub:OldConnectionManager" in done.stdout
    assert (
        "not driven: concepts.chat.conform: `app.hub:OldConnectionManager` requires `redis`"
        in done.stdout
    )


def test_a_rival_that_does_not_import_is_a_column_with_the_reason(tmp_path: Path) -> None:
    made = project(tmp_path, more=QUICK + 'rivals = ["app.gone:Hub"]\n')

    done = made.run("conform", "--rivals", *ONE, "--output-format", "json")

    (rival,) = beside(done).values()
    assert (done.returncode, rival["verdicts"]) == (0, [])
    assert "no module `app.gone`" in str(rival["unbound"])


def test_a_declared_rival_is_driven_though_the_source_does_not_show_it(tmp_path: Path) -> None:
    made = project(tmp_path, more=QUICK + 'rivals = ["app.made:hub"]\n')
    made.write("app/made.py", f"{HUB}\n\ndef hub():\n    return OldConnectionManager()\n")

    done = made.run("conform", "--rivals", *ONE, "--output-format", "json")

    assert outcomes(beside(done)["app.made:hub"]) == {"E3": "FAIL"}


USERS = """\
class Hub:
    def __init__(self, user_id: str):
        self.user_id = user_id
        self.active = []

    async def connect(self, websocket):
        if websocket not in self.active:
            self.active.append(websocket)

    def disconnect(self, websocket):
        if websocket in self.active:
            self.active.remove(websocket)

    async def emit_event(self, event: str, payload: dict):
        for socket in list(self.active):
            await socket.send_json({"type": event, "data": payload})
"""


FACTORY = """

HUBS = {}


def hub_of(user_id: str):
    return HUBS.setdefault(user_id, Hub(user_id))
"""


def test_a_rival_of_owners_of_one_user_each_is_called_for_each_user(tmp_path: Path) -> None:
    made = project(tmp_path)
    made.write("app/hub.py", USERS + FACTORY)
    made.write("app/old.py", USERS.replace("class Hub", "class OldHub"))
    made.write(
        "pluribus.toml",
        '[concepts.hub]\nowner = "app.hub:Hub"\nfactories = ["app.hub:hub_of"]\n'
        'events = ["started"]\n\n[concepts.hub.conform]\nsharing = "user"\n'
        f'rivals = ["app.old:OldHub"]\n{QUICK}',
    )

    done = made.run("conform", "--rivals", "--property", "B1,D2", "--output-format", "json")

    rival = beside(done)["app.old:OldHub"]
    assert done.returncode == 0, done.stdout + done.stderr
    assert outcomes(rival) == {"B1": "DECLINED", "D2": "PASS"}
    assert rival["notes"] == ["it was called once for each user"]


def test_an_operation_that_a_rival_lacks_is_found_by_names_and_types(tmp_path: Path) -> None:
    own = OWNER.replace("def broadcast", "def send_to_all")
    more = 'ops.broadcast = { call = "send_to_all", audience = "all" }\n'
    made = project(tmp_path, manager=own, more=QUICK + more + RIVALS)
    made.write("app/hub.py", HUB)

    done = made.run("conform", "--rivals", "--property", "D1", "--output-format", "json")

    rival = beside(done)["app.hub:OldConnectionManager"]
    assert outcomes(rival) == {"D1": "PASS"}
    assert "it has no `send_to_all`" in str(rival["notes"])


def test_a_rival_whose_owner_the_source_does_not_define_is_told_before_anything_is_driven(
    tmp_path: Path,
) -> None:
    traced = MANAGER.replace("class", "open('imported', 'w').close()\n\n\nclass", 1)
    made = project(tmp_path, manager=traced)
    made.write("pluribus.toml", CONTRACT.replace("ConnectionManager", "Nothing") + QUICK)

    done = made.run("conform", "--rivals", *ONE)

    assert done.returncode == 2
    assert "`app.chat:Nothing`" in done.stderr
    assert not (tmp_path / "imported").exists()
