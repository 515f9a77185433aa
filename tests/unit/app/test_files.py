"""The list of files is the one that a check sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluribus.app.files import FileListing, list_files
from pluribus.errors import ContractError
from tests.unit.app.judging import CLEAN, CONTRACT, judged, written


def listed(root: Path) -> FileListing:
    return list_files(root, contract=None, cache=None)


def test_the_files_that_are_listed_are_those_that_a_check_counts(tmp_path: Path) -> None:
    files = {**CLEAN, "tests/test_mail.py": "", "app/broken.py": "def (:\n"}
    written(tmp_path, files)

    listing = listed(tmp_path)
    done = judged(tmp_path).completeness

    assert len(listing.selected) == done.files.seen
    assert sum(each.is_test for each in listing.selected) == done.files.tests
    assert listing.roots == done.roots
    assert [each.path for each in listing.selected if each.status == "recovered"] == [
        note.path for note in done.recovered
    ]


def test_each_file_has_the_name_under_which_it_is_imported(tmp_path: Path) -> None:
    listing = listed(written(tmp_path, CLEAN))

    assert {each.path: each.module for each in listing.selected} == {
        "app/__init__.py": "app",
        "app/mail.py": "app.mail",
        "app/manager.py": "app.manager",
    }


def test_what_was_left_out_has_a_reason(tmp_path: Path) -> None:
    contract = '[codebase]\nexclude = ["app/mail.py"]\n\n' + CONTRACT
    listing = listed(written(tmp_path, {**CLEAN, "pluribus.toml": contract}))

    assert [(note.path, note.reason) for note in listing.left_out] == [
        ("app/mail.py", "excluded by the contract")
    ]
    assert "app/mail.py" not in {each.path for each in listing.selected}


def test_an_empty_selection_is_an_answer_too(tmp_path: Path) -> None:
    listing = listed(written(tmp_path, {"pluribus.toml": CONTRACT}))

    assert listing.selected == ()


def test_an_owner_that_is_not_defined_does_not_matter(tmp_path: Path) -> None:
    contract = CONTRACT.replace("app.manager:Manager", "app.manager:Gone")

    listing = listed(written(tmp_path, {**CLEAN, "pluribus.toml": contract}))

    assert len(listing.selected) == 3


def test_a_contract_is_needed(tmp_path: Path) -> None:
    written(tmp_path, {"app.py": ""})

    with pytest.raises(ContractError, match="no contract at or above"):
        listed(tmp_path)
