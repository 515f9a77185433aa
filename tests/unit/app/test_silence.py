"""A comment silences the rules it names, in its statement, for the reason that it gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluribus.app.check import CheckOptions, check
from pluribus.findings import Report
from tests.unit.app.judging import IGNORE, REASON, judged, places, said_of, written


def test_a_comment_at_the_end_of_the_line_silences_the_finding(tmp_path: Path) -> None:
    report = said_of(tmp_path, f"from app.legacy import Manager  {IGNORE} {REASON}\n")

    assert report.findings == ()
    assert report.suppressed == 1
    assert not report.failed


def test_a_comment_on_a_line_of_its_own_silences_the_statement_below(tmp_path: Path) -> None:
    report = said_of(tmp_path, f"{IGNORE} {REASON}\nfrom app.legacy import Manager\n")

    assert report.findings == ()
    assert report.suppressed == 1


def test_blank_lines_and_other_comments_may_stand_between_a_comment_and_its_statement(
    tmp_path: Path,
) -> None:
    report = said_of(
        tmp_path, f"{IGNORE} {REASON}\n\n# The old name.\nfrom app.legacy import Manager\n"
    )

    assert report.findings == ()


@pytest.mark.parametrize(
    "statement",
    [
        "from app.legacy import (  {comment}\n    LIMIT,\n    Manager,\n)\n",
        "from app.legacy import (\n    LIMIT,\n    Manager,  {comment}\n)\n",
        "from app.legacy import (\n    {comment}\n    LIMIT,\n    Manager,\n)\n",
        "from app.legacy import (\n    LIMIT,\n    Manager,\n)  {comment}\n",
        "from app.legacy import LIMIT, \\\n    Manager  {comment}\n",
    ],
    ids=["first line", "at the name", "on its own line inside", "last line", "after a backslash"],
)
def test_a_comment_anywhere_in_an_import_of_many_lines_silences_all_of_it(
    tmp_path: Path, statement: str
) -> None:
    aloud = said_of(tmp_path, statement.format(comment="# as ever"))
    silent = said_of(tmp_path, statement.format(comment=f"{IGNORE} {REASON}"))

    assert aloud.findings != ()
    assert silent.findings == ()
    assert silent.suppressed == len(aloud.findings)


def test_a_comment_inside_an_indented_block_silences_its_statement(tmp_path: Path) -> None:
    report = said_of(
        tmp_path,
        f"def chat():\n    {IGNORE} {REASON}\n    from app.legacy import Manager\n"
        "    return Manager\n",
    )

    assert report.findings == ()
    assert report.suppressed == 1


def test_the_statement_after_the_silenced_one_is_heard(tmp_path: Path) -> None:
    report = said_of(
        tmp_path,
        f"from app.legacy import Manager  {IGNORE} {REASON}\nfrom app.legacy import LIMIT\n",
    )

    assert places(report.findings) == [("legacy-import", "app/chat.py", 2)]
    assert report.suppressed == 1


def test_a_comment_below_a_statement_does_not_silence_it(tmp_path: Path) -> None:
    report = said_of(tmp_path, f"from app.legacy import Manager\n{IGNORE} {REASON}\n")

    assert places(report.findings) == [
        ("unused-suppression", "app/chat.py", 2),
        ("legacy-import", "app/chat.py", 1),
    ]


def test_one_comment_can_silence_several_rules(tmp_path: Path) -> None:
    report = said_of(
        tmp_path,
        "from app.manager import Manager\n"
        "from app.legacy import Manager as Old  "
        f"# pluribus: ignore[legacy-import, dual-import] {REASON}\n",
        "legacy-import",
        "dual-import",
    )

    assert report.findings == ()
    assert report.suppressed == 2


def test_a_rule_that_the_comment_does_not_name_is_heard(tmp_path: Path) -> None:
    report = said_of(
        tmp_path,
        f"from app.manager import Manager\nfrom app.legacy import Manager as Old  {IGNORE} why\n",
        "legacy-import",
        "dual-import",
    )

    assert [each.rule for each in report.findings] == ["dual-import"]
    assert report.suppressed == 1


def test_the_name_of_a_family_silences_nothing(tmp_path: Path) -> None:
    report = said_of(
        tmp_path, f"from app.legacy import Manager  # pluribus: ignore[imports] {REASON}\n"
    )

    assert "legacy-import" in {each.rule for each in report.findings}
    assert report.suppressed == 0


def test_a_string_that_is_spelled_like_a_comment_silences_nothing(tmp_path: Path) -> None:
    report = said_of(tmp_path, f'from app.legacy import Manager; NOTE = "{IGNORE} {REASON}"\n')

    assert places(report.findings) == [("legacy-import", "app/chat.py", 1)]


def test_comments_can_be_overruled(tmp_path: Path) -> None:
    said_of(tmp_path, f"from app.legacy import Manager  {IGNORE} {REASON}\n")

    report = check(tmp_path, CheckOptions(select=("legacy-import",), honours_suppressions=False))

    assert places(report.findings) == [("legacy-import", "app/chat.py", 1)]
    assert report.suppressed == 0


def test_what_is_silenced_does_not_fail_the_check_and_is_in_no_tally(tmp_path: Path) -> None:
    report = said_of(tmp_path, f"from app.legacy import Manager  {IGNORE} {REASON}\n")

    assert not report.failed
    assert report.tallies == ()


def test_a_comment_may_stand_behind_one_for_another_tool(tmp_path: Path) -> None:
    report = said_of(
        tmp_path, f"from app.legacy import Manager  # noqa: F401  {IGNORE} {REASON}\n"
    )

    assert report.findings == ()
    assert report.suppressed == 1


def test_a_comment_for_another_tool_may_stand_behind(tmp_path: Path) -> None:
    report = said_of(
        tmp_path, f"from app.legacy import Manager  {IGNORE} {REASON}  # noqa: F401\n"
    )

    assert report.findings == ()


RIVALS = """\
[concepts.hub]
owner = "app.hub:SocketHub"
rivals = { names = ["*SocketHub"] }
"""
HUB = """\
class SocketHub:
    def add_socket(self, user, socket):
        self.first = user

    def drop_socket(self, user):
        self.first = None

    def tell_user(self, user, event):
        self.last = event
