"""What the commands of `pluribus baseline` say and leave behind."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.functional.baseline_project import CHAT, FILE, REASON, Accepted
from tests.functional.cli_project import CLEAN, COMMAND, CONTRACT, Project, environment


def test_what_is_created_is_said_and_written_beside_the_contract(root: Path) -> None:
    project = Project.made(root, {**CLEAN, "app/legacy.py": "", "app/chat.py": CHAT})

    done = project.run("baseline", "create", "--reason", "später", "--owner", "配送")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"accepted 2 findings in 2 entries: {FILE}\n"
    first = json.loads((root / FILE).read_text("utf-8").splitlines()[1])
    assert (first["reason"], first["owner"], first["phase"]) == ("später", "配送", "imports")


def test_names_in_any_script_are_accepted_and_found_again(root: Path) -> None:
    files = {**CLEAN, "app/legacy.py": "", "app/größe 配送.py": CHAT}
    project = Project.made(root, files)
    project.run("baseline", "create", "--reason", "x")

    done = project.run("check")

    assert done.returncode == 0, done.stdout
    assert "größe 配送" in (root / FILE).read_text("utf-8")


def test_a_reason_is_required(root: Path) -> None:
    project = Project.made(root, CLEAN)

    assert "missing option '--reason'" in project.run("baseline", "create").stderr.lower()
    assert "empty value" in project.run("baseline", "create", "--reason", " ").stderr
    assert not (root / ".pluribus").exists()


def test_a_day_that_is_over_or_none_is_refused(root: Path) -> None:
    project = Project.made(root, CLEAN)
    arguments = ("baseline", "create", "--reason", "x", "--expires")

    assert "2020-01-31 is over" in project.run(*arguments, "2020-01-31").stderr
    assert "write the day as 2027-01-31" in project.run(*arguments, "soon").stderr


def test_terms_without_a_reason_are_refused(accepted: Accepted) -> None:
    assert "`--owner` without `--reason`" in accepted.ran("update", "--owner", "me", status=2)


def test_bytes_that_are_no_text_are_refused(accepted: Accepted) -> None:
    said = accepted.ran("update", "--reason", "\udcff", status=2)
    checked = accepted.check("--base-ref", "\udcff")

    assert "not valid UTF-8" in said
    assert (checked.status, "not valid UTF-8" in checked.stderr) == (2, True)


def test_a_baseline_whose_name_is_no_text_is_read(accepted: Accepted) -> None:
    accepted.file.rename(accepted.project.root / "\udcff.jsonl")

    checked = accepted.check("--baseline", "\udcff.jsonl")

    assert (checked.status, checked.use["path"]) == (0, "\ufffd.jsonl")


def test_nothing_to_accept_is_a_header(root: Path) -> None:
    project = Project.made(root, CLEAN)

    assert project.run("baseline", "create", "--reason", "x").returncode == 0
    assert (root / FILE).read_text() == '{"baseline":1,"fingerprint":1}\n'
    assert "0 accepted by the baseline" in project.run("check").stdout


def test_only_a_part_is_accepted(root: Path) -> None:
    files = {**CLEAN, "app/legacy.py": "", "app/chat.py": CHAT, "app/push.py": CHAT}
    project = Project.made(root, files)

    project.run("baseline", "create", "--reason", "x", "--only", "app/chat.py")

    lines = (root / FILE).read_text().splitlines()[1:]
    assert {json.loads(line)["path"] for line in lines} == {"app/chat.py"}
    assert project.run("check").returncode == 1


def test_an_update_without_a_reason_lowers_and_says_what_it_refused(accepted: Accepted) -> None:
    accepted.write("tests/test_chat.py", "")
    accepted.write("app/push.py", CHAT)

    said = accepted.ran("update", status=1).splitlines()

    assert said == [
        "- 1 legacy-import of manager in tests/test_chat.py: app.legacy Manager",
        "! new: app/push.py:1:6: [legacy-import] "
        "legacy path `app.legacy` is imported for `Manager`",
        "growth: +0 -1",
        "1 new finding not accepted: `--reason` says why they may be, if they may",
    ]
    assert len(accepted.entries) == 2


def test_a_diff_is_against_the_last_commit_or_a_revision(accepted: Accepted) -> None:
    accepted.write("app/push.py", CHAT)
    accepted.ran("update", "--reason", "later")

    assert accepted.ran("diff", status=1).splitlines() == [
        "+ 1 legacy-import of manager in app/push.py: app.legacy Manager (later)",
        "growth: +1 -0 since HEAD",
    ]
    accepted.commit("growth")
    assert accepted.ran("diff") == "growth: +0 -0 since HEAD\n"
    assert "growth: +1 -0 since main" in accepted.ran("diff", "--base-ref", "main", status=1)
    assert "git knows no revision" in accepted.ran("diff", "--base-ref", "no", status=2)


def test_what_the_base_has_removed_since_is_not_growth(accepted: Accepted) -> None:
    accepted.git("checkout", "--quiet", "main")
    accepted.write("tests/test_chat.py", "")
    accepted.ran("prune")
    accepted.commit("pruned")
    accepted.git("checkout", "--quiet", "work")

    assert accepted.check("--base-ref", "main").found == []


def test_an_entry_is_explained_with_its_place_and_the_commit_that_brought_it(
    accepted: Accepted,
) -> None:
    accepted.write("app/chat.py", f"\n\n{CHAT}")
    listed = accepted.ran("explain")
    (name,) = [line.split()[0] for line in listed.splitlines() if "app/chat.py" in line]

    said = accepted.ran("explain", name)

    assert "3 entries in" in listed
    assert said.splitlines()[0] == name
    assert f"  reason   {REASON}\n" in said
    assert "  owner    nobody in particular\n" in said
    assert "somebody@example.org: the baseline\n" in said
    assert "  now      app/chat.py:3:6: [legacy-import]" in said
    accepted.write("app/chat.py", "CHAT = 1\n")
    assert "  now      gone: `pluribus baseline prune`" in accepted.ran("explain", name[:-4])


def test_an_entry_is_found_by_the_id_of_a_finding(accepted: Accepted) -> None:
    checked = accepted.check("--no-baseline")
    name = next(
        each["id"]
        for each in checked.report["findings"]
        if each["location"]["path"] == "app/chat.py"
    )

    assert "in app/chat.py" in accepted.ran("explain", name)
    assert "no entry of" in accepted.ran("explain", "rival:0", status=2)


def test_what_is_not_committed_and_what_git_does_not_know_is_said(
    accepted: Accepted, tmp_path: Path
) -> None:
    accepted.write("app/push.py", CHAT)
    accepted.ran("update", "--reason", "later")
    plain = Project.made(tmp_path / "plain", {**CLEAN, "app/legacy.py": "", "app/chat.py": CHAT})
    plain.run("baseline", "create", "--reason", "x")

    assert "not committed yet" in accepted.ran("explain", "legacy-import")
    assert "git does not know" in plain.run("baseline", "explain", "legacy-import").stdout


def test_a_check_without_a_baseline_imports_nothing_of_it(root: Path) -> None:
    project = Project.made(root, CLEAN)

    imported = project.run("check", PYTHONPROFILEIMPORTTIME="1").stderr

    assert "pluribus.app.reporting" in imported
    assert "pluribus.baseline" not in imported
    assert "pluribus.app.accepting" not in imported


def test_what_is_wrong_with_a_revision_is_said_before_the_work(accepted: Accepted) -> None:
    accepted.write("app/manager.py", "")

    assert "git knows no revision `no`" in accepted.check("--base-ref", "no").stderr


def test_without_the_baseline_all_is_reported(accepted: Accepted) -> None:
    checked = accepted.check("--no-baseline")

    assert (len(checked.found), checked.report["baseline"]) == (3, None)
    assert accepted.check("--no-baseline", "--base-ref", "main").status == 2


def test_a_file_that_may_not_be_written_stays_as_it_is(
    accepted: Accepted, obeying: tuple[str, ...]
) -> None:
    accepted.delete("app/chat.py")
    before = accepted.file.read_bytes()
    accepted.file.chmod(0o400)

    done = subprocess.run(
        [*obeying, *COMMAND, "baseline", "prune", "--no-cache"],
        cwd=accepted.project.root,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "is not writable" in done.stderr
    assert accepted.file.read_bytes() == before


def test_a_contract_above_the_folder_that_is_checked_has_the_baseline(
    accepted: Accepted,
) -> None:
    accepted.write("app/push.py", CHAT)
    accepted.ran("update", "app", "--reason", "from inside")

    assert [each["path"] for each in accepted.entries if each["reason"] == "from inside"] == [
        "app/push.py"
    ]
    assert accepted.check().status == 0


def test_every_report_says_how_much_is_accepted(accepted: Accepted) -> None:
    said = "3 accepted by the baseline, 1 of them in tests; +0 -0 since main"

    for name in ("text", "concise", "github"):
        done = accepted.project.run("check", "--output-format", name, "--base-ref", "main")
        assert said in done.stdout, name
        assert said in done.stderr
    done = accepted.project.run("check")
    assert "nothing new: 1 concept" in done.stdout
    assert "passed: nothing new" in done.stdout


def test_a_malformed_contract_is_told_before_a_baseline_is_looked_for(root: Path) -> None:
    project = Project.made(root, {**CLEAN, "pluribus.toml": CONTRACT + "no = 1\n"})

    assert project.run("baseline", "prune").stderr.startswith("error: pluribus.toml")
