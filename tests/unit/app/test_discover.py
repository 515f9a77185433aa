"""Discovering, from a tree to the contracts that are proposed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluribus.app.check import CheckOptions, check
from pluribus.app.discover import DiscoverOptions, discover, proposals
from pluribus.errors import UsageError
from pluribus.findings.discovery import Discovery

MANAGER = """
class {name}:
    def add_connection(self, user: str, socket: object) -> None:
        self.sockets = [(user, socket)]

    def remove_connection(self, user: str) -> None:
        self.sockets = []

    def send_event(self, user: str, event: str) -> int:
        return len(self.sockets)
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Two rivals, of which one is imported."""
    files = {
        "app/__init__.py": "",
        "app/sockets.py": MANAGER.format(name="SocketManager"),
        "app/new_sockets.py": MANAGER.format(name="NewSocketManager"),
        "app/mail.py": "from app.sockets import SocketManager\n\nMADE = SocketManager()\n",
        "tests/test_sockets.py": "def test_it():\n    from app.sockets import SocketManager\n",
    }
    for path, text in files.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


def found(tree: Path, **options: object) -> Discovery:
    return discover(
        tree,
        DiscoverOptions(**options),  # type: ignore[arg-type]  # as the caller spells them
        history=lambda _: {},
        text=lambda path: (tree / path).read_text(),
    )


def test_tests_are_counted_apart_and_read_for_what_they_import(tree: Path) -> None:
    (concept,) = found(tree).concepts

    used, unused = concept.rivals
    assert (used.dependants.production, used.dependants.tests) == (1, 1)
    assert (unused.dependants.production, unused.dependants.tests) == (0, 0)
    assert (found(tree).surveyed.production, found(tree).surveyed.tests) == (4, 1)


def test_the_same_tree_gives_the_same_answer_with_and_without_a_cache(tree: Path) -> None:
    first = found(tree, cache=tree / ".cache")

    assert found(tree, cache=tree / ".cache") == first == found(tree)


def test_a_check_after_discovery_reads_tests_whole(tree: Path) -> None:
    """What is skimmed of tests must not be taken for all that they hold."""
    cache = tree / ".cache"
    found(tree, cache=cache)
    (tree / "pluribus.toml").write_text('[concepts.sockets]\nowner = "app.sockets:SocketManager"')

    assert check(tree, CheckOptions(cache=cache)) == check(tree)


def test_what_is_excluded_is_no_rival(tree: Path) -> None:
    assert found(tree, exclude=("app/new_*",)).concepts == ()


def test_the_contract_says_what_is_a_test_and_what_is_left_out(tree: Path) -> None:
    (tree / "pluribus.toml").write_text(
        '[codebase]\ntests = ["app/new_*"]\n[concepts.x]\nowner = "app.sockets:SocketManager"\n'
    )

    assert found(tree).concepts == ()


def test_a_limit_hides_and_does_not_forget(tree: Path) -> None:
    (tree / "app/a.py").write_text(MANAGER.format(name="RoomKeeper"))
    (tree / "app/b.py").write_text(MANAGER.format(name="UnifiedRoomKeeper"))

    limited = found(tree, limit=1)

    assert (len(limited.concepts), limited.found) == (1, 2)


def test_a_tree_without_python_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no Python file"):
        found(tmp_path)


def test_a_check_runs_on_what_is_proposed(tree: Path) -> None:
    files = proposals(found(tree), tree, has_contract=False)
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    report = check(tree)

    assert sorted(path.name for path in files) == ["pluribus.toml", "socket-manager.toml"]
    assert [each.rule for each in report.findings] == ["rival"]


def test_what_a_contract_cannot_name_is_not_proposed(tree: Path) -> None:
    """A script whose name is no identifier would be a mistake in the contract."""
    (tree / "app/sockets.py").rename(tree / "app/legacy-sockets.py")
    (tree / "app/new_sockets.py").rename(tree / "app/new-sockets.py")

    (concept,) = found(tree).concepts

    assert concept.proposal.owner == ""
    assert "cannot be imported by that path" in concept.proposal.reason
    assert proposals(found(tree), tree, has_contract=False) == {}
