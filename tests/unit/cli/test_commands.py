"""Commands are found by name, and none is imported before it is run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from pluribus.cli.commands import COMMANDS, program
from tests.unit.cli.running import Run

IMPORTED = """
import sys
from pluribus.cli.exits import run
status = run(sys.argv[1:])
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(status)
"""


def imported_by(*arguments: str) -> set[str]:
    """Run a command that must succeed, and name the modules that it imported."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, *arguments], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


def test_the_help_of_the_program_imports_no_command_and_nothing_below() -> None:
    imported = imported_by("--help")

    assert {name for name in imported if name.partition(".")[0] == "pluribus"} == {
        "pluribus",
        "pluribus.cli",
        "pluribus.cli.commands",
        "pluribus.cli.exits",
        "pluribus.cli.help",
        "pluribus.cli.output",
        "pluribus.errors",
    }
    assert "msgspec" not in imported


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_imports_no_engine_and_no_other_command(name: str) -> None:
    imported = imported_by(name, "--help")

    assert f"pluribus.cli.{name}" in imported
    assert imported.isdisjoint(
        {"pluribus.app", "pluribus.codebase", "pluribus.contract", "pluribus.reports", "msgspec"}
    )
    assert imported.isdisjoint({f"pluribus.cli.{other}" for other in COMMANDS if other != name})


def test_the_version_imports_no_engine() -> None:
    assert "pluribus.app" not in imported_by("--version")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_says_of_itself(name: str) -> None:
    command = program.get_command(click.Context(program), name)

    assert command is not None
    assert command.help is not None
    assert command.help.partition("\n")[0] == COMMANDS[name]


def test_help_lists_every_command(pluribus: Run) -> None:
    outcome = pluribus("--help")

    assert outcome.status == 0
    assert outcome.err == ""
    assert [name for name in COMMANDS if f"\n  {name} " not in outcome.out] == []


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("name", COMMANDS)
def test_both_spellings_of_help_work_for_every_command(
    pluribus: Run, name: str, flag: str
) -> None:
    outcome = pluribus(name, flag)

    assert outcome.status == 0
    assert outcome.out.startswith(f"Usage: pluribus {name} ")


def test_without_a_command_the_help_is_on_stderr_and_it_is_an_error(pluribus: Run) -> None:
    outcome = pluribus()

    assert outcome.status == 2
    assert outcome.out == ""
    assert outcome.err.startswith("error: no command given\n\nhint: ")
    assert "\nCommands:\n" in outcome.err


def test_the_nearest_command_is_named(pluribus: Run) -> None:
    outcome = pluribus("chekc")

    assert outcome.status == 2
    assert outcome.err == (
        "error: there is no command `chekc`\n\nhint: did you mean `pluribus check`?\n"
    )


def test_a_folder_in_place_of_the_command_is_understood(pluribus: Run, tmp_path: Path) -> None:
    outcome = pluribus(str(tmp_path))

    assert f"hint: did you mean `pluribus check {tmp_path}`?" in outcome.err


def test_the_nearest_option_is_named(pluribus: Run) -> None:
    outcome = pluribus("check", "--slect", "rival")

    assert outcome.status == 2
    assert outcome.err == (
        "error: there is no option `--slect`\n\nhint: did you mean `--select`?\n"
    )


def test_a_value_that_is_no_choice_is_an_error_that_lists_them(pluribus: Run) -> None:
    outcome = pluribus("check", "--fail-on", "bad")

    assert outcome.status == 2
    assert "'error', 'warning', 'note'" in outcome.err
    assert outcome.err.endswith("hint: see `pluribus check --help`\n")


def test_the_version_is_one_line(pluribus: Run) -> None:
    outcome = pluribus("--version")

    assert outcome.status == 0
    assert outcome.out.startswith("pluribus ")
    assert outcome.out.count("\n") == 1


def test_options_are_completed(pluribus: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_PLURIBUS_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "pluribus check --output-f")
    monkeypatch.setenv("COMP_CWORD", "2")

    outcome = pluribus()

    assert outcome.out.split() == ["plain,--output-format", "plain,--output-file"]
