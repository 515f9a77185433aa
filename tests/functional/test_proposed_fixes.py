"""What `pluribus check --fixes` writes, and what it leaves to `pluribus fix`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pluribus.app.proposing import MOST_FILES
from tests.functional.cli_project import FRAGMENTED, Project
from tests.reports.applying import applied

CHAT = "app/chat.py"
TEST = """\
from unittest import mock
import app.chat
def test_chat():
    with mock.patch("app.legacy.Manager"):
        app.chat.chat()
"""


@pytest.fixture
def project(root: Path) -> Project:
    return Project.made(root, FRAGMENTED)


def results(project: Project) -> list[dict[str, object]]:
    done = project.run("check", "--fixes", "--output-format", "sarif", "--exit-zero")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["runs"][0]["results"]
    assert isinstance(found, list)
    return found


def fixes(project: Project, path: str) -> list[dict[str, object]]:
    """What would mend the findings of a file, each once."""
    found: list[dict[str, object]] = []
    for each in results(project):
        text = json.dumps(each["locations"])
        for fix in each.get("fixes", ()):  # type: ignore[attr-defined]  # JSON
            if f'"{path}"' in text and fix not in found:
                found.append(fix)
    return found


def test_a_fix_is_written_beside_its_finding_and_nothing_is_changed(project: Project) -> None:
    (fix,) = fixes(project, CHAT)

    before = {CHAT: FRAGMENTED[CHAT].encode()}
    assert (project.root / CHAT).read_bytes() == before[CHAT]
    assert applied(fix, before)[CHAT].startswith(b"from app.manager import Manager\n")


def test_without_the_option_there_are_none(project: Project) -> None:
    done = project.run("check", "--output-format", "sarif", "--exit-zero")

    assert '"fixes"' not in done.stdout


def test_json_names_the_findings_that_a_fix_mends(project: Project) -> None:
    done = project.run("check", "--fixes", "--output-format", "json", "--exit-zero")

    report = json.loads(done.stdout)
    known = {each["id"]: each["rule"] for each in report["findings"]}
    (fix,) = [each for each in report["fixes"] if each["replacements"][0]["path"] == CHAT]
    assert [known[each] for each in fix["findings"]] == ["legacy-import"]
    assert fix["replacements"] == [
        {
            "path": CHAT,
            "line": 1,
            "column": 6,
            "end_line": 1,
            "end_column": 16,
            "text": "app.manager",
        }
    ]


def test_a_patch_and_the_code_that_it_meets_are_one_fix(project: Project) -> None:
    project.write(CHAT, "def chat():\n    from app.legacy import Manager\n    return Manager()\n")
    project.write("tests/test_chat.py", TEST)

    (fix,) = fixes(project, CHAT)

    assert sorted(applied(fix, _bytes(project, CHAT, "tests/test_chat.py"))) == [
        CHAT,
        "tests/test_chat.py",
    ]


def test_what_would_touch_very_many_files_is_left_to_the_command(project: Project) -> None:
    paths = [f"app/chat{number}.py" for number in range(MOST_FILES)]
    for path in paths:
        project.write(
            path, "def chat():\n    from app.legacy import Manager\n    return Manager()\n"
        )
    project.write("tests/test_chat.py", TEST.replace("app.chat", "app.chat0"))

    assert fixes(project, paths[0]) == []
    assert fixes(project, CHAT), "which has nothing to do with the others"


def test_a_file_whose_lines_nobody_counts_alike_has_none(project: Project) -> None:
    project.write(CHAT, "A = 1\rB = 2\nfrom app.legacy import Manager\nCHAT = Manager()\n")

    assert fixes(project, CHAT) == []


def test_a_format_that_shows_no_fixes_is_refused(project: Project) -> None:
    done = project.run("check", "--fixes")

    assert done.returncode == 2
    assert "add `--report sarif=FILE`" in done.stderr


def _bytes(project: Project, *paths: str) -> dict[str, bytes]:
    return {path: (project.root / path).read_bytes() for path in paths}
