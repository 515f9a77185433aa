"""Comments that silence nothing are findings themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluribus.app.check import CheckOptions, check
from pluribus.findings import Severity
from tests.unit.app.judging import CLEAN, IGNORE, REASON, judged, places, said_of, written


def test_a_comment_without_a_reason_silences_nothing_and_is_a_warning(tmp_path: Path) -> None:
    report = said_of(tmp_path, f"from app.legacy import Manager  {IGNORE}\n")

    malformed = next(each for each in report.findings if each.rule == "malformed-suppression")
    assert places(report.findings) == [
        ("malformed-suppression", "app/chat.py", 1),
        ("legacy-import", "app/chat.py", 1),
    ]
    assert "lacks a reason" in malformed.message
    assert malformed.severity is Severity.WARNING
    assert report.suppressed == 0


@pytest.mark.parametrize(
    "directive",
    ["ignore", "ignore because", "ignore[] because", "ignored[legacy-import]", "disable=all"],
)
def test_a_comment_without_rules_silences_nothing_and_is_a_warning(
    tmp_path: Path, directive: str
) -> None:
    report = said_of(tmp_path, f"from app.legacy import Manager  # pluribus: {directive}\n")

    rules = {each.rule: each.message for each in report.findings}
    assert "legacy-import" in rules
    assert "lacks the rules in brackets" in rules["malformed-suppression"]


def test_a_comment_that_only_speaks_of_pluribus_is_left_alone(tmp_path: Path) -> None:
    report = said_of(
        tmp_path, "# See the manual of pluribus: it says more.\n# E pluribus unum.\nLIMIT = 1\n"
    )

    assert report.findings == ()


def test_an_unknown_rule_in_a_comment_is_said(tmp_path: Path) -> None:
    report = said_of(
        tmp_path,
        f"from app.legacy import Manager  # pluribus: ignore[legacy-imprt] {REASON}\n",
    )

    messages = [each.message for each in report.findings if each.rule == "unused-suppression"]
    assert messages == ["`ignore[legacy-imprt]` silences nothing: there is no rule `legacy-imprt`"]
    assert "legacy-import" in {each.rule for each in report.findings}


def test_a_comment_that_silences_nothing_is_said(tmp_path: Path) -> None:
    report = said_of(tmp_path, f"from app.manager import Manager  {IGNORE} {REASON}\n")

    assert places(report.findings) == [("unused-suppression", "app/chat.py", 1)]
    assert report.findings[0].message == "`ignore[legacy-import]` silences nothing"
    assert report.failed


def test_of_two_rules_in_a_comment_only_the_unused_one_is_said(tmp_path: Path) -> None:
    report = said_of(
        tmp_path,
        "from app.legacy import Manager  "
        f"# pluribus: ignore[legacy-import, dual-import] {REASON}\n",
        "legacy-import",
        "dual-import",
    )

    assert [each.message for each in report.findings] == ["`ignore[dual-import]` silences nothing"]
    assert report.suppressed == 1


def test_a_comment_for_a_rule_that_was_not_run_is_not_called_unused(tmp_path: Path) -> None:
    report = said_of(tmp_path, f"from app.manager import Manager  {IGNORE} {REASON}\n", "rival")

    assert report.findings == ()


def test_a_comment_is_judged_in_a_file_that_names_no_concept(tmp_path: Path) -> None:
    report = said_of(tmp_path, f"import os  {IGNORE} {REASON}\n")

    assert places(report.findings) == [("unused-suppression", "app/chat.py", 1)]


def test_a_comment_that_lacks_a_reason_is_said_when_comments_are_overruled_too(
    tmp_path: Path,
) -> None:
    said_of(tmp_path, f"from app.legacy import Manager  {IGNORE}\n")

    report = check(tmp_path, CheckOptions(select=("legacy-import",), honours_suppressions=False))

    assert {each.rule for each in report.findings} == {"legacy-import", "malformed-suppression"}


def test_an_unused_comment_is_counted_with_the_findings(tmp_path: Path) -> None:
    report = said_of(tmp_path, f"from app.manager import Manager  {IGNORE} {REASON}\n")

    tally = report.tallies[0]
    assert (tally.concept, tally.rule, tally.production) == ("", "unused-suppression", 1)


def test_a_comment_is_not_called_unused_when_a_concept_that_it_may_serve_was_not_judged(
    tmp_path: Path,
) -> None:
    """A comment names no concept: with one concept left out, nobody knows what it silences."""
    contract = (
        '[concepts.manager]\nowner = "app.manager:Manager"\nlegacy-paths = ["app.legacy"]\n'
        '[concepts.mail]\nowner = "app.mail:MAIL"\n'
    )
    chat = f"from app.legacy import Manager  {IGNORE} {REASON}\n"
    files = {"pluribus.toml": contract, "app/legacy.py": "class Manager: ...\n"}
    written(tmp_path, {**CLEAN, **files, "app/chat.py": chat})

    report = check(tmp_path, CheckOptions(select=("legacy-import",), concepts=("mail",)))

    assert report.findings == ()


def test_a_comment_for_a_rule_that_could_not_be_run_is_not_called_unused(tmp_path: Path) -> None:
    contract = '[concepts.limits]\nowner = "app.limits:LIMITS"\n'
    limits = f"LIMITS = (1, 2)\nOTHERS = (1, 2)  # pluribus: ignore[rival] {REASON}\n"
    written(tmp_path, {**CLEAN, "pluribus.toml": contract, "app/limits.py": limits})

    report = judged(tmp_path, "rival")

    assert [each.rule for each in report.completeness.not_run] == ["rival"]
    assert report.findings == ()


def test_a_comment_in_a_file_that_an_ignore_silences_is_not_called_unused_without_need(
    tmp_path: Path,
) -> None:
    """Either may go, the comment or the ignore; the comment is said."""
    contract = CLEAN["pluribus.toml"] + '[per-file-ignores]\n"app/chat.py" = ["legacy-import"]\n'
    chat = f"from app.legacy import Manager  {IGNORE} {REASON}\n"
    shim = "from app.manager import Manager as Manager\n"
    files = {"pluribus.toml": contract, "app/legacy.py": shim, "app/chat.py": chat}
    written(tmp_path, {**CLEAN, **files})

    report = judged(tmp_path, "legacy-import")

    assert [each.rule for each in report.findings] == ["unused-suppression"]
    assert report.suppressed == 1


def test_a_wrong_comment_in_a_test_is_counted_with_the_tests(tmp_path: Path) -> None:
    text = "import os  # pluribus: ignore[rival] why\nimport re  # pluribus: ignore[rival]\n"

    report = judged(written(tmp_path, {**CLEAN, "tests/test_mail.py": text}))

    assert [each.rule for each in report.findings] == [
        "unused-suppression",
        "malformed-suppression",
    ]
    assert all(each.in_tests for each in report.findings)


def test_a_family_in_a_comment_is_said(tmp_path: Path) -> None:
    report = said_of(
        tmp_path, f"from app.legacy import Manager  # pluribus: ignore[imports] {REASON}\n"
    )

    messages = {each.rule: each.message for each in report.findings}
    assert "legacy-import" in messages
    assert (
        messages["unused-suppression"]
        == "`ignore[imports]` silences nothing: `imports` is a family"
    )
