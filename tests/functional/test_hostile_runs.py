"""Whatever befalls a run: it ends, and the report is true or is not there."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import pluribus
from pluribus.codebase import Codebase, Focus
from tests.functional.cli_project import FRAGMENTED, Project
from tests.functional.hostile_project import HOSTILE, IMPORT, PATIENCE_S, check, made
from tests.functional.hostile_sources import LARGE

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs Unix")


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
    assert second.stderr.count("warning: ") == 1


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
    assert full.status == whole.status
    assert "warning: what was read could not be kept in " in full.stderr
    assert "File too large" in full.stderr
    assert "warning: " not in whole.stderr
    assert not list(root.glob(".pluribus_cache/facts/*"))
    assert check(root).report == whole.report
