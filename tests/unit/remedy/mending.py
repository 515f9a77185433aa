"""Small projects, mended in memory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pluribus.app.fixing import FixOptions, Outcome, fix
from pluribus.app.options import CheckOptions

CONTRACT: Final = """\
[concepts.manager]
owner = "app.manager:Manager"
legacy-paths = ["app.old"]
"""

FILES: Final[Mapping[str, str]] = {
    "app/__init__.py": "",
    "app/manager.py": "class Manager:\n    def send(self): ...\n\n\ndef make(): ...\n\n\n"
    "LIMIT = 1\n",
    "app/aside.py": "def aside(): ...\n",
    "app/old.py": "from app.manager import LIMIT, Manager, make\nfrom app.aside import aside\n",
}


def mended(
    root: Path,
    files: Mapping[str, str],
    *,
    contract: str = CONTRACT,
    takes_unsafe: bool = False,
    rules: tuple[str, ...] = ("imports",),
) -> Outcome:
    """Write a project, and work out what can be mended of it."""
    for path, text in {"pluribus.toml": contract, **FILES, **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    options = FixOptions(check=CheckOptions(select=rules), takes_unsafe=takes_unsafe)
    return fix(root, options, read=lambda path: (root / path).read_bytes())


def text_of(outcome: Outcome, path: str) -> str | None:
    """What a file is to be; None where it stays as it is."""
    both = outcome.files.get(path)
    return None if both is None else (both[1] or b"").decode()


def reasons(outcome: Outcome, path: str) -> set[str]:
    """Why something is left in a file, each with what it takes to do it."""
    return {f"{each.applicability}: {each.reason}" for each in outcome.left if each.path == path}
