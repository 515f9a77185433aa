"""What a check finds; how status and stderr tell that from what could not be checked."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.functional.cli_project import CLEAN, CONTRACT, FRAGMENTED, PATIENCE_S, Project


@pytest.fixture
def clean(tmp_path: Path) -> Project:
    """Nothing to find."""
    return Project.made(tmp_path, CLEAN)


@pytest.fixture
def fragmented(tmp_path: Path) -> Project:
    """Two files that import through a legacy path, one of them through two modules."""
    return Project.made(tmp_path, FRAGMENTED)


def test_nothing_found_is_0(clean: Project) -> None:
    done = clean.run("check")

    assert done.returncode == 0
    assert "nothing found" in done.stdout
    assert done.stderr.startswith("passed: 0 findings in ")
    assert done.stderr.count("\n") == 1


def test_findings_are_1_and_the_report_names_their_places(fragmented: Project) -> None:
    done = fragmented.run("check", "--output-format", "concise")

    assert done.returncode == 1
    assert "app/chat.py:1:6: warning[legacy-import]" in done.stdout
    assert "error[dual-import]" in done.stdout
    assert done.stderr.startswith("failed: ")


def test_another_folder_can_be_checked(fragmented: Project, tmp_path: Path) -> None:
    elsewhere = Project(tmp_path / "app")

    done = elsewhere.run("check", "..", "--output-format", "concise")

    assert done.returncode == 1
    assert "app/chat.py:1:6: " in done.stdout


def test_findings_may_be_declared_harmless(fragmented: Project) -> None:
    done = fragmented.run("check", "--exit-zero")

    assert done.returncode == 0
    assert "legacy-import" in done.stdout


@pytest.mark.parametrize(
    ("contract", "complaint"),
    [
        (CONTRACT + "rivls = {}\n", "rivls"),
        ("[concepts", "is not TOML"),
        ("", "no concept is declared"),
        (CONTRACT.replace(":Manager", ":Managr"), "app.manager:Managr"),
    ],
    ids=["unknown key", "not TOML", "empty", "owner that is not defined"],
)
def test_a_contract_that_is_wrong_is_2_and_no_report(
    clean: Project, contract: str, complaint: str
) -> None:
    clean.write("pluribus.toml", contract)

    done = clean.run("check")

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_without_a_contract_is_2_and_stays_as_it_was(tmp_path: Path) -> None:
    project = Project.made(tmp_path, {"chat.py": ""})

    done = project.run("check")

    assert done.returncode == 2
    assert "no contract" in done.stderr
    assert project.files() == {"chat.py"}


@pytest.mark.parametrize("option", ["--select", "--ignore", "--concept", "--only"])
def test_an_empty_selector_is_2_although_nothing_is_wrong(clean: Project, option: str) -> None:
    done = clean.run("check", option, "")

    assert done.returncode == 2
    assert done.stdout == ""
    assert f"error: `{option}` has an empty value" in done.stderr


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_an_unknown_rule_is_2_and_the_nearest_is_named(clean: Project, option: str) -> None:
    done = clean.run("check", option, "dual-imprt")

    assert done.returncode == 2
    assert done.stdout == ""
    assert "dual-imprt" in done.stderr
    assert "`dual-import`" in done.stderr


def test_an_unknown_concept_is_2_and_the_nearest_is_named(clean: Project) -> None:
    done = clean.run("check", "--concept", "manger")

    assert done.returncode == 2
    assert "`manager`" in done.stderr


def test_rules_are_selected_by_name_and_family(fragmented: Project) -> None:
    one = fragmented.run("check", "--select", "dual-import", "--output-format", "json")
    family = fragmented.run(
        "check", "--select", "imports", "--ignore", "dual-import", "--output-format", "json"
    )

    assert json.loads(one.stdout)["rules"] == ["dual-import"]
    assert "legacy-import" in json.loads(family.stdout)["rules"]
    assert "dual-import" not in json.loads(family.stdout)["rules"]


def test_a_file_that_cannot_be_read_whole_is_2_where_completeness_is_required(
    clean: Project,
) -> None:
    clean.write("app/broken.py", "from app.manager import Manager\n\ndef (:\n")

    lenient = clean.run("check")
    strict = clean.run("check", "--require-complete", "--exit-zero")

    assert lenient.returncode == 0
    assert "incomplete: 1 file recovered" in lenient.stderr
    assert strict.returncode == 2
    assert strict.stdout == lenient.stdout
    assert "error: the check is incomplete: 1 file recovered" in strict.stderr


def test_a_filter_hides_findings_and_says_how_many(fragmented: Project) -> None:
    whole = fragmented.run("check", "--output-format", "json")
    part = fragmented.run("check", "--only", "app/mail.py", "--output-format", "json")

    assert part.returncode == 0
    assert json.loads(part.stdout)["findings"] == []
    assert json.loads(part.stdout)["hidden"] == len(json.loads(whole.stdout)["findings"])


def test_only_what_a_branch_touches_is_reported(fragmented: Project) -> None:
    someone = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org")
    for arguments in (
        ("init", "--quiet", "--initial-branch=main"),
        ("add", "--all"),
        ("commit", "--quiet", "--message", "start"),
    ):
        subprocess.run(["git", *someone, *arguments], cwd=fragmented.root, check=True)
    fragmented.write("app/fresh.py", "from app.legacy import Manager\n")

    done = fragmented.run("check", "--changed-since", "main", "--output-format", "concise")

    assert done.returncode == 1
    assert "app/fresh.py:1:6: warning[legacy-import]" in done.stdout
    assert "app/chat.py" not in done.stdout


def test_an_unknown_revision_is_2(clean: Project) -> None:
    done = clean.run("check", "--changed-since", "no-such-branch")

    assert done.returncode == 2
    assert done.stderr.startswith("error: ")


def test_what_a_comment_silences_can_be_heard_all_the_same(clean: Project) -> None:
    comment = "# pluribus: ignore[legacy-import] it moves with the next release"
    clean.write("app/legacy.py", FRAGMENTED["app/legacy.py"])
    clean.write("app/chat.py", f"from app.legacy import Manager  {comment}\n")

    silent = clean.run("check", "--select", "legacy-import")
    aloud = clean.run("check", "--select", "legacy-import", "--ignore-suppressions")

    assert silent.returncode == 0
    assert "1 suppressed" in silent.stdout
    assert aloud.returncode == 1
    assert "app/chat.py:1:6" in aloud.stdout


def test_findings_below_the_threshold_are_reported_and_do_not_fail(fragmented: Project) -> None:
    only_warnings = ("check", "--select", "legacy-import")

    at_warning = fragmented.run(*only_warnings, "--fail-on", "warning")
    at_error = fragmented.run(*only_warnings, "--fail-on", "error")

    assert at_warning.returncode == 1
    assert at_error.returncode == 0
    assert "app/chat.py:1:6" in at_error.stdout
    assert at_error.stderr.startswith("passed: 2 findings (2 warnings) in ")


@pytest.mark.skipif(sys.platform == "win32", reason="needs named pipes in the file system")
def test_an_interrupt_is_130_without_a_traceback(clean: Project) -> None:
    pipe = clean.root / "contract.toml"
    os.mkfifo(pipe)
    run = clean.start("check", "--contract", str(pipe))

    def let_go() -> None:
        """Open the other end, so that a run which never reads does not hold up the test."""
        run.wait(PATIENCE_S)
        os.close(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK))

    threading.Thread(target=let_go, daemon=True).start()
    with pipe.open("wb"):  # waits until the command reads its contract, and keeps it waiting
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=PATIENCE_S)

    assert run.returncode == 130
    assert out == ""
    assert err == "interrupted\n"


def test_every_rule_that_is_listed_has_a_page(clean: Project) -> None:
    listed = clean.run("explain")

    rules = [line.split()[0] for line in listed.stdout.splitlines() if line.startswith("  ")]
    assert listed.returncode == 0
    assert "dual-import" in rules
    for rule in rules:
        assert clean.run("explain", rule).stdout.startswith(f"# {rule}\n")


def test_a_rule_that_is_unknown_is_2_and_the_nearest_is_named(clean: Project) -> None:
    done = clean.run("explain", "dual-imprt")

    assert done.returncode == 2
    assert done.stdout == ""
    assert "`dual-import`" in done.stderr


def test_files_are_listed_with_their_modules_and_those_left_out_with_a_reason(
    clean: Project,
) -> None:
    clean.write("pluribus.toml", '[codebase]\nexclude = ["app/old.py"]\n\n' + CONTRACT)
    clean.write("app/old.py", "")
    clean.write("tests/test_mail.py", "from app.manager import Manager\n")

    done = clean.run("files", "--output-format", "json")

    listing = json.loads(done.stdout)
    modules = {each["path"]: (each["module"], each["is_test"]) for each in listing["selected"]}
    assert done.returncode == 0
    assert modules["app/manager.py"] == ("app.manager", False)
    assert modules["tests/test_mail.py"][1]
    assert [each["path"] for each in listing["left_out"]] == ["app/old.py"]
    assert listing["left_out"][0]["reason"]


def test_files_are_listed_for_people_too(clean: Project) -> None:
    done = clean.run("files")

    assert done.returncode == 0
    assert "app/manager.py" in done.stdout
    assert "app.manager" in done.stdout
