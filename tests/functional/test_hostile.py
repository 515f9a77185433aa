"""Whatever stands in a tree or befalls a run: no crash, and what was not checked is said."""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import pluribus
from pluribus.codebase import Codebase, Focus
from tests.functional.cli_project import FRAGMENTED, Project
from tests.functional.hostile_circles import CIRCLES, KNOTS, USED, stars
from tests.functional.hostile_project import (
    HOSTILE,
    IMPORT,
    PATIENCE_S,
    check,
    made,
    privileges_dropped,
)
from tests.functional.hostile_sources import LARGE, SOURCES

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs Unix")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of the project; the one above it is empty."""
    return tmp_path / "project"


@pytest.fixture
def obeying() -> tuple[str, ...]:
    """What makes a command obey permissions."""
    before = privileges_dropped()
    if before is None:
        pytest.skip("root reads everything, and `setpriv` is not there to prevent it")
    return before


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


# What befalls a run.


@pytest.mark.parametrize(
    ("befall", "reason"),
    [
        (Path.unlink, "vanished while it was being read"),
        (lambda path: (path.unlink(), path.mkdir()), "Is a directory"),
    ],
    ids=["deleted", "made a folder"],
)
@pytest.mark.parametrize("has_cache", [False, True], ids=["without cache", "with cache"])
def test_a_file_may_change_between_being_listed_and_being_read(
    root: Path, befall: Callable[[Path], object], reason: str, has_cache: bool
) -> None:
    made(root, {HOSTILE: IMPORT})
    codebase = Codebase(root, cache=root / "cache" if has_cache else None)
    befall(root / HOSTILE)

    codebase.focus(Focus(), reads_all=True)

    fates = {file.path: (file.status, file.reason) for file in codebase.files()}
    status, said = fates.pop(HOSTILE)
    assert status == "not-parsed"
    assert reason in said
    assert set(fates.values()) == {("parsed", "")}


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL], ids=lambda sent: sent.name)
def test_a_run_that_is_ended_in_its_midst_leaves_a_cache_that_serves(
    root: Path, sent: signal.Signals
) -> None:
    functions = LARGE["20 MB of functions"].content
    made(root, {HOSTILE: functions, "app/y.py": functions})
    ours, theirs = os.openpty()
    run = Project(root).start("check", stderr=theirs)
    os.close(theirs)
    shown = b""
    while b"reading" not in shown and (more := _read(ours)):
        shown += more

    run.send_signal(sent)
    while more := _read(ours):
        shown += more
    out, _ = run.communicate(timeout=PATIENCE_S)
    os.close(ours)

    assert b"reading" in shown
    assert b"Traceback" not in shown
    assert out == ""
    assert run.returncode == (130 if sent == signal.SIGINT else -sent)
    assert check(root).report == check(root, "--no-cache").report


def _read(descriptor: int) -> bytes:
    """Read from a terminal, whose end Linux tells as an error."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


# What befalls the cache.


@pytest.fixture
def settled(tmp_path: Path) -> tuple[Path, tuple[str, ...]]:
    """A tree that has not changed for a while, so that all of it is kept; and how to check it."""
    contract = tmp_path / "contract.toml"
    contract.write_text('[concepts.error]\nowner = "pluribus.errors:PluribusError"\n')
    tree = Path(pluribus.__file__).parent
    return tree, ("--contract", str(contract), "--cache-dir", str(tmp_path / "cache"))


def _garble(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.write_bytes(content)


def _become_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "emptied": lambda path: path.write_bytes(b""),
    "cut": lambda path: os.truncate(path, path.stat().st_size // 2),
    "cut by one byte": lambda path: os.truncate(path, path.stat().st_size - 1),
    "garbled": _garble,
    "overwritten": lambda path: path.write_bytes(bytes(range(256)) * 999),
    "made a folder": _become_folder,
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("glob", ["facts/*.segment", "*.index", "*"])
def test_a_damaged_cache_changes_nothing(
    settled: tuple[Path, tuple[str, ...]], tmp_path: Path, glob: str, damage: str
) -> None:
    tree, arguments = settled
    undamaged = check(tree, *arguments)
    damaged = [path for path in (tmp_path / "cache").glob(glob) if path.is_file()]
    for path in damaged:
        DAMAGES[damage](path)

    again = check(tree, *arguments)
    once_more = check(tree, *arguments)

    assert damaged
    assert again.report == undamaged.report == once_more.report


@pytest.mark.parametrize("folder", ["", "facts"])
def test_a_cache_that_may_not_be_written_changes_nothing(
    root: Path, obeying: tuple[str, ...], folder: str
) -> None:
    made(root, FRAGMENTED)
    first = check(root)
    (root / HOSTILE).write_text(IMPORT)
    (root / ".pluribus_cache" / folder).chmod(0o500)

    second = check(root, before=obeying)

    assert HOSTILE not in first.found_in
    assert HOSTILE in second.found_in
    assert second.report == check(root, "--no-cache").report


def test_a_disk_that_is_full_costs_the_cache_and_nothing_else(root: Path) -> None:
    made(root, {HOSTILE: IMPORT * 1000})
    whole = check(root, "--no-cache")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limit[1]))
    try:
        full = check(root)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)

    assert full.report == whole.report
    assert not list(root.glob(".pluribus_cache/facts/*"))
    assert check(root).report == whole.report
