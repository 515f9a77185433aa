"""The history of a git repository, read from its objects: nothing is checked out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pluribus.adapters.git_program import ask, complaint, offline, refuse_options, run
from pluribus.codebase import Blobs, Revision
from pluribus.errors import GitError
from pluribus.findings.history import Commit

_FIELDS: Final = "%H%x1f%T%x1f%ct%x1f%an%x1f%s"
_LOG: Final = (
    *("-c", "i18n.logOutputEncoding=UTF-8", "-c", "log.showSignature=false"),
    *("log", "-z", "--no-color", f"--format={_FIELDS}"),
)
_DIFF: Final = (
    *("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev"),
    *("--no-ext-diff", "--ignore-submodules=none"),
)


def is_bare(folder: Path) -> bool:
    """Whether a folder is that of a repository without a work tree, or git's own of any.

    Raises:
        GitError: there is no git, or no repository.
    """
    asked = run(folder, "rev-parse", "--is-inside-work-tree")
    if asked.returncode:
        raise GitError(
            f"`{folder}` is not in a git repository that can be read: {complaint(asked)}",
            hint="name a folder of a git repository, or a bare repository",
        )
    return asked.stdout.strip() != b"true"


class Repository:
    """A git repository, bare or not, looked at from one of its folders."""

    def __init__(self, folder: Path, *, cache: Path | None) -> None:
        """Find the repository.

        Args:
            folder: A folder of its work tree, which is then what is looked at; or the folder of a
                bare repository, which is looked at whole.
            cache: Folder where facts are kept between runs; nothing is kept when None.

        Raises:
            GitError: there is no git, or no repository.
        """
        self._folder = folder
        self.has_work_tree = not is_bare(folder)
        prefix = ask(folder, "rev-parse", "--show-prefix") if self.has_work_tree else b""
        self.base = prefix.decode("utf-8", "surrogateescape").strip("\n").rstrip("/")
        self._empty_tree = ask(folder, "hash-object", "-t", "tree", "--stdin").decode().strip()
        self._blobs = Blobs(
            ["git", "-C", str(folder), "cat-file", "--batch"],
            environment=offline(),
            cache=cache,
        )
        self._latest = (self._empty_tree, self._blobs.empty(self.base))

    @property
    def top(self) -> Path | None:
        """The top of the work tree; None for a bare repository."""
        if not self.has_work_tree:
            return None
        shown = ask(self._folder, "rev-parse", "--show-toplevel")
        return Path(shown.decode("utf-8", "surrogateescape").strip("\n"))

    @property
    def is_shallow(self) -> bool:
        """Whether the clone was cut off, so that its history has an end that is none."""
        return ask(self._folder, "rev-parse", "--is-shallow-repository").strip() == b"true"

    def commit(self, ref: str) -> Commit:
        """Look a revision up.

        Raises:
            GitError: git does not know it, or it is no commit.
        """
        refuse_options(ref)
        found = run(self._folder, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
        if found.returncode:
            cut = self.is_shallow
            raise GitError(
                f"git knows no commit `{ref}` in `{self._folder}`",
                hint="this clone is shallow and may lack it: `git fetch --unshallow` first"
                if cut
                else "name a branch, a tag or a commit that `git log` shows",
            )
        return self._log("-1", found.stdout.decode("ascii").strip())[0]

    def first_parents(self, commit: Commit, *, after: Commit | None = None) -> list[Commit]:
        """The commits that led to `commit`, each the first parent of the next, oldest first.

        Args:
            commit: The last of them.
            after: Leaves out what it holds already; None for all.
        """
        excluded = () if after is None else (f"^{after.id}",)
        return self._log("--first-parent", "--reverse", commit.id, *excluded)

    def is_ancestor(self, before: Commit, after: Commit) -> bool:
        """Whether `after` builds on `before`."""
        asked = run(self._folder, "merge-base", "--is-ancestor", before.id, after.id)
        return asked.returncode == 0

    def revision(self, commit: Commit, name: str = "") -> Revision:
        """The files of a commit; cheap for one that is like the one that was asked for last.

        Args:
            commit: Which one.
            name: How messages call it; by default by its id.

        Raises:
            GitError: the repository lacks one of its trees.
        """
        tree, revision = self._latest
        if tree != commit.tree:
            revision = revision.changed(ask(self._folder, *_DIFF, tree, commit.tree))
            self._latest = (commit.tree, revision)
        return revision.called(name or commit.short)

    def save(self) -> str | None:
        """Keep what was read for the next run; returns why that failed."""
        return self._blobs.save()

    def _log(self, *arguments: str) -> list[Commit]:
        return list(_commits(ask(self._folder, *_LOG, *arguments, "--")))


def _commits(log: bytes) -> Iterator[Commit]:
    for line in log.decode("utf-8", "replace").split("\0"):
        fields = line.split("\x1f", 4)
        if len(fields) == 5:
            commit, tree, time, author, subject = fields
            yield Commit(
                id=commit, tree=tree, time_s=int(time), author=author, subject=subject.strip()
            )
