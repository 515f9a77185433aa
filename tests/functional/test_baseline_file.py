"""A baseline that is spoiled or merged: the rest of the table in docs/explanation/baseline.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import pytest

from tests.functional.baseline_project import CHAT, REASON, Accepted


def _replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


SPOILED: Final[Mapping[str, tuple[Callable[[str], str], str]]] = {
    "a line twice": (
        lambda text: text + text.splitlines()[1] + "\n",
        ":5: the same entry is in line 2 too",
    ),
    "no header": (lambda text: text.split("\n", 1)[1], ":1: this is no header of a baseline"),
    "a later schema": (_replaced('"baseline":1', '"baseline":7'), "`baseline` 7 is not known"),
    "a later identity": (_replaced('t":1', 't":2'), "`fingerprint` 2 is not known"),
    "a count of none": (_replaced('"count":1', '"count":0'), ":2: not an entry: Expected `int"),
    "a key that is none": (_replaced('"count"', '"line":7,"count"'), "unknown field `line`"),
    "no reason": (_replaced(REASON, " "), "at `$.reason`"),
    "a day that is none": (_replaced('"phase"', '"expires":"soon","phase"'), "at `$.expires`"),
    "cut short": (lambda text: text[:-20], ":4: not an entry"),
    "nothing in it": (lambda _: "", "the baseline is empty"),
    "a conflict": (lambda text: f"<<<<<<< HEAD\n{text}", ":1: a merge conflict is not resolved"),
}
"""What is done to the file, and what is said of it."""


@pytest.mark.parametrize("how", SPOILED)
def test_the_file_is_malformed(accepted: Accepted, how: str) -> None:
    spoil, said = SPOILED[how]
    accepted.file.write_text(spoil(accepted.file.read_text()))

    checked = accepted.check()

    assert (checked.status, checked.report) == (2, None)
    assert said in checked.stderr
    assert "\n\nhint: " in checked.stderr


def test_line_ends_and_a_byte_order_mark_are_changed(accepted: Accepted) -> None:
    text = accepted.file.read_bytes()
    accepted.file.write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n") + b"\r\n")

    checked = accepted.check("--base-ref", "main")

    assert (checked.status, checked.use["accepted"]) == (0, 3)


def test_two_branches_take_out_different_entries(accepted: Accepted) -> None:
    accepted.with_driver()
    accepted.delete("app/chat.py")
    accepted.ran("prune")
    accepted.commit("one")
    accepted.git("checkout", "--quiet", "main")
    accepted.delete("tests/test_chat.py")
    accepted.ran("prune")
    accepted.commit("another")

    accepted.git("merge", "--quiet", "--no-edit", "work")

    assert [each["path"] for each in accepted.entries] == ["app/legacy.py"]
    assert accepted.check().status == 0


def test_two_branches_take_in_different_entries(accepted: Accepted) -> None:
    accepted.with_driver()
    for branch, name in (("work", "app/one.py"), ("main", "app/two.py")):
        accepted.git("checkout", "--quiet", branch)
        accepted.write(name, CHAT)
        accepted.ran("update", "--reason", branch)
        accepted.commit(name)

    accepted.git("merge", "--quiet", "--no-edit", "work")

    assert {each["path"]: each["reason"] for each in accepted.entries}.items() >= {
        "app/one.py": "work",
        "app/two.py": "main",
    }.items()
    assert accepted.check().status == 0


def test_two_branches_give_one_entry_two_reasons(accepted: Accepted) -> None:
    accepted.with_driver()
    for branch in ("work", "main"):
        accepted.git("checkout", "--quiet", branch)
        first, *rest = accepted.with_chat_first
        accepted.write_entries({**first, "reason": branch}, *rest)
        accepted.commit(branch)

    said = accepted.git("merge", "--no-edit", "work", status=1)

    assert "keep one line" in said
    text = accepted.file.read_text()
    assert re.findall("^(?:<<<<<<<|=======|>>>>>>>)", text, re.MULTILINE) == [
        "<<<<<<<",
        "=======",
        ">>>>>>>",
    ]
    assert text.count('"path":"app/chat.py"') == 2
    assert accepted.check().status == 2


def test_two_branches_merge_without_the_driver(accepted: Accepted) -> None:
    for branch, name in (("work", "app/chat1.py"), ("main", "app/chat2.py")):
        accepted.git("checkout", "--quiet", branch)
        accepted.write(name, CHAT)
        accepted.ran("update", "--reason", branch)
        accepted.commit(name)

    accepted.git("merge", "--no-edit", "work", status=1)

    checked = accepted.check()
    assert checked.status == 2
    assert "a merge conflict is not resolved" in checked.stderr
