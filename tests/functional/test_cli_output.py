"""Where reports go: whole, with the same bytes each time, and without a trace of the terminal."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.functional.cli_project import FRAGMENTED, PATIENCE_S, Project

FORMATS = ("text", "concise", "json", "github")

needs_unix = pytest.mark.skipif(sys.platform == "win32", reason="needs Unix")
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full of Linux")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Something to report."""
    return Project.made(tmp_path, FRAGMENTED)


@pytest.mark.parametrize("format_name", FORMATS)
def test_two_runs_write_the_same_bytes_with_a_cache_and_without(
    project: Project, format_name: str
) -> None:
    arguments = ("check", "--output-format", format_name)
    first = project.run(*arguments, PYTHONHASHSEED="1")
    second = project.run(*arguments, PYTHONHASHSEED="2")
    third = project.run(*arguments, "--no-cache", PYTHONHASHSEED="3", COLUMNS="40")

    assert first.stdout
    assert first.stdout == second.stdout == third.stdout
    assert str(project.root) not in first.stdout


def test_many_runs_at_once_share_one_cache(project: Project) -> None:
    alone = project.run("check", "--no-cache")

    runs = [project.start("check") for _ in range(4)]
    outputs = [run.communicate(timeout=PATIENCE_S) for run in runs]

    assert [run.returncode for run in runs] == [1] * 4
    assert {out for out, _ in outputs} == {alone.stdout}
    assert {err for _, err in outputs} == {alone.stderr}
    assert project.run("check").stdout == alone.stdout


def test_the_cache_is_in_the_root_and_git_leaves_it_alone(project: Project) -> None:
    before = project.files()

    project.run("check")

    kept = project.files() - before
    assert {".pluribus_cache/.gitignore", ".pluribus_cache/CACHEDIR.TAG"} <= kept
    assert all(name.startswith(".pluribus_cache/") for name in kept)


def test_without_a_cache_nothing_is_written(project: Project) -> None:
    before = project.files()

    project.run("check", "--no-cache")

    assert project.files() == before


def test_a_cache_that_cannot_be_written_is_a_warning_and_changes_nothing_else(
    project: Project,
) -> None:
    alone = project.run("check", "--no-cache")
    project.write(".pluribus_cache", "in the way")

    done = project.run("check")

    assert (done.returncode, done.stdout) == (alone.returncode, alone.stdout)
    assert done.stderr.startswith("warning: ")
    assert "going on without a cache" in done.stderr


@pytest.mark.parametrize("format_name", FORMATS)
def test_nothing_is_coloured_or_wrapped_in_a_pipe(project: Project, format_name: str) -> None:
    done = project.run("check", "--output-format", format_name)

    assert "\x1b" not in done.stdout + done.stderr
    assert "\r" not in done.stdout + done.stderr


def test_colours_can_be_forced_and_refused(project: Project) -> None:
    concise = ("check", "--output-format", "concise")

    assert "\x1b[" in project.run(*concise, "--color", "always").stdout
    assert "\x1b[" in project.run(*concise, FORCE_COLOR="1").stdout
    assert "\x1b[" not in project.run(*concise, FORCE_COLOR="1", NO_COLOR="1").stdout
    assert "\x1b[" not in project.run(*concise, "--color", "never", FORCE_COLOR="1").stdout


@needs_unix
def test_a_terminal_gets_colours_and_one_verdict(project: Project) -> None:
    ours, theirs = os.openpty()
    run = project.start("check", stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    while chunk := _read(ours):
        shown += chunk
    os.close(ours)

    assert run.wait(PATIENCE_S) == 1
    assert b"\x1b[1;31merror[" in shown
    assert shown.count(b"failed: ") == 1


def _read(descriptor: int) -> bytes:
    """Read from a terminal, whose end Linux tells as an error."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


def test_quiet_leaves_stderr_empty(project: Project) -> None:
    done = project.run("check", "--quiet")

    assert done.returncode == 1
    assert done.stdout
    assert done.stderr == ""


def test_a_report_in_a_file_is_the_one_that_stdout_would_have_got(project: Project) -> None:
    printed = project.run("check", "--output-format", "json")

    done = project.run("check", "--output-format", "json", "--output-file", "report.json")

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.endswith("; the report is in report.json\n")
    assert (project.root / "report.json").read_text() == printed.stdout
    assert json.loads(printed.stdout)["schema_version"] == 1


@pytest.mark.parametrize(
    "name",
    [
        "missing/report.txt",
        "pluribus.toml/report.txt",
        "app",
        pytest.param("/proc/report.txt", marks=needs_full),
        pytest.param("/dev/full", marks=needs_full),
    ],
)
def test_a_report_that_cannot_be_written_is_2_and_leaves_nothing_behind(
    project: Project, name: str
) -> None:
    before = _without_cache(project)

    done = project.run("check", "--output-file", name)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"error: cannot write `{name}`: ")
    assert _without_cache(project) == before


def _without_cache(project: Project) -> set[str]:
    """What is kept there depends on how old the files are."""
    return {each for each in project.files() if not each.startswith(".pluribus_cache/")}


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_folder_that_may_not_be_written_is_2(project: Project) -> None:
    (project.root / "locked").mkdir(mode=0o500)

    done = project.run("check", "--output-file", "locked/report.txt")

    assert done.returncode == 2
    assert "not writable" in done.stderr


@needs_full
@pytest.mark.parametrize("arguments", [("check",), ("explain",), ("check", "--help")])
def test_a_stdout_that_is_full_is_2_and_no_bug(
    project: Project, arguments: tuple[str, ...]
) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    run = project.start(*arguments, stdout=full)
    os.close(full)
    _, err = run.communicate(timeout=PATIENCE_S)

    assert run.returncode == 2
    assert err == "error: cannot write to stdout: No space left on device\n"


@needs_unix
@pytest.mark.parametrize(
    ("arguments", "status"),
    [(("check", "--quiet"), 1), (("explain",), 0), (("--help",), 0), (("files",), 0)],
)
def test_a_reader_that_has_gone_away_changes_nothing(
    project: Project, arguments: tuple[str, ...], status: int
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    run = project.start(*arguments, stdout=writing)
    os.close(writing)
    _, err = run.communicate(timeout=PATIENCE_S)

    assert (run.returncode, err) == (status, "")


def test_every_path_to_the_owner_can_be_listed(project: Project) -> None:
    done = project.run("check", "--paths")

    assert "app.legacy.Manager" in done.stdout
    assert "app.manager.Manager" in done.stdout


def test_statistics_are_counts_without_places(project: Project) -> None:
    done = project.run("check", "--statistics")

    assert "legacy-import" in done.stdout
    assert "--> app/chat.py" not in done.stdout


def test_a_limit_leaves_the_counts_as_they_are(project: Project) -> None:
    whole = project.run("check", "--output-format", "concise")
    limited = project.run("check", "--output-format", "concise", "--limit", "1")

    assert len(limited.stdout.splitlines()) < len(whole.stdout.splitlines())
    assert whole.stdout.splitlines()[-1].split(";")[0] in limited.stdout
    assert "not listed" in limited.stdout
