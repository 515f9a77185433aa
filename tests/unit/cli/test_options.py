"""An empty value is an error and never turns a check green; a path is what it must be."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from pluribus.cli.commands import program
from pluribus.cli.options import cache_folder
from pluribus.errors import ContractError, UsageError
from tests.unit.cli.running import Run


@pytest.mark.parametrize(
    "option",
    [
        "--select",
        "--ignore",
        "--concept",
        "--only",
        "--changed-since",
        "--contract",
        "--output-file",
        "--cache-dir",
    ],
)
@pytest.mark.parametrize("value", ["", " "])
def test_an_empty_value_is_an_error(pluribus: Run, option: str, value: str) -> None:
    outcome = pluribus("check", option, value)

    assert outcome.status == 2
    assert outcome.err.startswith(f"error: `{option}` has an empty value\n")


@pytest.mark.parametrize("value", [",", "rival,", ",rival", "rival,,clone", "rival, ,clone"])
def test_an_empty_name_among_others_is_an_error(pluribus: Run, value: str) -> None:
    outcome = pluribus("check", "--select", value)

    assert outcome.status == 2
    assert "`--select` has an empty value" in outcome.err


def test_one_empty_glob_among_others_is_an_error(pluribus: Run) -> None:
    assert pluribus("check", "--only", "src/**", "--only", "").status == 2


@pytest.mark.parametrize("name", ["check", "files", "config"])
def test_an_empty_path_is_not_the_current_folder(pluribus: Run, name: str) -> None:
    outcome = pluribus(name, "")

    assert outcome.status == 2
    assert outcome.err.startswith("error: `PATH` has an empty value\n")


def test_an_empty_rule_is_not_the_list_of_rules(pluribus: Run) -> None:
    outcome = pluribus("explain", "")

    assert outcome.status == 2
    assert outcome.err.startswith("error: `RULE` has an empty value\n")


@pytest.mark.parametrize("name", ["check", "files", "config"])
def test_a_path_that_does_not_exist_is_named(pluribus: Run, name: str, tmp_path: Path) -> None:
    outcome = pluribus(name, str(tmp_path / "missing"))

    assert outcome.status == 2
    assert outcome.err.startswith(f"error: `{tmp_path / 'missing'}` does not exist\n")


def test_a_file_is_no_root_and_the_hint_says_what_to_use(pluribus: Run, tmp_path: Path) -> None:
    (tmp_path / "chat.py").touch()

    outcome = pluribus("check", str(tmp_path / "chat.py"))

    assert outcome.status == 2
    assert "is not a folder" in outcome.err
    assert "--only" in outcome.err


def test_names_may_be_repeated_and_listed_and_globs_keep_their_commas() -> None:
    check = program.get_command(click.Context(program), "check")
    assert check is not None

    context = check.make_context(
        "check",
        ["--select", "rival, clone", "--select", "imports", "--only", "a,b/**", "--only", "c"],
    )

    assert context.params["select"] == ("rival", "clone", "imports")
    assert context.params["only"] == ("a,b/**", "c")
    assert context.params["ignore"] == ()


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    """A contract, whose content does not matter here."""
    path = tmp_path / "pluribus.toml"
    path.touch()
    return path


def test_the_cache_is_in_the_root_unless_told_otherwise(contract: Path) -> None:
    root = contract.parent
    elsewhere = root / "deep" / "elsewhere"

    default = cache_folder(root, contract=None, given=None, is_refused=False)
    chosen = cache_folder(root, contract=None, given=elsewhere, is_refused=False)

    assert default == root / ".pluribus_cache"
    assert chosen == elsewhere
    assert elsewhere.is_dir()


def test_without_a_cache_nothing_is_written(tmp_path: Path) -> None:
    assert cache_folder(tmp_path, contract=None, given=None, is_refused=True) is None
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_no_contract_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ContractError):
        cache_folder(tmp_path, contract=None, given=None, is_refused=False)

    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_a_warning(
    contract: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (contract.parent / ".pluribus_cache").touch()

    folder = cache_folder(contract.parent, contract=contract, given=None, is_refused=False)

    assert folder is None
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("warning: ")
    assert said.err.endswith("; going on without a cache\n")


def test_a_cache_that_is_both_named_and_refused_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="exclude each other"):
        cache_folder(tmp_path, contract=None, given=tmp_path, is_refused=True)
