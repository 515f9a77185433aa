"""Which folders above a code base belong to the names of its modules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol


class Ground(Protocol):
    """Tells what stands at a path."""

    def is_file(self, path: Path) -> bool: ...

    def is_folder(self, path: Path) -> bool: ...


class OnDisk:
    """The files of this machine."""

    def is_file(self, path: Path) -> bool:
        return path.is_file()

    def is_folder(self, path: Path) -> bool:
        return path.is_dir()


def above_packages(root: Path, ground: Ground) -> Path:
    """The nearest folder at or above `root` that is no package by an `__init__.py`."""
    top = root
    while ground.is_file(top / "__init__.py") and top.parent != top:
        top = top.parent
    return top


def common(top: Path, roots: Sequence[Path]) -> Path:
    """The outermost of `top` and those roots that it lies in."""
    above = [path for path in roots if top.is_relative_to(path)]
    return min([top, *above], key=lambda path: len(path.parts))


def named_from(top: Path, highest: Path, modules: Sequence[str], ground: Ground) -> Path:
    """The nearest folder from `top` up to `highest` in which one of these modules is found, `top`
    when it is found nowhere."""
    for folder in (top, *top.parents):
        if not folder.is_relative_to(highest):
            break
        for module in modules:
            path = folder.joinpath(*module.split("."))
            if ground.is_folder(path) or ground.is_file(path.with_name(f"{path.name}.py")):
                return folder
    return top


def folders_between(root: Path, above: Path) -> str:
    """The folders between two, with a slash at the end; empty when `root` is not below."""
    if root == above or not root.is_relative_to(above):
        return ""
    return root.relative_to(above).as_posix() + "/"
