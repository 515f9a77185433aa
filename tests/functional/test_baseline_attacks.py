"""A baseline attacked: each row of the table in docs/explanation/baseline.md."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.functional import test_baseline_file
from tests.functional.baseline_project import CHAT, FILE, REASON, Accepted
from tests.functional.cli_project import CONTRACT

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "baseline.md"
STALE = ("stale-entry", FILE)
GROWTH = ("baseline-growth", FILE)
CHAT_IS_NEW = ("legacy-import", "app/chat.py")


def test_nothing_is_changed(accepted: Accepted) -> None:
    checked = accepted.check("--base-ref", "main")

    assert (checked.status, checked.found) == (0, [])
    assert (checked.use["accepted"], checked.use["accepted_in_tests"]) == (3, 1)
    assert checked.use["since"] == {
        "ref": "main",
        "growth": 0,
        "shrinkage": 0,
        "prolonged": 0,
        "worsened": 0,
    }


def test_lines_move(accepted: Accepted) -> None:
    accepted.write("app/chat.py", f"# new\n\n\nLIMIT = 1\n\n{CHAT}")

    assert accepted.check().found == []


def test_a_swap_between_files(accepted: Accepted) -> None:
    accepted.write("app/chat.py", "from app.manager import Manager\n\nCHAT = Manager()\n")
    accepted.write("app/push.py", CHAT)

    checked = accepted.check()

    assert checked.status == 1
    assert checked.found == [STALE, ("legacy-import", "app/push.py")]


def test_a_swap_inside_a_file(accepted: Accepted) -> None:
    accepted.write("app/chat.py", "from app.legacy import LIMIT\n\nCHAT = LIMIT\n")

    assert accepted.check("--select", "imports").found == [STALE, CHAT_IS_NEW]


def test_a_swap_that_the_same_commit_accepts(accepted: Accepted) -> None:
    accepted.write("app/chat.py", "from app.manager import Manager\n\nCHAT = Manager()\n")
    accepted.write("app/push.py", CHAT)
    assert "+1 -1" in accepted.ran("update", "--reason", "a swap")
    accepted.commit("a swap")

    assert accepted.check().status == 0
    checked = accepted.check("--base-ref", "main")
    assert (checked.status, checked.found) == (1, [GROWTH])
    assert (checked.use["since"]["growth"], checked.use["since"]["shrinkage"]) == (1, 1)


def test_growth_that_the_same_commit_accepts(accepted: Accepted) -> None:
    accepted.write("app/push.py", CHAT)
    assert accepted.check().found == [("legacy-import", "app/push.py")]
    accepted.ran("update", "--reason", "later")
    accepted.commit("growth")

    assert accepted.check().status == 0
    checked = accepted.check("--base-ref", "main", "--fail-on", "error", "--only", "app/chat.py")
    assert (checked.status, checked.found) == (1, [GROWTH])


def test_one_more_of_the_same_identity(accepted: Accepted) -> None:
    accepted.write("app/chat.py", f"from app.legacy import Manager\n{CHAT}")

    checked = accepted.check()

    assert checked.found == [CHAT_IS_NEW]
    assert (
        checked.report["findings"][0]["evidence"][-1]["text"]
        == "1 like it accepted, 2 found: one of these is new"
    )


def test_a_count_raised_by_hand(accepted: Accepted) -> None:
    first, *rest = accepted.with_chat_first
    accepted.write_entries({**first, "count": 2}, *rest)

    assert accepted.check().found == [STALE]
    assert accepted.check("--base-ref", "main").found == [GROWTH, STALE]


def test_a_file_is_renamed(accepted: Accepted) -> None:
    accepted.git("mv", "app/chat.py", "app/talk.py")

    checked = accepted.check()

    assert checked.found == [STALE, ("legacy-import", "app/talk.py")]
    assert "moved to another file" in checked.report["findings"][0]["hint"]


def test_a_function_is_renamed(accepted: Accepted) -> None:
    body = ":\n    from app.legacy import Manager\n\n    return Manager()\n"
    accepted.write("app/chat.py", f"def chat(){body}")
    accepted.ran("update", "--reason", "lazy")

    accepted.write("app/chat.py", f"def talk(){body}")

    assert accepted.check().found == [STALE, CHAT_IS_NEW]


def test_a_violation_is_gone(accepted: Accepted) -> None:
    accepted.delete("app/chat.py")

    assert accepted.check("--fail-on", "error").found == [STALE]
    assert "+0 -1" in accepted.ran("prune")
    checked = accepted.check("--base-ref", "main")
    assert (checked.status, checked.use["since"]["shrinkage"]) == (0, 1)


def test_a_violation_is_gone_outside_of_what_was_checked(accepted: Accepted) -> None:
    accepted.write("app/chat.py", "CHAT = 1\n")
    accepted.git("add", "--all")
    accepted.git("commit", "--quiet", "--message", "gone")
    accepted.write("pluribus.toml", CONTRACT + CONTRACT.replace("manager]", "other]"))

    narrow = [
        ("--only", "app/mail.py"),
        ("--select", "rival"),
        ("--ignore", "legacy-import"),
        ("--concept", "other"),
        ("--changed-since", "HEAD"),
    ]
    for arguments in narrow:
        checked = accepted.check(*arguments)
        assert STALE[0] not in [rule for rule, _ in checked.found], arguments
        assert checked.use["unjudged"], arguments
    assert accepted.check("--only", "app/chat.py").found == [STALE]
    assert accepted.check("--changed-since", "main").found == [STALE]


def test_a_violation_is_gone_outside_of_the_folder_that_was_checked(accepted: Accepted) -> None:
    accepted.write("tests/test_chat.py", "")

    checked = accepted.check("app")

    assert (checked.status, checked.found) == (0, [])
    assert (checked.use["accepted"], checked.use["unjudged"]) == (2, 1)
    assert checked.use["path"] == f"../{FILE}"
    assert accepted.check().found == [STALE]


def test_a_file_cannot_be_read_whole(accepted: Accepted) -> None:
    accepted.write("app/chat.py", "def broken(:\n")

    checked = accepted.check()

    assert (checked.status, checked.found, checked.use["unjudged"]) == (0, [], 1)
    assert "+0 -0" in accepted.ran("prune")


def test_an_entry_of_a_concept_or_rule_that_is_no_more(accepted: Accepted) -> None:
    first, *rest = accepted.with_chat_first
    accepted.write_entries(
        {**first, "concept": "gone"}, {**first, "rule": "no-such-rule"}, first, *rest
    )

    assert accepted.check().found == [STALE, STALE]
    (finding,) = accepted.check("--select", "imports").report["findings"]
    assert "legacy-import of gone in" in finding["message"]


def test_an_accepted_violation_gets_a_comment_too(accepted: Accepted) -> None:
    line, rest = CHAT.split("\n", 1)
    accepted.write("app/chat.py", f"{line}  # pluribus: ignore[legacy-import] why\n{rest}")

    assert accepted.check().found == [STALE]


def test_a_file_is_left_out_of_the_code_base(accepted: Accepted) -> None:
    accepted.write("pluribus.toml", f'[codebase]\nexclude = ["/app/chat.py"]\n\n{CONTRACT}')

    assert accepted.check().found == [STALE]


def test_an_entry_expires(accepted: Accepted) -> None:
    first, *rest = accepted.with_chat_first
    accepted.write_entries({**first, "expires": "2020-01-31", "owner": "team"}, *rest)

    checked = accepted.check()

    assert (checked.status, checked.found) == (1, [CHAT_IS_NEW])
    assert checked.use["expired"] == 1
    assert checked.report["findings"][0]["evidence"][-1] == {
        "name": "baseline",
        "text": f"accepted until 2020-01-31 (team): {REASON}",
    }
    assert "1 new finding not accepted" in accepted.ran("update", status=1)


def test_an_entry_is_prolonged_by_the_same_commit(accepted: Accepted) -> None:
    first, *rest = accepted.with_chat_first
    accepted.write_entries({**first, "expires": "2020-01-31"}, *rest)
    accepted.commit("it expires")
    accepted.git("branch", "--force", "main")
    accepted.ran("update", "--reason", "later", "--expires", "9999-12-31")

    assert accepted.check().status == 0
    checked = accepted.check("--base-ref", "main")
    assert (checked.status, checked.found) == (1, [GROWTH])
    assert checked.use["since"]["prolonged"] == 1
    assert "1 prolonged" in accepted.ran("diff", "--base-ref", "main", status=1)


MILD = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    "


def test_a_violation_gets_worse(accepted: Accepted) -> None:
    guarded = CHAT.replace("from app", f"{MILD}from app").replace("= Manager()", "= 'Manager'")
    accepted.write("app/chat.py", guarded)
    accepted.write(
        "app/push.py", "try:\n    from app.legacy import Gone\nexcept ImportError: ...\n"
    )
    accepted.ran("update", "--reason", "for types alone")
    accepted.commit("mild")
    accepted.git("branch", "--force", "main")
    assert accepted.with_chat_first[0]["severity"] == "note"
    assert accepted.check("--base-ref", "main").status == 0
    accepted.write("app/chat.py", CHAT)
    accepted.write("app/push.py", "from app.legacy import Gone\n")

    checked = accepted.check("--base-ref", "main")

    assert checked.status == 1
    assert {("legacy-import", "app/chat.py"), ("unresolved-import", "app/push.py")} <= set(
        checked.found
    )
    assert "stale-entry" not in {rule for rule, _ in checked.found}
    said = [each["text"] for each in checked.report["findings"][0]["evidence"]]
    assert any(each.startswith("accepted as note, and is warning now") for each in said)
    assert "not accepted" in accepted.ran("update", status=1)


def test_what_has_got_worse_is_accepted_by_the_same_commit(accepted: Accepted) -> None:
    first, *rest = accepted.with_chat_first
    accepted.write_entries({**first, "severity": "note"}, *rest)
    accepted.commit("mild")
    accepted.git("branch", "--force", "main")
    accepted.ran("update", "--reason", "worse")

    assert accepted.check().status == 0
    checked = accepted.check("--base-ref", "main")
    assert (checked.status, checked.found) == (1, [GROWTH])
    assert (checked.use["since"]["growth"], checked.use["since"]["worsened"]) == (0, 1)
    assert "1 worse" in accepted.ran("diff", "--base-ref", "main", status=1)


def test_a_severity_is_taken_out_by_hand(accepted: Accepted) -> None:
    first, *rest = accepted.with_chat_first
    accepted.write_entries({**first, "severity": "note"}, *rest)
    accepted.commit("mild")
    accepted.git("branch", "--force", "main")
    first.pop("severity", None)
    accepted.write_entries(first, *rest)

    assert accepted.check().status == 0
    assert accepted.check("--base-ref", "main").found == [GROWTH]


def test_a_file_from_before_says_no_severity(accepted: Accepted) -> None:
    entries = [{k: v for k, v in each.items() if k != "severity"} for each in accepted.entries]
    accepted.write_entries(*entries)
    accepted.commit("as it was")
    accepted.git("branch", "--force", "main")

    assert accepted.check("--base-ref", "main").status == 0
    accepted.ran("prune")
    assert accepted.check("--base-ref", "main").status == 0
    assert "severity" in accepted.with_chat_first[0]


def test_the_baseline_is_deleted(accepted: Accepted) -> None:
    accepted.delete(FILE)

    checked = accepted.check("--base-ref", "main")

    assert (checked.status, len(checked.found)) == (1, 3)
    assert checked.use["since"]["shrinkage"] == 3
    assert accepted.check().report["baseline"] is None


def test_another_baseline_is_named(accepted: Accepted) -> None:
    accepted.write("app/push.py", CHAT)
    accepted.ran("create", "--reason", "mine", "--baseline", "mine.jsonl")

    checked = accepted.check("--baseline", "mine.jsonl", "--base-ref", "main")

    assert (checked.status, checked.found) == (1, [("baseline-growth", "mine.jsonl")] * 4)


def test_a_link_is_put_in_its_place(accepted: Accepted) -> None:
    accepted.write("app/push.py", CHAT)
    accepted.ran("create", "--reason", "mine", "--baseline", "mine.jsonl")
    accepted.delete(FILE)
    accepted.file.symlink_to("../mine.jsonl")

    assert accepted.check("--base-ref", "main").found == [GROWTH] * 4


def test_a_named_baseline_is_not_there(accepted: Accepted) -> None:
    checked = accepted.check("--baseline", "no.jsonl")

    assert (checked.status, checked.report) == (2, None)
    assert checked.stderr.startswith("error: cannot read the baseline `no.jsonl`: No such file")


def test_it_is_created_over_another(accepted: Accepted) -> None:
    before = accepted.file.read_bytes()

    assert "it is not overwritten" in accepted.ran("create", "--reason", "x", status=2)
    assert accepted.file.read_bytes() == before


def test_several_runs_write_at_once(accepted: Accepted) -> None:
    accepted.write("app/push.py", CHAT)
    arguments = ("baseline", "update", "--no-cache", "--reason", "at once")
    runs = [
        accepted.project.start(*arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(4)
    ]
    statuses = {run.wait() for run in runs}

    assert statuses <= {0, 2}
    assert 0 in statuses
    assert accepted.check().use["accepted"] == 4
    assert list(accepted.file.parent.iterdir()) == [accepted.file]


def test_nothing_that_is_wrong_with_a_comment_is_accepted(accepted: Accepted) -> None:
    accepted.write("app/mail.py", "MAIL = 1  # pluribus: ignore[rival] why\n")

    assert "cannot be accepted" in accepted.ran("update", "--reason", "x")
    assert accepted.check().found == [("unused-suppression", "app/mail.py")]


def test_the_table_of_the_page_has_a_row_for_each_of_these_tests() -> None:
    rows = re.findall(r"^\|.*\| `(\w+)` \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    names = [*globals(), *vars(test_baseline_file)]
    tests = {name.removeprefix("test_") for name in names if name.startswith("test_")}

    assert len(rows) == len(set(rows))
    assert set(rows) == tests - {
        "the_table_of_the_page_has_a_row_for_each_of_these_tests",
        "baseline_file",
    }
