"""A code base as a git revision holds it, read without a checkout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pluribus.codebase import _native

TOP: Final = Path("/.git-revision")
"""Where the top of a repository is said to be; nothing is there on disk."""


class Blobs:
    """The content of a repository, and what was read of it for the revisions of one run."""

    def __init__(
        self, command: Sequence[str], *, environment: Mapping[str, str], cache: Path | None
    ) -> None:
        """Nothing is started before the first file is read.

        Args:
            command: What starts `git cat-file --batch` on the repository.
            environment: All that it is to see of the environment.
            cache: Folder where facts are kept between runs; nothing is kept when None.
        """
        self._native = _native.Blobs(
            command=command, environment=sorted(environment.items()), cache=cache
        )

    def save(self) -> str | None:
        """Keep what was read for the next run; returns why that failed."""
        return self._native.save()

    def empty(self, base: str = "") -> Revision:
        """A revision without files, looked at from the folder `base` of the repository."""
        return Revision(self._native.empty(base), base)


class Revision:
    """The files of one revision, looked at from one folder of the repository.

    It tells what stands at a path below `TOP`, so that who asks of the disk can ask it too.
    """

    def __init__(self, native: _native.Revision, base: str, name: str = "") -> None:
        self.native = native
        self.base = base
        self.name = name
        """How messages call it."""

    @property
    def root(self) -> Path:
        """The folder that is looked at."""
        return TOP / self.base

    def changed(self, diff: bytes) -> Revision:
        """The revision that it becomes by what `git diff-tree -r -z` says.

        Raises:
            FactsError: git said something else.
        """
        return Revision(self.native.changed(diff), self.base)

    def called(self, name: str) -> Revision:
        """The same, under a name for messages."""
        return Revision(self.native, self.base, name)

    def digest(self) -> str:
        """Tells it from any revision that could be judged otherwise by the same contract."""
        return self.native.digest()

    def source(self, path: str) -> bytes | None:
        """The content of a file below the folder that is looked at; None when it cannot be had."""
        return self.native.read(path)

    def blob(self, path: str) -> str | None:
        """The id of the content of a file below the folder that is looked at."""
        return self.native.blob(path)

    def is_link(self, path: str) -> bool:
        """Whether a symbolic link stands at a path below the folder that is looked at."""
        return self._kind(self.root / path) == "link"

    def is_file(self, path: Path) -> bool:
        return self._kind(path) == "file"

    def is_folder(self, path: Path) -> bool:
        return self._kind(path) == "folder"

    def has(self, path: Path) -> bool:
        return self._kind(path) is not None

    def read(self, path: Path) -> bytes:
        content = self.native.seen_from("").read(self._below(path) or "")
        if content is None:
            raise OSError(0, "is no file that git can read")
        return content

    def folder(self, path: Path) -> list[Path]:
        below = self._below(path)
        return [] if below is None else [path / name for name in self.native.names(below)]

    def shown(self, path: Path) -> str:
        return f"{self.name}:{self._below(path) or '.'}"

    def _kind(self, path: Path) -> str | None:
        below = self._below(path)
        return None if below is None else self.native.kind(below)

    def _below(self, path: Path) -> str | None:
        """As seen from the top of the repository; None for what lies elsewhere."""
        if not path.is_relative_to(TOP):
            return None
        below = path.relative_to(TOP).as_posix()
        return "" if below == "." else below
