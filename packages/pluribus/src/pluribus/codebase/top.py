"""The folder above a tree from which its modules are named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def top_of(root: Path, declared_in: Path, roots: Sequence[str], declared: Sequence[str]) -> Path:
    """The folder that the packages around `root` are in.

    Args:
        root: The folder of the code base.
        declared_in: The folder that `roots` are relative to.
        roots: Import roots; found when empty.
        declared: Dotted modules that are known by these names.
    """
    if roots:
        return _common(_above_packages(root), [declared_in / path for path in roots])
    return _named_from(_above_packages(root), declared_in, declared)


def _above_packages(root: Path) -> Path:
    """The nearest folder at or above `root` that is no package by an `__init__.py`."""
    top = root
    while (top / "__init__.py").is_file() and top.parent != top:
        top = top.parent
    return top


def _common(top: Path, roots: Sequence[Path]) -> Path:
    """The outermost of `top` and those roots that it lies in."""
    above = [path.resolve() for path in roots if top.is_relative_to(path.resolve())]
    return min([top, *above], key=lambda path: len(path.parts))


def _named_from(top: Path, highest: Path, modules: Sequence[str]) -> Path:
    """The nearest folder from `top` up to `highest` in which one of these modules is found, `top`
    when it is found nowhere."""
    for folder in (top, *top.parents):
        if not folder.is_relative_to(highest):
            break
        for module in modules:
            path = folder.joinpath(*module.split("."))
            if path.is_dir() or path.with_name(f"{path.name}.py").is_file():
                return folder
    return top


def folders_between(root: Path, above: Path) -> str:
    """The folders between two, with a slash at the end; empty when `root` is not below."""
    if root == above or not root.is_relative_to(above):
        return ""
    return root.relative_to(above).as_posix() + "/"
