"""Files are written whole or not at all, and caches keep out of everyone's way."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pluribus.adapters.files import (
    exchange_file,
    prepare_cache,
    refuse_unwritable,
    write_file,
)
from pluribus.errors import OutputError

needs_permissions = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
needs_devices = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="needs /dev/full of Linux"
)

SMALL_DISK = """
import resource, signal, sys
from pathlib import Path
from pluribus.adapters.files import write_file
from pluribus.errors import OutputError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    write_file(Path(sys.argv[1]), b"x" * 1000)
except OutputError as error:
    print(error.message)
"""


def test_a_new_file_holds_the_content_and_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()

    write_file(tmp_path / "report", b"content\r\n")

    assert (tmp_path / "report").read_bytes() == b"content\r\n"
    assert (tmp_path / "report").stat().st_mode == (tmp_path / "usual").stat().st_mode
    assert sorted(each.name for each in tmp_path.iterdir()) == ["report", "usual"]


def test_an_existing_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    report = tmp_path / "report"
    report.write_bytes(b"much that was there before")
    report.chmod(0o640)

    write_file(report, b"new")

    assert report.read_bytes() == b"new"
    assert stat.S_IMODE(report.stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder/report")

    write_file(tmp_path / "link", b"first")
    write_file(tmp_path / "link", b"second")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "folder" / "report").read_bytes() == b"second"
    assert [each.name for each in (tmp_path / "folder").iterdir()] == ["report"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
def test_when_the_disk_is_full_the_old_file_stays_and_nothing_else_is_left(
    tmp_path: Path,
) -> None:
    (tmp_path / "report").write_bytes(b"old")

    done = subprocess.run(
        [sys.executable, "-c", SMALL_DISK, str(tmp_path / "report")],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "cannot write" in done.stdout
    assert "File too large" in done.stdout
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("report", b"old")]


@needs_devices
def test_a_device_is_written_to_and_its_error_is_told() -> None:
    write_file(Path(os.devnull), b"content")

    with pytest.raises(OutputError, match=r"cannot write `/dev/full`: No space left"):
        write_file(Path("/dev/full"), b"content")


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="there is no folder") as error:
        refuse_unwritable(tmp_path / "missing" / "report")

    assert str(tmp_path / "missing") in error.value.message


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OutputError, match="there is no folder"):
        write_file(tmp_path / "file" / "report", b"")


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="it is a folder"):
        write_file(tmp_path, b"")


@needs_permissions
def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(OutputError, match="not writable"):
        refuse_unwritable(tmp_path / "report")


@needs_permissions
def test_a_file_that_may_not_be_written_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "report").write_bytes(b"old")
    (tmp_path / "report").chmod(0o400)

    with pytest.raises(OutputError, match="not writable"):
        write_file(tmp_path / "report", b"new")

    assert (tmp_path / "report").read_bytes() == b"old"


def test_a_file_is_exchanged_for_what_was_made_of_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"

    exchange_file(path, b"one", before=None)
    exchange_file(path, b"two", before=b"one")

    assert path.read_bytes() == b"two"


@pytest.mark.parametrize("before", [None, b"older"])
def test_a_file_that_others_wrote_meanwhile_is_left_as_it_is(
    tmp_path: Path, before: bytes | None
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"theirs")

    with pytest.raises(OutputError, match="by something else meanwhile"):
        exchange_file(path, b"ours", before=before)

    assert path.read_bytes() == b"theirs"


def test_what_is_the_same_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"same")
    inode = path.stat().st_ino

    exchange_file(path, b"same", before=b"same")

    assert path.stat().st_ino == inode


def test_a_cache_is_left_alone_by_git_and_by_backups(tmp_path: Path) -> None:
    problem = prepare_cache(tmp_path / "cache")

    assert problem is None
    assert (tmp_path / "cache" / ".gitignore").read_text() == "*\n"
    signature = (tmp_path / "cache" / "CACHEDIR.TAG").read_text().splitlines()[0]
    assert signature == "Signature: 8a477f597d28d172789f06886806bc55"


def test_a_cache_that_is_in_use_is_ready_and_stays_as_it_is(tmp_path: Path) -> None:
    prepare_cache(tmp_path / "cache")
    (tmp_path / "cache" / "facts").write_text("kept")
    (tmp_path / "cache" / ".gitignore").write_text("# edited\n")

    problem = prepare_cache(tmp_path / "cache")

    assert problem is None
    assert (tmp_path / "cache" / "facts").read_text() == "kept"
    assert (tmp_path / "cache" / ".gitignore").read_text() == "# edited\n"


def test_many_runs_may_prepare_one_cache_at_once(tmp_path: Path) -> None:
    folders = [tmp_path / f"cache{number % 20}" for number in range(400)]

    with ThreadPoolExecutor(8) as pool:
        problems = list(pool.map(prepare_cache, folders))

    assert set(problems) == {None}


def test_a_folder_of_other_files_is_not_made_a_cache(tmp_path: Path) -> None:
    (tmp_path / "work.py").touch()

    problem = prepare_cache(tmp_path)

    assert problem is not None
    assert "holds other files" in problem
    assert [each.name for each in tmp_path.iterdir()] == ["work.py"]


def test_a_file_in_place_of_the_cache_is_a_problem_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()

    problem = prepare_cache(tmp_path / "cache")

    assert problem is not None
    assert "cannot be written" in problem


@needs_permissions
def test_a_cache_in_a_folder_that_may_not_be_written_is_a_problem_and_no_error(
    tmp_path: Path,
) -> None:
    tmp_path.chmod(0o500)

    problem = prepare_cache(tmp_path / "cache")

    assert problem is not None
    assert "Permission denied" in problem
