"""Which modules are code under judgement, and which are libraries."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

INSTALLED = frozenset({"site-packages", "dist-packages"})
"""Folders of what is installed, whichever environment they belong to."""


def within(roots: Iterable[str]) -> Callable[[str], bool]:
    """Whether a module, by its name, lies under a root and is not installed there, as in a virtual
    environment beside the code."""
    folders = [Path(each) for each in roots]
    known: dict[str, bool] = {}

    def is_project(module: str) -> bool:
        if module not in known:
            file = getattr(sys.modules.get(module), "__file__", None)
            known[module] = isinstance(file, str) and _lies_in(Path(file), folders)
        return known[module]

    return is_project


def _lies_in(file: Path, folders: Iterable[Path]) -> bool:
    for each in folders:
        if file.is_relative_to(each):
            inside = file.relative_to(each).parts
            return not any(part in INSTALLED or part.startswith(".") for part in inside)
    return False


def named_as(definitions: Iterable[str]) -> Callable[[str], bool]:
    """Whether a module is of a package in which one of some definitions is."""
    packages = {each.partition(":")[0].partition(".")[0] for each in definitions}
    return lambda module: module.partition(".")[0] in packages