"""


def rivals_of(root: Path, above: str) -> Report:
    """What is said of a second hub below these lines."""
    other = above + HUB.replace("SocketHub", "OtherSocketHub")
    files = {"pluribus.toml": RIVALS, "app/hub.py": HUB, "app/other.py": other}
    return judged(written(root, files), "rival")


def test_a_comment_above_a_class_silences_what_is_said_of_the_class(tmp_path: Path) -> None:
    aloud = rivals_of(tmp_path, "# as ever\n")
    silent = rivals_of(tmp_path, f"# pluribus: ignore[rival] {REASON}\n")

    assert [each.rule for each in aloud.findings] == ["rival"]
    assert silent.findings == ()
    assert silent.suppressed == 1


@pytest.mark.parametrize(
    "header",
    [
        "{comment}\n@final\n",
        "{comment}\n@final\n@register(\n    1,\n)\n",
        "@final  {comment}\n@register(1)\n",
        "@final\n{comment}\n@register(1)\n",
        "@final\n# As ever.\n\n{comment}\n",
    ],
    ids=["above one", "above several", "at one", "between", "below"],
)
def test_a_comment_at_the_decorators_of_a_class_silences_what_is_said_of_the_class(
    tmp_path: Path, header: str
) -> None:
    comment = f"# pluribus: ignore[rival] {REASON}"
    names = "from typing import final\nfrom app.hub import register\n\n"

    silent = rivals_of(tmp_path, names + header.format(comment=comment))

    assert silent.findings == ()
    assert silent.suppressed == 1


def test_a_comment_above_decorators_does_not_reach_into_the_body(tmp_path: Path) -> None:
    report = said_of(
        tmp_path,
        f"import functools\n\n{IGNORE} {REASON}\n@functools.cache\ndef chat():\n"
        "    from app.legacy import Manager\n",
    )

    assert places(report.findings) == [
        ("unused-suppression", "app/chat.py", 3),
        ("legacy-import", "app/chat.py", 6),
    ]


def test_a_comment_above_decorators_silences_what_is_said_of_a_decorator(tmp_path: Path) -> None:
    """The decorators and what they decorate are one line: neither is silenced alone."""
    report = said_of(
        tmp_path,
        "import app.manager\n\n"
        f"# pluribus: ignore[bypassed-factory] {REASON}\n@app.manager.Manager()\n"
        "def chat(): ...\n",
        "bypassed-factory",
    )

    assert "bypassed-factory" not in {each.rule for each in report.findings}
