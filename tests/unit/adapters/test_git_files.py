"""What files were at a revision, asked of real repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluribus.adapters.git import added_by, file_where_left
from pluribus.errors import GitError
from tests.unit.adapters.repository import Repository


def test_a_file_is_read_as_it_was_where_the_branch_began(repository: Repository) -> None:
    repository.commit("part/inner.py", text="ours\r\n")
    repository.git("checkout", "--quiet", "main")
    repository.commit("part/inner.py", text="theirs\n")
    repository.git("checkout", "--quiet", "work")
    path = repository.root / "part" / "inner.py"

    assert file_where_left(path, "main") == b"x = 1\n"
    assert file_where_left(path, "HEAD") == b"ours\r\n"


def test_a_file_that_was_not_there_is_none(repository: Repository) -> None:
    repository.write("new/file.py")

    assert file_where_left(repository.root / "new" / "file.py", "main") is None
    assert file_where_left(repository.root / "no" / "folder" / "file.py", "main") is None


def test_a_file_that_is_gone_with_its_folder_is_read(repository: Repository) -> None:
    repository.git("rm", "--quiet", "part/inner.py")

    assert not (repository.root / "part").exists()
    assert file_where_left(repository.root / "part" / "inner.py", "main") == b"x = 1\n"


def test_a_folder_is_no_file(repository: Repository) -> None:
    assert file_where_left(repository.root / "part", "main") is None


def test_a_link_is_followed(repository: Repository) -> None:
    (repository.root / "link.py").symlink_to("part/inner.py")

    assert file_where_left(repository.root / "link.py", "main") == b"x = 1\n"


def test_a_name_that_is_a_pattern_is_a_name(repository: Repository) -> None:
    repository.commit("*.py", "[a].py", text="odd\n")

    assert file_where_left(repository.root / "[a].py", "HEAD") == b"odd\n"
    assert file_where_left(repository.root / "[k]ept.py", "HEAD") is None


@pytest.mark.parametrize("ref", ["no-such", "--all", " "])
def test_a_revision_that_is_none_is_an_error(repository: Repository, ref: str) -> None:
    with pytest.raises(GitError):
        file_where_left(repository.root / "kept.py", ref)


def test_a_file_outside_of_git_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="not in a git repository"):
        file_where_left(tmp_path / "file", "HEAD")


def test_the_commit_that_added_a_text_is_named(repository: Repository) -> None:
    repository.commit("list.txt", text="one é\n")
    repository.commit("list.txt", text="one é\ntwo\n")
    path = repository.root / "list.txt"
    first = repository.git("log", "-2", "--format=%h").split()[1]

    said = added_by(path, "one é")

    assert said is not None
    assert said.startswith(first)
    assert said.endswith(" somebody: a change")
    assert added_by(path, "three") is None
    assert added_by(repository.root / "new.txt", "one") is None
