"""What the contract accepts: rules that are silent in some files, and exemptions of a concept."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluribus.app.check import CheckOptions, check
from tests.unit.app.judging import CONTRACT, LEGACY, judged, places, written

IN_TESTS = ("legacy-import", "tests/test_chat.py", 1)
IN_APP = ("legacy-import", "app/chat.py", 1)


def project(root: Path, contract: str) -> Path:
    return written(root, {**LEGACY, "pluribus.toml": contract})


def test_without_any_ignore_both_files_are_heard(tmp_path: Path) -> None:
    report = judged(project(tmp_path, CONTRACT), "legacy-import")

    assert places(report.findings) == [IN_APP, IN_TESTS]
    assert report.suppressed == 0


@pytest.mark.parametrize("name", ["legacy-import", "imports"])
@pytest.mark.parametrize("glob", ["tests/**", "tests/", "/tests", "test_*.py"])
def test_a_per_file_ignore_silences_a_rule_or_a_family_in_the_files_that_match(
    tmp_path: Path, glob: str, name: str
) -> None:
    contract = CONTRACT + f'[per-file-ignores]\n"{glob}" = ["{name}"]\n'

    report = judged(project(tmp_path, contract), "legacy-import")

    assert places(report.findings) == [IN_APP]
    assert report.suppressed == 1


@pytest.mark.parametrize("name", ["dual-import", "implementations"])
def test_a_per_file_ignore_leaves_other_rules_alone(tmp_path: Path, name: str) -> None:
    contract = CONTRACT + f'[per-file-ignores]\n"tests/**" = ["{name}"]\n'

    report = judged(project(tmp_path, contract), "legacy-import")

    assert places(report.findings) == [IN_APP, IN_TESTS]


@pytest.mark.parametrize("glob", ["test/**", "chat", "tests/*/**"])
def test_a_per_file_ignore_leaves_files_alone_that_do_not_match(tmp_path: Path, glob: str) -> None:
    contract = CONTRACT + f'[per-file-ignores]\n"{glob}" = ["imports"]\n'

    report = judged(project(tmp_path, contract), "legacy-import")

    assert places(report.findings) == [IN_APP, IN_TESTS]


def exempt(files: str, name: str) -> str:
    return CONTRACT + (
        f'exempt = [{{ files = ["{files}"], rules = ["{name}"], reason = "it tests it" }}]\n'
    )


@pytest.mark.parametrize("name", ["legacy-import", "imports"])
def test_an_exemption_silences_a_rule_or_a_family_in_the_files_that_match(
    tmp_path: Path, name: str
) -> None:
    report = judged(project(tmp_path, exempt("tests/**", name)), "legacy-import")

    assert places(report.findings) == [IN_APP]
    assert report.suppressed == 1


def test_an_exemption_leaves_other_rules_and_other_files_alone(tmp_path: Path) -> None:
    report = judged(project(tmp_path, exempt("tests/**", "dual-import")), "legacy-import")

    assert places(report.findings) == [IN_APP, IN_TESTS]


def test_an_exemption_of_one_concept_leaves_the_others_alone(tmp_path: Path) -> None:
    second = CONTRACT.replace("[concepts.manager]", "[concepts.again]")
    contract = exempt("tests/**", "imports") + second

    report = judged(project(tmp_path, contract), "legacy-import")

    assert [(each.concept, each.location.path) for each in report.findings] == [
        ("again", "app/chat.py"),
        ("again", "tests/test_chat.py"),
        ("manager", "app/chat.py"),
    ]


def test_a_finding_that_is_silenced_twice_is_counted_once(tmp_path: Path) -> None:
    contract = exempt("tests/**", "imports") + '[per-file-ignores]\n"tests/" = ["imports"]\n'

    report = judged(project(tmp_path, contract), "legacy-import")

    assert report.suppressed == 1


def test_the_contract_still_holds_when_comments_are_overruled(tmp_path: Path) -> None:
    project(tmp_path, exempt("tests/**", "imports"))

    report = check(tmp_path, CheckOptions(select=("legacy-import",), honours_suppressions=False))

    assert places(report.findings) == [IN_APP]
    assert report.suppressed == 1


@pytest.mark.parametrize("glob", ["/app/chat.py", "app/**", "chat.py"])
def test_globs_are_relative_to_the_contract_when_a_part_is_checked(
    tmp_path: Path, glob: str
) -> None:
    project(tmp_path, CONTRACT + f'[per-file-ignores]\n"{glob}" = ["imports"]\n')

    report = judged(tmp_path / "app", "legacy-import")

    assert report.findings == ()
    assert report.suppressed == 1


def test_a_glob_that_is_relative_to_the_part_that_is_checked_does_not_match(
    tmp_path: Path,
) -> None:
    project(tmp_path, CONTRACT + '[per-file-ignores]\n"/chat.py" = ["imports"]\n')

    report = judged(tmp_path / "app", "legacy-import")

    assert places(report.findings) == [("legacy-import", "chat.py", 1)]
