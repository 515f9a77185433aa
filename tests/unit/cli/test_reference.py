"""The reference of the command line is what the commands say of themselves."""

from __future__ import annotations

import pytest

from pluribus.cli.commands import COMMANDS
from tests.unit.cli.reference import PAGE, page


def test_the_page_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")  # the terminal of whoever writes it has no say

    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.unit.cli.reference`"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_examples_and_exit_statuses(name: str) -> None:
    _, _, section = page().partition(f"## pluribus {name}\n")
    section, _, _ = section.partition("\n## ")

    assert f"\nExamples:\n  pluribus {name}" in section
    assert "\nExit status:\n  0 " in section
    assert "\n  130  interrupted" in section
