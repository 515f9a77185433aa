"""Where contracts are read from: the disk, or another tree of files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Protocol

from pluribus.errors import ContractError


class Files(Protocol):
    """Files by absolute path."""

    def has(self, path: Path) -> bool:
        """Whether there is anything at `path`, be it a dangling link."""
        ...

    def read(self, path: Path) -> bytes:
        """The content of a file.

        Raises:
            OSError: there is no such file, or it cannot be read.
        """
        ...

    def folder(self, path: Path) -> list[Path]:
        """What lies in a folder; nothing when there is none.

        Raises:
            OSError: it cannot be listed.
        """
        ...

    def shown(self, path: Path) -> str:
        """How messages call what is at `path`."""
        ...


class Disk:
    """The files of this machine."""

    def has(self, path: Path) -> bool:
        return os.path.lexists(path)

    def read(self, path: Path) -> bytes:
        return path.read_bytes()

    def folder(self, path: Path) -> list[Path]:
        return list(path.iterdir()) if path.is_dir() else []

    def shown(self, path: Path) -> str:
        return str(path)


DISK: Final = Disk()


def refuse_pipe(path: Path, files: Files) -> None:
    """Refuse a pipe that was found and not named: whoever reads one that nobody writes to waits
    for ever.

    Raises:
        ContractError: it is one.
    """
    if files is DISK and path.is_fifo():
        raise ContractError(
            f"{files.shown(path)}: cannot be read: it is a pipe, and no file",
            hint="move it away, or name a contract with --contract",
        )
