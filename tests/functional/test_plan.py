"""`pluribus plan`, as it is typed."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from pluribus.reports import PLAN_FORMATS
from tests.functional import planning
from tests.functional.baseline_project import Accepted
from tests.functional.cli_project import FRAGMENTED, Project

ROOT = planning.ROOT
TARGETS = """
[phases]
paths = { rules = ["dual-import", "legacy-import"], target = 3 }
ways = { rules = ["fragmented-path"], target = 1 }
rest = { rules = ["implementations"], target = 0 }
"""


def in_json(project: Project, *arguments: str) -> Any:
    done = project.run("plan", "--output-format", "json", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", planning.FORMATS)
def test_a_plan_says_what_its_golden_file_holds(name: str) -> None:
    assert planning.said(name) == planning.path_of(name).read_text("utf-8")
    assert set(planning.FORMATS) == set(PLAN_FORMATS)


def test_a_gate_is_green_exactly_when_its_phase_is_done(tmp_path: Path) -> None:
    files = {**FRAGMENTED, "pluribus.toml": FRAGMENTED["pluribus.toml"] + TARGETS}
    project = Project.made(tmp_path, files)

    states = {}
    for phase in in_json(project)["phases"]:
        program, *arguments = shlex.split(phase["gate"])
        done = project.run(*arguments)
        assert program == "pluribus"
        assert done.returncode == (0 if phase["state"] == "done" else 1), done.stdout
        states[phase["name"]] = (phase["now"], phase["target"], phase["state"])

    assert states == {
        "paths": (3, 3, "done"),
        "ways": (1, 1, "done"),
        "rest": (2, 0, "open"),
    }


def test_a_gate_is_typed_where_the_plan_was(tmp_path: Path) -> None:
    project = Project.made(
        tmp_path, {f"part one/{name}": text for name, text in FRAGMENTED.items()}
    )

    plan = in_json(project, "part one", "--concept", "manager")

    gates = [phase["gate"] for phase in plan["phases"]]
    assert gates[0] == (
        "pluribus check 'part one' --phase imports --no-baseline --concept manager"
    )
    _, *arguments = shlex.split(gates[0])
    assert project.run(*arguments).returncode == 1


def test_a_gate_does_not_see_the_baseline_and_the_plan_does(tmp_path: Path) -> None:
    accepted = Accepted.made(tmp_path)

    plan = in_json(accepted.project)

    phase = plan["phases"][0]
    assert plan["start"] == {"source": "baseline", "path": ".pluribus/baseline.jsonl", "ref": ""}
    assert (phase["start"], phase["now"], phase["state"]) == (3, 3, "open")
    assert accepted.project.run(*shlex.split(phase["gate"])[1:]).returncode == 1


def test_progress_is_counted_from_where_the_branch_left_a_revision(tmp_path: Path) -> None:
    accepted = Accepted.made(tmp_path)
    accepted.write("app/chat.py", "from app.manager import Manager\n\nCHAT = Manager()\n")
    accepted.ran("prune")
    accepted.commit("one less")

    plan = in_json(accepted.project, "--base-ref", "main")

    assert plan["start"]["ref"] == "main"
    assert (plan["phases"][0]["start"], plan["phases"][0]["now"]) == (3, 2)


def test_owners_are_those_of_codeowners(tmp_path: Path) -> None:
    accepted = Accepted.made(tmp_path)
    accepted.write(".github/CODEOWNERS", "* @all\n/tests/ @qa\n")

    plan = in_json(accepted.project)

    assert plan["codeowners"] == ".github/CODEOWNERS"
    assert {owner for step in plan["steps"] for owner in step["owners"]} == {"@all", "@qa"}


def test_the_markdown_is_a_table_and_a_box_for_each_step() -> None:
    text = planning.path_of("markdown").read_text("utf-8")
    steps = json.loads(planning.path_of("json").read_text("utf-8"))["steps"]

    boxes = re.findall(r"^- \[ \] \*\*(\d+)\.", text, re.MULTILINE)
    kinds = [token.type for token in MarkdownIt("commonmark").enable("table").parse(text)]

    assert [*map(int, boxes)] == [step["number"] for step in steps]
    assert kinds.count("table_open") == 1
    assert "html_block" not in kinds


def test_a_plan_changes_no_file(tmp_path: Path) -> None:
    project = Project.made(tmp_path, FRAGMENTED)
    before = project.files()

    done = project.run("plan", "--no-cache")

    assert done.returncode == 0
    assert project.files() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--concept", "manger"], "the contract has no concept `manger`"),
        (["--baseline", "nowhere.jsonl"], "cannot read the baseline `nowhere.jsonl`"),
        (["--base-ref", "main"], "is not in a git repository"),
        (["--output-file", "nowhere/plan.md"], "there is no folder `nowhere`"),
        (["nowhere"], "`nowhere` does not exist"),
    ],
)
def test_what_cannot_be_planned_is_refused(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = Project.made(tmp_path, FRAGMENTED).run("plan", *arguments)

    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--phase", "import"], "the contract has no phase `import`"),
        (
            ["--phase", "imports", "--select", "rival"],
            "`--phase` and `--select` exclude each other",
        ),
    ],
)
def test_a_phase_that_cannot_be_checked_is_refused(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = Project.made(tmp_path, FRAGMENTED).run("check", *arguments)

    assert done.returncode == 2
    assert message in done.stderr
