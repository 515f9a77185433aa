"""Whatever stands in a tree or befalls a run: no crash, and what was not checked is said."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from tests.functional.cli_project import Project
from tests.functional.hostile_circles import CIRCLES, KNOTS, USED, stars
from tests.functional.hostile_project import HOSTILE, IMPORT, check, made
from tests.functional.hostile_sources import SOURCES

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs Unix")


# What stands in a file.


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_is_read_as_far_as_it_can_be_and_the_report_says_how_far(
    root: Path, name: str
) -> None:
    source = SOURCES[name]
    made(root, {HOSTILE: source.content})

    checked = check(root)

    fate, reason = checked.fate(HOSTILE)
    files = checked.report["completeness"]["files"]
    assert fate == source.fate
    assert source.reason in reason
    assert bool(reason) == bool(source.reason)
    assert (HOSTILE in checked.found_in) == source.is_seen
    assert files["seen"] == 4
    assert files["parsed"] == 3 + (fate == "parsed")
    assert checked.report["completeness"]["is_complete"] == (fate == "parsed")


def test_a_file_that_is_not_whole_fails_a_check_that_must_be_complete(root: Path) -> None:
    made(root, {HOSTILE: "x = " + "(" * 100_000})

    project = Project(root)

    assert project.run("check").returncode == 0
    assert project.run("check", "--require-complete").returncode == 2


# What stands in a folder.


def test_a_link_is_not_followed_and_is_counted(root: Path) -> None:
    made(root, {"real/y.py": IMPORT})
    for name, target in {
        "app/loop": "..",
        "app/out": "/usr",
        "app/self.py": "self.py",
        "app/dangling.py": "nowhere",
        "app/passwd.py": "/etc/passwd",
        "app/notes.txt": "nowhere",
    }.items():
        (root / name).symlink_to(target)

    checked = check(root)

    assert checked.found_in == {"real/y.py"}
    assert checked.left_out == {"a link to a folder": 2, "a symbolic link": 3}


def test_a_pipe_and_a_socket_are_left_out_and_nobody_waits_for_them(root: Path) -> None:
    made(root, {})
    os.mkfifo(root / "app/pipe.py")
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(root)  # the names of sockets are short
        listening.bind("socket.py")
        os.chdir(here)

        checked = check(root)

    assert checked.status == 0
    assert checked.left_out == {"not a regular file": 2}


def test_a_folder_may_be_called_like_a_file(root: Path) -> None:
    made(root, {"app/x.py/y.py": IMPORT, "pkg/__init__.py/z.py": IMPORT})

    checked = check(root)

    assert checked.found_in == {"app/x.py/y.py", "pkg/__init__.py/z.py"}


def test_what_may_not_be_read_is_named(root: Path, obeying: tuple[str, ...]) -> None:
    made(root, {HOSTILE: IMPORT, "locked/y.py": IMPORT, "app/y.py": IMPORT})
    (root / HOSTILE).chmod(0)
    (root / "locked").chmod(0)

    checked = check(root, before=obeying)

    (root / "locked").chmod(0o700)
    assert checked.notes("not_parsed") == {
        HOSTILE: "no permission to read it",
        "locked": "no permission to read it",
    }
    assert checked.found_in == {"app/y.py"}


NAMES = (
    "a b",
    "é",
    "new\nline",
    "quote'\"`",
    "back\\slash",
    "\x1b[31mred",
    "$(reboot)",
    "-rf",
    "%s{0}",
    "l" * 250,
)


def test_any_name_is_a_name(root: Path) -> None:
    paths = {f"app/{name}.py" for name in NAMES}
    made(root, dict.fromkeys(paths, IMPORT))

    checked = check(root)
    printed = Project(root).run("check", "--output-format", "concise", "--select", "legacy-import")

    assert checked.found_in == paths
    assert checked.report["completeness"]["is_complete"]
    assert printed.stdout.count("legacy-import]") == len(NAMES)
    assert "app/new\\nline.py:1:6: " in printed.stdout
    assert "\x1b" not in printed.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode here")
def test_a_name_that_is_no_text_is_named_as_far_as_it_can_be(root: Path) -> None:
    made(root, {})
    for name in (b"app/\xff.py", b"app/\xfe.py", b"app/\xff/x.py"):
        path = Path(os.fsdecode(bytes(root) + b"/" + name))
        path.parent.mkdir(exist_ok=True)
        path.write_text(IMPORT)

    checked = check(root)

    reason = "its name is not valid UTF-8"
    assert checked.notes("not_parsed") == {
        "app/\\xff.py": reason,
        "app/\\xfe.py": reason,
        "app/\\xff/x.py": reason,
    }


def test_names_that_differ_in_case_are_two_files(root: Path) -> None:
    made(root, {"app/x.py": IMPORT, "app/X.py": IMPORT})
    if len(list((root / "app").glob("[xX].py"))) == 1:
        pytest.skip("needs a file system that tells x from X")

    checked = check(root)

    assert checked.found_in == {"app/x.py", "app/X.py"}


@pytest.mark.parametrize("content", [b"\xff\xfe\n[\n**/\n!\n\\\n", None], ids=["bytes", "folder"])
def test_a_gitignore_that_makes_no_sense_hides_nothing(root: Path, content: bytes | None) -> None:
    made(root, {HOSTILE: IMPORT})
    ignoring = root / ".gitignore"
    ignoring.mkdir() if content is None else ignoring.write_bytes(content)

    checked = check(root)

    assert checked.found_in == {HOSTILE}


@pytest.mark.parametrize("folder", ["", "app/", ".git/info/", "../"])
def test_nobody_waits_for_a_pipe_that_is_called_like_an_ignore_file(
    root: Path, folder: str
) -> None:
    made(root, {HOSTILE: IMPORT, "app/y/z.py": IMPORT, "build/x.py": IMPORT})
    (root / folder).mkdir(parents=True, exist_ok=True)
    if folder == "app/":
        (root / ".gitignore").write_text("build\n")
    name = f"{folder}exclude" if "info" in folder else f"{folder}.gitignore"
    os.mkfifo(root / name)

    checked = check(root)

    [(path, reason)] = checked.notes("not_parsed").items()
    assert reason == "not a regular file, so what it ignores is not known"
    assert path.endswith(name.removeprefix("../"))
    assert checked.found_in >= {HOSTILE, "app/y/z.py"}
    assert ("build/x.py" in checked.found_in) == (folder != "app/")


def test_a_device_that_is_called_like_an_ignore_file_is_not_read(root: Path) -> None:
    made(root, {HOSTILE: IMPORT})
    (root / ".gitignore").symlink_to("/dev/zero")

    checked = check(root)

    assert checked.found_in == {HOSTILE}


@pytest.mark.parametrize("name", ["setup.py", "pyproject.toml"])
def test_nobody_waits_for_a_pipe_that_is_called_like_a_project_file(root: Path, name: str) -> None:
    made(root, {HOSTILE: IMPORT, "inner/setup.cfg": "", "inner/src/x/__init__.py": ""})
    os.mkfifo(root / "inner" / name)

    checked = check(root)

    assert checked.found_in == {HOSTILE}


def test_an_owner_that_is_not_whole_is_an_owner(root: Path) -> None:
    made(root, {"app/manager.py": "class Manager:\n    def send(self): ...\n\ndef (:\n"})

    checked = check(root)

    assert checked.fate("app/manager.py")[0] == "recovered"
    assert checked.status == 0


# Where names lead.


@pytest.mark.parametrize("name", CIRCLES)
def test_circles_end(root: Path, name: str) -> None:
    made(root, {**CIRCLES[name], HOSTILE: IMPORT})

    checked = check(root)

    assert checked.report["completeness"]["is_complete"]
    assert HOSTILE in checked.found_in


@pytest.mark.parametrize("name", KNOTS)
def test_questions_that_lead_back_to_themselves_end(root: Path, name: str) -> None:
    made(root, {**KNOTS[name], **USED, HOSTILE: IMPORT})

    checked = check(root)

    assert checked.report["completeness"]["is_complete"]
    assert HOSTILE in checked.found_in


def test_many_modules_that_import_all_of_each_other_end(root: Path) -> None:
    """Each order in which they can be walked was tried: ten of them took minutes."""
    made(root, {**stars(30), HOSTILE: IMPORT})

    checked = check(root)

    assert HOSTILE in checked.found_in
