"""The contract is shown as it was understood, and where it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pluribus.contract import schema_files
from tests.unit.cli.running import Run

CONTRACT = '[concepts.chat]\nowner = "shop.chat:Manager"\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a contract, and a folder in it."""
    (tmp_path / "pluribus.toml").write_text(CONTRACT)
    (tmp_path / "part").mkdir()
    return tmp_path


def test_the_text_is_a_contract_that_is_understood_in_the_same_way(
    project: Path, pluribus: Run
) -> None:
    outcome = pluribus("config", str(project))

    assert outcome.status == 0
    (project / "part" / "pluribus.toml").write_text(outcome.out)
    original, again = (
        pluribus("config", str(folder), "--output-format", "json").out
        for folder in (project, project / "part")
    )
    assert again == original


def test_the_contract_above_is_found_and_its_place_is_told(project: Path, pluribus: Run) -> None:
    outcome = pluribus("config", str(project / "part"))

    assert outcome.status == 0
    assert outcome.err == f"read from {project / 'pluribus.toml'}\n"
    assert str(project) not in outcome.out


def test_json_holds_the_defaults(project: Path, pluribus: Run) -> None:
    outcome = pluribus("config", str(project), "--output-format", "json")

    concept = json.loads(outcome.out)["concepts"]["chat"]
    assert concept["owner"] == "shop.chat:Manager"
    assert concept["import-paths"] == ["shop.chat"]


def test_another_contract_can_be_named(project: Path, pluribus: Run) -> None:
    other = project / "other.toml"
    other.write_text(CONTRACT.replace("chat", "mail"))

    outcome = pluribus("config", str(project), "--contract", str(other))

    assert "[concepts.mail]" in outcome.out
    assert outcome.err == f"read from {other}\n"


def test_a_contract_that_is_missing_is_an_error(project: Path, pluribus: Run) -> None:
    outcome = pluribus("config", "--contract", str(project / "missing.toml"))

    assert outcome.status == 2
    assert outcome.err.startswith("error: missing.toml: cannot be read")


def test_a_folder_without_a_contract_is_an_error_that_shows_one(
    tmp_path: Path, pluribus: Run
) -> None:
    outcome = pluribus("config", str(tmp_path))

    assert outcome.status == 2
    assert outcome.out == ""
    assert "\nhint: write one" in outcome.err
    assert "[concepts." in outcome.err


def test_the_schema_is_the_published_one_and_needs_no_contract(pluribus: Run) -> None:
    outcome = pluribus("config", "--schema")

    assert outcome.status == 0
    assert outcome.out == schema_files()["contract.schema.json"]
    assert outcome.err == ""
