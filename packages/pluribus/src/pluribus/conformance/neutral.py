"""Makes a process that production code cannot take for a test run."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Final

HIDDEN: Final = frozenset({"pytest", "_pytest", "nose", "nose2"})
_POOLS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_PREFIXES: Final = ("PYTEST_", "COVERAGE_", "COV_CORE_")


def clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without what a test runner leaves in it, and with no thread that a numeric
    library starts on import: such a process could not be copied."""
    kept = {key: value for key, value in environ.items() if not key.startswith(_PREFIXES)}
    return {**dict.fromkeys(_POOLS, "1"), **kept}


def gives_away(paths: Iterable[str]) -> list[str]:
    """Of some paths those that hold the word `test`, which code may look for."""
    return sorted({path for path in paths if "test" in path.lower()})


class _Hidden(importlib.abc.MetaPathFinder):
    """Finds no test runner, whatever is installed."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        """Refuse what is hidden; leave all else to others."""
        if fullname.partition(".")[0] in HIDDEN:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


def hide_test_runners() -> None:
    """From now on none can be imported in this process."""
    sys.meta_path.insert(0, _Hidden())


def is_single_threaded() -> bool:
    """Whether this process is one thread alone, so that a copy of it is whole.

    Known only on Linux, where threads of C extensions are seen too.
    """
    tasks = Path("/proc/self/task")
    return sys.platform == "linux" and tasks.is_dir() and len(os.listdir(tasks)) == 1
