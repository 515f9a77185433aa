"""What changed since a revision, asked of real repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluribus.adapters.git import changed_since, last_changes
from pluribus.errors import GitError
from tests.unit.adapters.repository import Repository


def test_nothing_changed_is_the_empty_set(repository: Repository) -> None:
    assert changed_since(repository.root, "main") == frozenset()


def test_committed_staged_edited_and_new_files_count_and_ignored_ones_do_not(
    repository: Repository,
) -> None:
    repository.commit("committed.py")
    repository.write("staged.py", text="y = 2\n")
    repository.git("add", "staged.py")
    repository.write("edited.py", text="y = 2\n")
    repository.write("new.py", "ignored.py")

    changed = changed_since(repository.root, "main")

    assert changed == {"committed.py", "staged.py", "edited.py", "new.py"}


def test_what_the_other_branch_did_since_does_not_count(repository: Repository) -> None:
    repository.commit("ours.py")
    repository.git("checkout", "--quiet", "main")
    repository.commit("theirs.py", "edited.py", text="z = 3\n")
    repository.git("checkout", "--quiet", "work")

    assert changed_since(repository.root, "main") == {"ours.py"}


@pytest.mark.parametrize("setting", ["true", "copies", "false"])
def test_a_renamed_file_counts_under_its_new_path(repository: Repository, setting: str) -> None:
    repository.git("config", "diff.renames", setting)
    repository.git("mv", "moved.py", "part/arrived.py")
    repository.commit()
    repository.git("mv", "kept.py", "kept_again.py")

    assert changed_since(repository.root, "main") == {"part/arrived.py", "kept_again.py"}


def test_a_deleted_file_does_not_count(repository: Repository) -> None:
    repository.git("rm", "--quiet", "kept.py")
    (repository.root / "edited.py").unlink()

    assert changed_since(repository.root, "main") == frozenset()


def test_a_change_that_was_staged_and_then_undone_on_disk_counts(repository: Repository) -> None:
    repository.write("edited.py", text="y = 2\n")
    repository.git("add", "edited.py")
    repository.write("edited.py")

    assert changed_since(repository.root, "main") == {"edited.py"}


def test_of_a_folder_inside_paths_are_relative_to_it_and_the_rest_is_left_out(
    repository: Repository,
) -> None:
    repository.commit("outside.py", "part/committed.py")
    repository.write("new_outside.py", "part/deep/new.py", "part/inner.py", text="y = 2\n")

    changed = changed_since(repository.root / "part", "main")

    assert changed == {"committed.py", "deep/new.py", "inner.py"}


@pytest.mark.parametrize(
    "name",
    ["with space.py", 'quo"te.py', "tab\there.py", "line\nbreak.py", "über/日本.py", "-x.py"],
)
def test_a_path_comes_back_as_it_is_on_disk(repository: Repository, name: str) -> None:
    repository.commit(name)
    repository.write(f"new/{name}")

    assert changed_since(repository.root, "main") == {name, f"new/{name}"}


def test_any_name_of_a_revision_will_do(repository: Repository) -> None:
    start = repository.git("rev-parse", "HEAD").strip()
    repository.git("tag", "--annotate", "--message", "a release", "v1")
    repository.commit("first.py")
    repository.commit("second.py")

    assert changed_since(repository.root, start) == {"first.py", "second.py"}
    assert changed_since(repository.root, "v1") == {"first.py", "second.py"}
    assert changed_since(repository.root, "HEAD~1") == {"second.py"}
    assert changed_since(repository.root, "HEAD") == frozenset()


def test_a_file_named_like_the_revision_confuses_nobody(repository: Repository) -> None:
    repository.write("main", "HEAD")

    assert changed_since(repository.root, "main") == {"main", "HEAD"}


def test_the_variables_of_a_git_hook_do_not_lead_elsewhere(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit("committed.py")
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "no-index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))

    assert changed_since(repository.root / "part", "main") == frozenset()
    assert changed_since(repository.root, "main") == {"committed.py"}


def test_a_linked_work_tree_is_a_repository_too(repository: Repository, tmp_path: Path) -> None:
    repository.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
    Repository(tmp_path / "linked").commit("committed.py")

    assert changed_since(tmp_path / "linked", "main") == {"committed.py"}


def test_asking_does_not_wait_for_the_lock_of_a_commit_that_goes_on(
    repository: Repository,
) -> None:
    repository.write("edited.py", text="y = 2\n")
    (repository.root / ".git" / "index.lock").touch()

    assert changed_since(repository.root, "main") == {"edited.py"}


def test_an_unknown_revision_is_an_error_that_names_it(repository: Repository) -> None:
    with pytest.raises(GitError, match="no revision `mian`") as error:
        changed_since(repository.root, "mian")

    assert "git fetch" in str(error.value.hint)


@pytest.mark.parametrize("ref", ["--output=stolen", "-x", "", " "])
def test_what_git_would_take_for_an_option_or_for_nothing_is_refused(
    repository: Repository, ref: str
) -> None:
    with pytest.raises(GitError, match="not the name of a revision"):
        changed_since(repository.root, ref)

    assert not (repository.root / "stolen").exists()


def test_a_file_is_no_revision_to_compare_with(repository: Repository) -> None:
    with pytest.raises(GitError, match=r"no revision `HEAD:kept\.py`"):
        changed_since(repository.root, "HEAD:kept.py")


def test_histories_that_never_met_are_an_error(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "--orphan", "alone")
    repository.commit("alone.py")

    with pytest.raises(GitError, match="share no history") as error:
        changed_since(repository.root, "main")

    assert "unshallow" in str(error.value.hint)


def test_a_repository_without_a_commit_is_an_error(tmp_path: Path) -> None:
    Repository(tmp_path).git("init", "--quiet", "--initial-branch=main")

    with pytest.raises(GitError, match="no revision `HEAD`"):
        changed_since(tmp_path, "HEAD")


def test_a_folder_outside_of_any_repository_is_an_error(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()

    with pytest.raises(GitError, match="not in a git repository"):
        changed_since(outside, "main")


def test_a_bare_repository_has_no_files_to_check(tmp_path: Path) -> None:
    Repository(tmp_path).git("init", "--quiet", "--bare", "bare")

    with pytest.raises(GitError, match="not in its work tree"):
        changed_since(tmp_path / "bare", "main")


def test_without_git_the_error_says_so(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))

    with pytest.raises(GitError, match="git cannot be started") as error:
        changed_since(repository.root, "main")

    assert "install git" in str(error.value.hint)


def test_the_last_change_of_a_file_is_that_of_its_last_commit(repository: Repository) -> None:
    repository.write("old.py")
    repository.git("add", ".")
    repository.git("commit", "-qm", "old", "--date", "2020-01-01T00:00:00Z")
    repository.write("new.py")
    repository.git("add", ".")
    repository.git("commit", "-qm", "new")

    found = last_changes(repository.root, ["old.py", "new.py", "absent.py"])

    assert set(found) == {"old.py", "new.py"}
    assert found["old.py"] <= found["new.py"]


def test_nothing_is_known_of_what_is_in_no_repository(tmp_path: Path) -> None:
    assert last_changes(tmp_path, ["a.py"]) == {}
