"""The demo says what its golden files hold, and what the README shows of it."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from pluribus.reports import DISCOVERY_FORMATS
from tests.functional import discovery, fixes, planning
from tests.functional.golden import FORMATS, GOLDEN, ROOT, path_of, said


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_demo_says_what_its_golden_file_holds(format_name: str) -> None:
    out = said(format_name)

    assert out == path_of(format_name).read_text("utf-8")


@pytest.mark.parametrize("format_name", fixes.FORMATS)
def test_the_demo_is_mended_as_its_golden_files_say(format_name: str) -> None:
    assert fixes.said(format_name) == fixes.path_of(format_name).read_text("utf-8")


@pytest.mark.parametrize("format_name", discovery.FORMATS)
def test_discovery_says_what_its_golden_file_holds(format_name: str) -> None:
    out = discovery.said(format_name)

    assert out == discovery.path_of(format_name).read_text("utf-8")


def test_every_format_has_a_golden_file_and_no_other_is_there() -> None:
    discovered = {discovery.path_of(name).name for name in discovery.FORMATS}
    planned = {planning.path_of(name).name for name in planning.FORMATS}
    discovered |= {fixes.path_of(name).name for name in fixes.FORMATS}
    checked = {path_of(name).name for name in FORMATS}
    assert {path.name for path in GOLDEN.iterdir()} == checked | discovered | planned
    assert set(discovery.FORMATS) == set(DISCOVERY_FORMATS)


def test_every_format_tells_of_the_same_findings() -> None:
    report = json.loads(path_of("json").read_text("utf-8"))
    concise = path_of("concise").read_text("utf-8")
    github = path_of("github").read_text("utf-8").splitlines()

    assert report["findings"]
    for each in report["findings"]:
        place = each["location"]
        at = f"{place['path']}:{place['line']}:{place['column']}: "
        assert f"{at}{each['severity']}[{each['rule']}]" in concise
    shown = [line for line in github if ",line=" in line]
    (left_out,) = re.findall(r"::(\d+) findings? of (\d+) left out", github[-1])
    assert len(shown) + int(left_out[0]) == int(left_out[1]) == len(report["findings"])


def test_no_golden_file_tells_of_the_machine_that_wrote_it() -> None:
    for name in FORMATS:
        text = path_of(name).read_text("utf-8")

        assert str(ROOT) not in text
        assert "\x1b" not in text


def _first_text_block() -> list[str]:
    readme = (ROOT / "README.md").read_text("utf-8")
    block = re.search(r"^```text\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    assert block is not None
    return block[1].splitlines()


def test_what_the_readme_shows_of_the_demo_is_what_it_says_in_that_order() -> None:
    """A line of dots stands for any number of lines; between two, nothing may be left out."""
    said_lines = path_of("text").read_text("utf-8").splitlines()
    pieces = [
        piece.splitlines()
        for piece in re.split(r"^\.\.\.$\n?", "\n".join(_first_text_block()), flags=re.MULTILINE)
        if piece
    ]

    assert len(pieces) > 1
    at = 0
    for piece in pieces:
        starts = [
            start
            for start in range(at, len(said_lines) - len(piece) + 1)
            if said_lines[start : start + len(piece)] == piece
        ]
        assert starts, "the README shows what the demo does not say:\n" + "\n".join(piece)
        at = starts[0] + len(piece)


def test_make_demo_runs_what_the_golden_files_hold() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")

    recipe = re.search(r"^demo:.*\n\t(.*)$", makefile, re.MULTILINE)

    assert recipe is not None
    assert "pluribus check examples/chat --exit-zero" in recipe[1]


def test_git_keeps_the_files_of_the_demo() -> None:
    """What is ignored would be missing on a fresh machine, and from the report."""
    files = sorted(
        path.relative_to(ROOT).as_posix() for path in (ROOT / "examples" / "chat").rglob("*.py")
    )
    done = subprocess.run(
        ["git", "check-ignore", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 128:
        pytest.skip("needs a git checkout")

    assert done.stdout == ""
