"""What is kept between runs saves time and never changes what is found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pluribus.app.check import CheckOptions, check
from pluribus.findings import Report
from tests.unit.codebase.trees import written

FILES = {
    "pluribus.toml": '[concepts.cart]\nowner = "shop.cart:Cart"\nlegacy-paths = ["shop.old"]\n',
    "shop/__init__.py": "",
    "shop/cart.py": "class Cart: ...\n",
    "shop/view.py": "from shop.cart import Cart\n",
    "shop/bill.py": "from shop.old import Cart  # its old place\n",
}
PATIENCE = 20_000
"""So many runs must be enough for the clock to move on."""


def found(root: Path, *, cache: Path | None) -> Report:
    return check(root, CheckOptions(cache=cache, select=("legacy-import",)))


def legacy(report: Report) -> list[str]:
    return [each.location.path for each in report.findings]


def segments(cache: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in cache.rglob("*.segment")}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """One file imports through a legacy path."""
    return written(tmp_path / "tree", FILES)


@pytest.fixture
def cache(root: Path, tmp_path: Path) -> Path:
    """What a first run has kept."""
    folder = tmp_path / "cache"
    found(root, cache=folder)
    return folder


@pytest.fixture
def settled(root: Path, cache: Path) -> Path:
    """A cache that knows files by what they look like, once they are old enough to be trusted."""
    for _ in range(PATIENCE):
        if any(cache.glob("*.index")):
            return cache
        found(root, cache=cache)
    raise AssertionError("files never become old enough")


def test_a_second_run_says_the_same(root: Path, cache: Path) -> None:
    again = found(root, cache=cache)

    assert legacy(again) == ["shop/bill.py"]
    assert again == found(root, cache=None)


def test_a_second_run_learns_nothing_new(root: Path, cache: Path) -> None:
    kept = segments(cache)

    found(root, cache=cache)

    assert kept
    assert segments(cache) == kept


def test_a_run_without_a_cache_keeps_nothing(root: Path) -> None:
    before = sorted(root.rglob("*"))

    found(root, cache=None)

    assert sorted(root.rglob("*")) == before


def test_an_edited_file_is_read_anew(root: Path, cache: Path) -> None:
    written(root, {"shop/view.py": "from shop.old import Cart\n"})

    report = found(root, cache=cache)

    assert legacy(report) == ["shop/bill.py", "shop/view.py"]
    assert report == found(root, cache=None)


def test_a_file_that_was_edited_and_edited_back_is_as_before(root: Path, cache: Path) -> None:
    before = found(root, cache=cache)
    written(root, {"shop/bill.py": "from shop.cart import Cart\n"})
    between = found(root, cache=cache)
    written(root, {"shop/bill.py": FILES["shop/bill.py"]})

    after = found(root, cache=cache)

    assert legacy(between) == []
    assert after == before


def test_a_deleted_file_is_gone(root: Path, cache: Path) -> None:
    (root / "shop" / "bill.py").unlink()

    report = found(root, cache=cache)

    assert legacy(report) == []
    assert report.completeness.files.seen == 3


def test_an_added_file_is_read(root: Path, cache: Path) -> None:
    written(root, {"shop/ship.py": "import shop.old\n"})

    report = found(root, cache=cache)

    assert legacy(report) == ["shop/bill.py", "shop/ship.py"]


def test_a_renamed_file_is_found_at_its_new_place(root: Path, cache: Path) -> None:
    (root / "shop" / "bill.py").rename(root / "shop" / "till.py")

    report = found(root, cache=cache)

    assert legacy(report) == ["shop/till.py"]
    assert report == found(root, cache=None)


def test_files_of_the_same_content_keep_their_own_places(root: Path, cache: Path) -> None:
    written(root, {"shop/web/__init__.py": "", "shop/web/bill.py": FILES["shop/bill.py"]})

    report = found(root, cache=cache)

    assert legacy(report) == ["shop/bill.py", "shop/web/bill.py"]


def test_two_trees_share_a_cache_and_keep_apart(root: Path, cache: Path, tmp_path: Path) -> None:
    other = written(tmp_path / "other", {**FILES, "shop/bill.py": "from shop.cart import Cart\n"})

    assert legacy(found(other, cache=cache)) == []
    assert legacy(found(root, cache=cache)) == ["shop/bill.py"]


def test_an_edit_that_keeps_size_and_time_is_seen(root: Path, settled: Path) -> None:
    path = root / "shop" / "bill.py"
    before = path.stat()
    path.write_text("from shop.cart import Cart # its own place\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()

    report = found(root, cache=settled)

    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert legacy(report) == []


def test_a_file_that_another_of_its_size_and_time_replaces_is_seen(
    root: Path, settled: Path
) -> None:
    path = root / "shop" / "bill.py"
    before = path.stat()
    fresh = root.parent / "fresh"
    fresh.write_text("from shop.cart import Cart # its own place\n")
    os.utime(fresh, ns=(before.st_atime_ns, before.st_mtime_ns))
    fresh.replace(path)

    report = found(root, cache=settled)

    assert path.stat().st_size == before.st_size
    assert legacy(report) == []


def test_files_that_are_known_by_what_they_look_like_give_the_same_report(
    root: Path, settled: Path
) -> None:
    again = found(root, cache=settled)

    assert again == found(root, cache=None)


def _damage(cache: Path, old: bytes, new: bytes) -> int:
    changed = 0
    for path in cache.rglob("*"):
        if path.is_file() and old in (content := path.read_bytes()):
            path.write_bytes(content.replace(old, new))
            changed += 1
    return changed


def test_a_cache_of_another_version_is_passed_over(root: Path, cache: Path) -> None:
    changed = _damage(cache, b"pluribus-facts ", b"pluribus-fancy ")

    report = found(root, cache=cache)

    assert changed
    assert report == found(root, cache=None)


def test_a_cache_whose_records_were_changed_is_passed_over(root: Path, cache: Path) -> None:
    changed = _damage(cache, b"shop.old", b"shop.new")

    report = found(root, cache=cache)

    assert changed
    assert report == found(root, cache=None)


@pytest.mark.parametrize("keep", [0, 1, 17, -1], ids=["empty", "one byte", "a head", "no tail"])
def test_a_cache_that_was_cut_off_is_passed_over(root: Path, settled: Path, keep: int) -> None:
    for path in settled.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:keep])

    report = found(root, cache=settled)

    assert report == found(root, cache=None)


def test_a_damaged_cache_is_made_good(root: Path, cache: Path) -> None:
    _damage(cache, b"pluribus-facts ", b"pluribus-fancy ")
    found(root, cache=cache)
    kept = segments(cache)

    found(root, cache=cache)

    assert segments(cache) == kept
    assert any(b"pluribus-facts " in content for content in kept.values())


def test_a_cache_that_cannot_be_written_changes_nothing(root: Path, tmp_path: Path) -> None:
    in_the_way = tmp_path / "in the way"
    in_the_way.write_text("")

    report = found(root, cache=in_the_way)

    assert report == found(root, cache=None)


def test_rules_that_are_changed_between_runs_are_those_of_the_run(root: Path, cache: Path) -> None:
    contract = FILES["pluribus.toml"].replace("shop.old", "shop.older")
    written(root, {"pluribus.toml": contract})

    report = found(root, cache=cache)

    assert legacy(report) == []
    assert report == found(root, cache=None)
