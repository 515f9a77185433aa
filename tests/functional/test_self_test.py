"""`pluribus check --self-test`, as users run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.functional.cli_project import CLEAN, FRAGMENTED, Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.made(tmp_path, CLEAN)


def test_a_self_test_says_of_each_rule_whether_it_works(project: Project) -> None:
    done = project.run("check", "--self-test", "--no-cache")

    assert done.returncode == 0
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["rule", "concept", "violation", "near", "miss"]
    assert any(line.split()[:3] == ["legacy-import", "manager", "found"] for line in lines)
    assert "the contract declares no events" in done.stdout
    assert lines[-1].startswith("passed: ")


def test_a_self_test_leaves_the_folder_as_it_was(project: Project) -> None:
    before = project.files()

    done = project.run("check", "--self-test", "--no-cache")

    assert done.returncode == 0
    assert project.files() == before


def test_findings_do_not_fail_a_self_test_and_a_self_test_does_not_change_a_check(
    tmp_path: Path,
) -> None:
    project = Project.made(tmp_path, FRAGMENTED)
    first = project.run("check", "--output-format", "json")

    tested = project.run("check", "--self-test")

    assert tested.returncode == 0
    assert project.run("check", "--output-format", "json").stdout == first.stdout


def test_programs_read_a_self_test_as_json(project: Project) -> None:
    done = project.run(
        "check", "--self-test", "--output-format", "json", "--output-file", "t.json"
    )

    document = json.loads((project.root / "t.json").read_text(encoding="utf-8"))
    assert done.stdout == ""
    assert document["failed"] is False
    assert {"rule", "concept", "violation", "near_miss", "reason"} == set(document["trials"][0])


def test_rules_can_be_chosen(project: Project) -> None:
    done = project.run("check", "--self-test", "--select", "homonym", "--output-format", "json")

    trials = json.loads(done.stdout)["trials"]
    assert [(each["rule"], each["violation"]) for each in trials] == [("homonym", "found")]


@pytest.mark.parametrize(
    "option", ["--statistics", "--paths", "--exit-zero", "--only=app/**", "--output-format=github"]
)
def test_options_about_findings_are_refused(option: str, project: Project) -> None:
    done = project.run("check", "--self-test", option)

    assert done.returncode == 2
    assert "--self-test" in done.stderr
    assert option.partition("=")[0] in done.stderr


def test_a_contract_that_does_not_fit_is_2(project: Project) -> None:
    project.write("pluribus.toml", '[concepts.manager]\nowner = "app.manager:Gone"\n')

    done = project.run("check", "--self-test")

    assert done.returncode == 2
    assert "app.manager:Gone" in done.stderr
