"""`around` of a contract, which is the project's own set-up, on small code bases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.functional.cli_project import Project
from tests.functional.conform_project import MANAGER, QUICK, project, verdicts
from tests.functional.test_tutorial import File, steps

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "drive-your-manager.md"
AROUND = 'around = "app.set_up:around"\n'


def run(tmp_path: Path, around: str, *arguments: str, manager: str = MANAGER) -> Any:
    made = project(tmp_path, manager=manager, more=QUICK + AROUND)
    made.write("app/set_up.py", "from contextlib import contextmanager\n\n\n" + around)
    return made.run("conform", *arguments, "--output-format", "json")


def test_the_example_of_the_page_is_judged_and_passes(tmp_path: Path) -> None:
    made = Project(tmp_path)
    _, _, example = HOW_TO.read_text("utf-8").partition("## 5. ")
    text, _, _ = example.partition("## 6. ")
    for step in steps(text):
        assert isinstance(step, File)
        made.write(step.path, step.text)

    done = made.run("conform", "--output-format", "json")
    made.write(
        "pluribus.toml",
        (tmp_path / "pluribus.toml")
        .read_text()
        .replace('around = "app.driving:around_each_run"\n', ""),
    )
    without = made.run("conform", "--property", "A7", "--output-format", "json")

    found = verdicts(done)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [found[name]["outcome"] for name in ("A7", "A9", "B5", "D1", "E1")] == ["PASS"] * 5
    assert verdicts(without)["A7"]["outcome"] == "FAIL"


COUNTED = """\
from pathlib import Path

LOG = Path(__file__).with_name("log")


@contextmanager
def around():
    with LOG.open("a") as log:
        log.write("in ")
    yield
    with LOG.open("a") as log:
        log.write("out ")
"""


def test_it_surrounds_every_run_also_one_that_fails(tmp_path: Path) -> None:
    silent = MANAGER.replace("await socket.send_text(message)", "pass")

    done = run(tmp_path, COUNTED, "--property", "A1,D1", manager=silent)

    assert verdicts(done)["D1"]["outcome"] == "FAIL"
    # One to bind, one of A1, and of D1 one to look for operations and one to judge.
    assert (tmp_path / "app" / "log").read_text().split() == ["in", "out"] * 4
    assert "around = around()\n" in verdicts(done)["D1"]["sequence"]


RAISES_BEFORE = "@contextmanager\ndef around():\n    raise OSError('no database')\n    yield\n"


@pytest.mark.parametrize(
    ("around", "said"),
    [
        (RAISES_BEFORE, "`app.set_up:around` raised OSError: no database before a run"),
        ("def around():\n    return 1\n", "`app.set_up:around` gives out no context manager"),
        ("around = 1\n", "`app.set_up:around`, named by `around`, is no function"),
        ("", "`app.set_up:around` cannot be imported"),
    ],
)
def test_what_cannot_be_set_up_is_a_mistake_that_is_told(
    tmp_path: Path, around: str, said: str
) -> None:
    done = run(tmp_path, around, "--property", "A1")

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


ONLY_THE_FIRST = """\
TIMES = []


@contextmanager
def around():
    TIMES.append(1)
    yield
    if len(TIMES) == 2:
        raise OSError("not closed")
"""


def test_what_goes_wrong_afterwards_is_an_error_and_no_failure(tmp_path: Path) -> None:
    done = run(tmp_path, ONLY_THE_FIRST, "--property", "D1")

    found = verdicts(done)["D1"]
    assert found["outcome"] == "ERROR"
    assert found["claim"] == "`app.set_up:around` raised OSError: not closed after a run"
