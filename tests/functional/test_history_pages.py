"""The how-to pages about histories, run on the history that they are about."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.functional.cli_project import Project
from tests.functional.shop_history import PICTURE, ROOT, picture, shop

PAGES = ("see-the-burn-down", "prove-a-consolidation")
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return shop(tmp_path_factory.mktemp("shop"))


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_say_what_the_page_shows(project: Project, page: str) -> None:
    # One after the other, because some read what others have written.
    blocks = _BLOCK.findall((ROOT / "docs" / "how-to" / f"{page}.md").read_text())
    assert blocks
    for block in blocks:
        _check(project, block)


def _check(project: Project, block: str) -> None:
    command, *shown = block.strip().splitlines()
    words = shlex.split(command.removeprefix("$ "))
    assert words[0] == "pluribus"

    done = project.run(*words[1:])

    assert done.returncode in (0, 1), done.stderr
    said = iter(done.stdout.splitlines())
    for line in shown:
        # Each line that is shown must be said, in this order.
        assert line == "..." or line in said, f"{line}\n{done.stdout}"


def test_the_picture_of_the_explanation_is_current(tmp_path: Path) -> None:
    assert PICTURE.read_text() == picture(tmp_path)
