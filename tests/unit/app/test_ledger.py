"""What was seen, what was not checked and why: it adds up, and silence means checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluribus.findings import Completeness, NotRun, Selector
from tests.unit.app.judging import CLEAN, CONTRACT, judged, written


def completeness(root: Path, files: dict[str, str]) -> Completeness:
    return judged(written(root, {**CLEAN, **files})).completeness


def test_every_file_is_counted_once(tmp_path: Path) -> None:
    done = completeness(
        tmp_path,
        {
            "app/broken.py": "from app.manager import Manager\n\ndef (:\n",
            "app/null.py": "text = '\0'\n",
            "tests/test_mail.py": "from app.manager import Manager\n",
        },
    )

    files = done.files
    assert files.seen == 6
    assert files.seen == files.parsed + files.recovered + files.set_aside + files.not_parsed
    assert files.tests == 1
    assert sum(root.files for root in done.roots) == files.seen


def test_a_whole_check_of_whole_files_is_complete(tmp_path: Path) -> None:
    done = completeness(tmp_path, {})

    assert done.is_complete
    assert (done.files.seen, done.files.parsed) == (3, 3)
    assert done.excluded == {}
    assert done.not_run == ()


def test_a_file_with_a_syntax_error_is_read_as_far_as_it_goes_and_said(tmp_path: Path) -> None:
    text = "from app.legacy import Manager\n\ndef (:\n"
    report = judged(
        written(tmp_path, {**CLEAN, "app/broken.py": text, "app/legacy.py": ""}), "legacy-import"
    )

    (note,) = report.completeness.recovered
    assert note.path == "app/broken.py"
    assert "3" in note.reason
    assert not report.completeness.is_complete
    assert [each.location.path for each in report.findings] == ["app/broken.py"]


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    written(tmp_path, CLEAN)
    (tmp_path / "app" / "bytes.py").write_bytes(b"name = '\xff\xfe'\n")

    done = judged(tmp_path).completeness

    noted = [note.path for note in (*done.not_parsed, *done.recovered)]
    assert noted == ["app/bytes.py"]
    assert not done.is_complete


def test_a_file_in_a_declared_encoding_is_whole(tmp_path: Path) -> None:
    written(tmp_path, CLEAN)
    text = "# coding: latin-1\nname = 'é'\n"
    (tmp_path / "app" / "latin.py").write_bytes(text.encode("latin-1"))

    done = judged(tmp_path).completeness

    assert done.is_complete


def test_a_file_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, {**CLEAN, "app/secret.py": "LIMIT = 1\n"}) / "app" / "secret.py"
    path.chmod(0)
    try:
        path.read_bytes()
    except PermissionError:
        pass
    else:
        pytest.skip("needs a user who may not read everything")

    done = judged(tmp_path).completeness

    assert [(note.path, note.reason) for note in done.not_parsed] == [
        ("app/secret.py", "no permission to read it")
    ]
    assert done.files.not_parsed == 1


def test_files_that_were_left_out_are_counted_by_reason(tmp_path: Path) -> None:
    contract = '[codebase]\nexclude = ["old/**"]\n\n' + CONTRACT
    files = {**CLEAN, "pluribus.toml": contract, "old/one.py": "", "old/two.py": ""}
    written(tmp_path, files)
    (tmp_path / "app" / "link.py").symlink_to("mail.py")

    done = judged(tmp_path).completeness

    assert done.excluded == {"a symbolic link": 1, "excluded by the contract": 2}
    assert done.files.seen == 3
    assert done.is_complete


def test_declared_globs_say_how_much_they_match_and_that_one_matches_nothing(
    tmp_path: Path,
) -> None:
    globs = '[codebase]\nexclude = ["old/**", "gone/**"]\ntests = ["spec/**"]\n\n'
    files = {"pluribus.toml": globs + CONTRACT, "old/one.py": "", "spec/mail.py": ""}

    done = completeness(tmp_path, files)

    assert done.selectors == (
        Selector("codebase.exclude", "old/**", 1),
        Selector("codebase.exclude", "gone/**", 0),
        Selector("codebase.tests", "spec/**", 1),
    )
    assert done.files.tests == 1


def test_globs_of_tests_that_nobody_declared_are_no_news(tmp_path: Path) -> None:
    done = completeness(tmp_path, {"tests/test_mail.py": ""})

    assert done.selectors == ()
    assert done.files.tests == 1


def test_imports_whose_target_is_not_known_are_counted_by_reason(tmp_path: Path) -> None:
    done = completeness(
        tmp_path, {"app/chat.py": "import importlib\nfrom app.gone import Hub\nimport os\n"}
    )

    assert sum(done.unresolved_imports.values()) == 1


def test_where_every_import_is_known_none_is_counted(tmp_path: Path) -> None:
    done = completeness(tmp_path, {"app/chat.py": "import os\nfrom app.mail import MAIL\n"})

    assert done.unresolved_imports == {}


def test_a_rule_that_cannot_judge_a_constant_is_said_not_to_have_run(tmp_path: Path) -> None:
    contract = '[concepts.limits]\nowner = "app.limits:LIMITS"\n'
    files = {"pluribus.toml": contract, "app/limits.py": "LIMITS = (1, 2)\n"}

    done = completeness(tmp_path, files)

    assert (
        NotRun(
            "rival",
            "limits",
            "the owner is a value: it has neither methods nor parameters to compare",
        )
        in done.not_run
    )
    assert not done.is_complete


@pytest.mark.parametrize(
    "source",
    ["class Limits:\n    def check(self): ...\n", "def Limits(): ...\n"],
    ids=["class", "function"],
)
def test_a_rule_that_can_judge_the_owner_is_run(tmp_path: Path, source: str) -> None:
    contract = '[concepts.limits]\nowner = "app.limits:Limits"\n'

    done = completeness(tmp_path, {"pluribus.toml": contract, "app/limits.py": source})

    assert "rival" not in {each.rule for each in done.not_run}


LARGE = 1_600
"""A tree of so many files is not read whole."""


def test_in_a_large_tree_files_that_cannot_matter_are_set_aside_and_counted(
    tmp_path: Path,
) -> None:
    files = {f"pages/page_{number}.py": "LIMIT = 1\n" for number in range(LARGE)}
    files["pages/page_7.py"] = "import os  # pluribus: ignore[rival] no longer true\n"

    report = judged(written(tmp_path, {**CLEAN, **files}))

    done = report.completeness.files
    assert done.seen == LARGE + 3
    assert done.seen == done.parsed + done.recovered + done.set_aside + done.not_parsed
    assert done.set_aside >= LARGE - 1
    assert report.completeness.is_complete
    assert [(each.rule, each.location.path) for each in report.findings] == [
        ("unused-suppression", "pages/page_7.py")
    ]


def test_roots_are_listed_with_what_gave_them_away(tmp_path: Path) -> None:
    done = completeness(
        tmp_path, {"pyproject.toml": "", "src/shop/__init__.py": "", "src/shop/cart.py": ""}
    )

    assert [(root.path, root.files) for root in done.roots] == [(".", 3), ("src", 2)]
    assert all(root.reason for root in done.roots)
