"""The trees that are measured: how large they are, and what their contract names."""

from __future__ import annotations

import ast
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
    owner_name: str
    """What the first owner is called in it; empty when it is the whole module."""

    def describe(self) -> str:
        size = f"{self.files:,} files, {self.bytes / 1e6:.1f} MB, {self.lines / 1e6:.2f} M lines"
        return f"{self.name}: {size}"


def tree_at(root: Path, *, name: str) -> Tree:
    """Look at the tree at `root`; reads every Python file, so the page cache is warm after.

    Raises:
        UnfitTreeError: there is no contract, or the file of its first owner is not found.
    """
    declared = _owners(root)
    owners = tuple(dict.fromkeys(owner.partition(":")[0] for owner in declared))
    sizes = [_size(Path(at, file)) for at, file in _python_files(root)]
    return Tree(
        root=root,
        name=name,
        files=len(sizes),
        bytes=sum(size for size, _ in sizes),
        lines=sum(lines for _, lines in sizes),
        owners=owners,
        owner_file=_file_of(root, owners[0]),
        owner_name=declared[0].partition(":")[2].partition(".")[0],
    )


Edit = Callable[[str, int], str]
"""From the text of a file, and the number of the run, to a text that was never seen before."""


def with_statement(text: str, number: int) -> str:
    """Add a statement to the last function of a module: an edit as people make it all day.

    Raises:
        UnfitTreeError: there is no function, or this Python does not read the file.
    """
    try:
        functions = [
            each
            for each in ast.walk(ast.parse(text))
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
    except SyntaxError as error:
        raise UnfitTreeError(f"the owner's file cannot be edited: {error}") from error
    if not functions:
        raise UnfitTreeError("the owner's file holds no function to edit")
    last = max(functions, key=lambda each: each.lineno).body[-1]
    lines = text.splitlines(keepends=True)
    lines.insert(last.lineno - 1, f"{' ' * last.col_offset}measured = {number}\n")
    return "".join(lines)


def with_alias(name: str) -> Edit:
    """Offer the owner under one more name: an edit after which other files may be judged
    otherwise."""
    return lambda text, number: f"{text}\nMeasured{number} = {name}\n"


@contextmanager
def changing(path: Path, edit: Edit) -> Iterator[Callable[[int], None]]:
    """Give a function that edits a file; what was there comes back at the end, its times too.

    A process that is killed outright leaves the edit.
    """
    content, times = path.read_bytes(), path.stat()
    text = content.decode("utf-8")

    def change(number: int) -> None:
        path.write_bytes(edit(text, number).encode())

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
            return owners
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
