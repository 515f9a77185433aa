"""`pluribus discover`: what it writes, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.app.test_discover import MANAGER
from tests.unit.cli.running import Run


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Two rivals, of which one is imported."""
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "sockets.py").write_text(MANAGER.format(name="SocketManager"))
    (folder / "new_sockets.py").write_text(MANAGER.format(name="NewSocketManager"))
    (folder / "mail.py").write_text("from app.sockets import SocketManager\n")
    return tmp_path


def test_it_needs_no_contract_and_writes_none(pluribus: Run, tree: Path) -> None:
    done = pluribus("discover", str(tree), "--no-cache")

    assert done.status == 0
    assert done.out.startswith("1. socket-manager (certain)\n")
    assert "owner:    `app.sockets:SocketManager`, because no file imports any" in done.out
    assert sorted(path.name for path in tree.iterdir()) == ["app"]


def test_without_a_contract_nothing_is_kept(pluribus: Run, tree: Path) -> None:
    pluribus("discover", str(tree))

    assert sorted(path.name for path in tree.iterdir()) == ["app"]


def test_with_a_contract_what_was_read_is_kept(pluribus: Run, tree: Path) -> None:
    (tree / "pluribus.toml").write_text('[concepts.x]\nowner = "app.sockets:SocketManager"\n')

    pluribus("discover", str(tree))

    assert (tree / ".pluribus_cache").is_dir()


def test_json_has_the_same(pluribus: Run, tree: Path) -> None:
    done = pluribus("discover", str(tree), "--no-cache", "--output-format", "json")

    (concept,) = json.loads(done.out)["concepts"]
    assert (concept["rank"], concept["name"]) == (1, "socket-manager")
    assert concept["proposal"]["owner"] == "app.sockets:SocketManager"


def test_what_it_writes_can_be_checked(pluribus: Run, tree: Path) -> None:
    done = pluribus("discover", str(tree), "--no-cache", "--write")

    assert done.status == 0
    assert "2 files written" in done.err
    assert "owner" in (tree / "contracts" / "socket-manager.toml").read_text()
    assert pluribus("check", str(tree), "--no-cache").status == 1


def test_what_exists_is_kept(pluribus: Run, tree: Path) -> None:
    (tree / "contracts").mkdir()
    kept = tree / "contracts" / "socket-manager.toml"
    kept.write_text("mine")

    done = pluribus("discover", str(tree), "--no-cache", "--write")

    assert kept.read_text() == "mine"
    assert f"kept {kept}" in done.err
    assert "1 kept as they are" in done.err


def test_it_writes_where_it_is_told(pluribus: Run, tree: Path) -> None:
    pluribus("discover", str(tree), "--no-cache", "--write", "--into", str(tree / "proposed"))

    assert (tree / "proposed" / "pluribus.toml").is_file()
    assert not (tree / "pluribus.toml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--into", "there"), "`--into` says where `--write` writes"),
        (("--exclude", ""), "`--exclude` has an empty value"),
        (("--limit", "0"), "0 is not in the range"),
    ],
)
def test_it_says_what_makes_no_sense(
    pluribus: Run, tree: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = pluribus("discover", str(tree), "--no-cache", *arguments)

    assert done.status == 2
    assert said in done.err


def test_an_empty_folder_is_an_error(pluribus: Run, tmp_path: Path) -> None:
    done = pluribus("discover", str(tmp_path), "--no-cache")

    assert done.status == 2
    assert "no Python file is selected" in done.err
