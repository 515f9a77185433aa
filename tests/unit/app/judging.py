"""Small projects on disk, and what a check says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from pluribus.app.check import CheckOptions, check
from pluribus.findings import Finding, Report

CONTRACT: Final = """\
[concepts.manager]
owner = "app.manager:Manager"
legacy-paths = ["app.legacy"]
"""

CLEAN: Final[Mapping[str, str]] = {
    "pluribus.toml": CONTRACT,
    "app/__init__.py": "",
    "app/manager.py": "class Manager:\n    def send(self) -> None: ...\n",
    "app/mail.py": "from app.manager import Manager\n\nMAIL = Manager()\n",
}
"""Nothing to find."""

LEGACY: Final[Mapping[str, str]] = {
    **CLEAN,
    "app/legacy.py": "from app.manager import Manager as Manager\n",
    "app/chat.py": "from app.legacy import Manager\n\nCHAT = Manager()\n",
    "tests/test_chat.py": "from app.legacy import Manager\n\nassert Manager\n",
}
"""A legacy path that a module and a test import through."""

IGNORE: Final = "# pluribus: ignore[legacy-import]"
REASON: Final = "the plug-in API promises it"


def written(root: Path, files: Mapping[str, str]) -> Path:
    """Write the files under `root`; returns it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def judged(root: Path, *select: str) -> Report:
    """Check the tree at `root` with these rules; with all when none is named."""
    return check(root, CheckOptions(select=select))


def said_of(root: Path, chat: str, *select: str) -> Report:
    """What is said of `app/chat.py` with these rules, `legacy-import` by default."""
    shim = "from app.manager import Manager as Manager\n\nLIMIT = 1\n"
    files = {**CLEAN, "app/legacy.py": shim, "app/chat.py": chat}
    return judged(written(root, files), *(select or ("legacy-import",)))


def places(findings: Iterable[Finding]) -> list[tuple[str, str, int]]:
    """Say rule, path and line of each finding."""
    return [(each.rule, each.location.path, each.location.line) for each in findings]
