"""Which code is the subject's own, as opposed to that of libraries and of this kit."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from pluribus.conformance.project import INSTALLED
from pluribus.contract import Concept

_KIT: Final = "pluribus"
_MUTANTS: Final = "pluribus.conformance.mutants"
_LIBRARIES: Final = tuple(
    {Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "purelib", "platlib")}
)


def packages_of(concept: Concept) -> tuple[str, ...]:
    """The top packages that a contract names, wherever they are installed."""
    conform = concept.conform
    named = [concept.owner, *concept.factories]
    if conform is not None:
        named += [*conform.factories, *conform.imports, conform.around or concept.owner]
    return tuple(sorted({each.partition(":")[0].split(".")[0] for each in named}))


def belongs_to(packages: Iterable[str]) -> Callable[[str], bool]:
    """Whether a module, by its name, is the subject's: in one of these packages, or in no folder
    of libraries."""
    tops = frozenset(packages)
    known: dict[str, bool] = {}

    def is_own(module: str) -> bool:
        if module not in known:
            known[module] = _is_own(module, tops)
        return known[module]

    return is_own


def _is_own(module: str, tops: frozenset[str]) -> bool:
    top = module.partition(".")[0]
    if top == _KIT:
        return f"{module}.".startswith(f"{_MUTANTS}.")
    if top in tops:
        return True
    file = getattr(sys.modules.get(module), "__file__", None)
    return isinstance(file, str) and not _is_library(Path(file).resolve())


def _is_library(file: Path) -> bool:
    """Also of another environment that is laid under this one: by `--system-site-packages`, a
    `.pth` file or `PYTHONPATH`."""
    return any(file.is_relative_to(each) for each in _LIBRARIES) or bool(
        INSTALLED.intersection(file.parts)
    )
