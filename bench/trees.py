"""The trees that are measured: how large they are, and what their contract names."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_CONTRACTS: Final = ("pluribus.toml", ".pluribus.toml", "pyproject.toml")


class UnfitTreeError(Exception):
    """A tree that cannot be measured."""


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A code base with a contract."""

    root: Path
    name: str
    files: int
    bytes: int
    lines: int
    owners: tuple[str, ...]
    """The modules of the owners, in the order of the contract."""
    owner_file: Path
    """The file of the first owner: to change it is to change what is judged."""

    def describe(self) -> str:
        size = f"{self.files:,} files, {self.bytes / 1e6:.1f} MB, {self.lines / 1e6:.2f} M lines"
        return f"{self.name}: {size}"


def tree_at(root: Path, *, name: str) -> Tree:
    """Look at the tree at `root`; reads every Python file, so the page cache is warm after.

    Raises:
        UnfitTreeError: there is no contract, or the file of its first owner is not found.
    """
    owners = tuple(dict.fromkeys(_owners(root)))
    sizes = [_size(Path(at, file)) for at, file in _python_files(root)]
    return Tree(
        root=root,
        name=name,
        files=len(sizes),
        bytes=sum(size for size, _ in sizes),
        lines=sum(lines for _, lines in sizes),
        owners=owners,
        owner_file=_file_of(root, owners[0]),
    )


@contextmanager
def changing(path: Path) -> Iterator[Callable[[int], None]]:
    """Give a function that appends a new comment to a file; what was there comes back at the end.

    The file's times come back too. A process that is killed outright leaves the comment.
    """
    content, times = path.read_bytes(), path.stat()

    def change(number: int) -> None:
        path.write_bytes(content + f"\n# Measured, {number}\n".encode())

    try:
        yield change
    finally:
        path.write_bytes(content)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def _python_files(root: Path) -> Iterator[tuple[str, str]]:
    for at, folders, files in os.walk(root):
        folders[:] = [each for each in folders if each not in (".git", ".venv", "__pycache__")]
        yield from ((at, file) for file in files if file.endswith((".py", ".pyi")))


def _size(path: Path) -> tuple[int, int]:
    content = path.read_bytes() if path.is_file() else b""
    return len(content), content.count(b"\n")


def _owners(root: Path) -> list[str]:
    for folder in (root, *root.parents):
        for name in _CONTRACTS:
            contract = _contract(folder / name)
            if contract is None:
                continue
            owners = [str(each["owner"]) for each in contract.get("concepts", {}).values()]
            if not owners:
                raise UnfitTreeError(f"{folder / name} declares no concept")
            return [owner.partition(":")[0] for owner in owners]
    raise UnfitTreeError(f"{root}: no contract at or above it")


def _contract(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    if path.name != "pyproject.toml":
        return read
    contract: dict[str, Any] | None = read.get("tool", {}).get("pluribus")
    return contract


def _file_of(root: Path, module: str) -> Path:
    endings = [module.replace(".", "/") + ending for ending in (".py", "/__init__.py")]
    for ending in endings:
        if (root / ending).is_file():
            return root / ending
    found = sorted(each for ending in endings for each in root.rglob(ending))
    if not found:
        raise UnfitTreeError(f"{root}: no file for the module `{module}`")
    return found[0]
