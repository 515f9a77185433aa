"""Several reports of one check."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.app.judging import LEGACY, written
from tests.unit.cli.running import Run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return written(tmp_path / "code", LEGACY)


def test_files_get_their_formats_and_stdout_its_own(
    pluribus: Run, root: Path, tmp_path: Path
) -> None:
    sarif, page = tmp_path / "out.sarif", tmp_path / "out=1.md"

    outcome = pluribus(
        "check",
        str(root),
        "--output-format=concise",
        f"--report=sarif={sarif}",
        "--report",
        f"markdown={page}",
        "--color=always",
    )

    assert outcome.status == 1
    assert "[legacy-import" in outcome.out
    (run,) = json.loads(sarif.read_text("utf-8"))["runs"]
    assert all(rule["help"]["text"] for rule in run["tool"]["driver"]["rules"])
    assert page.read_text("utf-8").startswith("# pluribus report\n")


@pytest.mark.parametrize("value", ["sarif", "sarif=", "=out.sarif", "yaml=out.yaml"])
def test_what_names_no_format_or_no_file_is_refused(pluribus: Run, root: Path, value: str) -> None:
    outcome = pluribus("check", str(root), "--report", value)

    assert outcome.status == 2
    assert f"--report: `{value}` is no FORMAT=FILE" in outcome.err
    assert "sarif-github" in outcome.err


def test_two_reports_in_one_file_are_refused(pluribus: Run, root: Path, tmp_path: Path) -> None:
    file = tmp_path / "out"

    twice = pluribus("check", str(root), f"--report=json={file}", f"--report=sarif={file}")
    both = pluribus("check", str(root), f"--report=json={file}", "--output-file", str(file))

    assert (twice.status, both.status) == (2, 2)
    assert "two reports are to be written to" in twice.err
    assert "two reports are to be written to" in both.err
    assert not file.exists()


def test_a_file_that_cannot_be_written_is_refused_before_the_work(
    pluribus: Run, root: Path, tmp_path: Path
) -> None:
    outcome = pluribus(
        "check", str(root), f"--report=json={tmp_path / 'a'}", f"--report=sarif={root}"
    )

    assert outcome.status == 2
    assert "it is a folder" in outcome.err
    assert not (tmp_path / "a").exists()


def test_a_report_in_a_file_has_no_colours(
    pluribus: Run, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")

    pluribus("check", str(root), f"--report=text={tmp_path / 'out'}")

    assert "\x1b" not in (tmp_path / "out").read_text("utf-8")


def test_a_report_shows_the_lines_and_says_what_the_rules_mean(
    pluribus: Run, root: Path, tmp_path: Path
) -> None:
    page = tmp_path / "out.html"

    pluribus("check", str(root), f"--report=html={page}", "--quiet")

    html = page.read_text("utf-8")
    assert "<mark>1  from app.legacy import Manager</mark>" in html
    assert "Finds imports whose written module is one of the concept" in html


def test_what_other_formats_need_is_imported_for_them_alone() -> None:
    """A report in text is not to wait for a template engine."""
    heavy = ("jinja2", "markupsafe", "xml", "pluribus.reports.sarif")
    script = f"import sys, pluribus.cli.checking; print([m for m in {heavy} if m in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"
