"""Small projects on disk, and `pluribus` run on them as users run it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

COMMAND: Final = (sys.executable, "-m", "pluribus")
PATIENCE_S: Final = 60
"""After this a run hangs."""

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

FRAGMENTED: Final[Mapping[str, str]] = {
    **CLEAN,
    "app/legacy.py": "from app.manager import Manager\n",
    "app/chat.py": "from app.legacy import Manager\n\nCHAT = Manager()\n",
    "app/push.py": "from app.manager import Manager\nfrom app.legacy import Manager as Old\n",
}


@dataclass(frozen=True)
class Project:
    """A folder with a contract and a package."""

    root: Path

    @classmethod
    def made(cls, root: Path, files: Mapping[str, str]) -> Project:
        """Write the files under `root`."""
        project = cls(root)
        for name, text in files.items():
            project.write(name, text)
        return project

    def write(self, name: str, text: str) -> None:
        """Write one file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command here, with these environment variables."""
        return self.run_module("pluribus", *arguments, **variables)

    def run_module(
        self, module: str, *arguments: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a module here, with these environment variables."""
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=self.root,
            env=environment(**variables),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
            check=False,
        )

    def start(
        self, *arguments: str, stdout: int = subprocess.PIPE, stderr: int = subprocess.PIPE
    ) -> subprocess.Popen[str]:
        """Start a command here."""
        return subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=self.root,
            env=environment(),
            stdout=stdout,
            stderr=stderr,
            text=True,
            encoding="utf-8",
        )

    def files(self) -> set[str]:
        """Name what is in the folder."""
        return {
            path.relative_to(self.root).as_posix()
            for path in self.root.rglob("*")
            if path.is_file()
        }


def environment(**variables: str) -> dict[str, str]:
    """What a command finds in its environment: no preferences of the one who runs the tests."""
    ours = {"NO_COLOR", "FORCE_COLOR", "PLURIBUS_DEBUG", "TERM", "COLUMNS"}
    inherited = {key: value for key, value in os.environ.items() if key not in ours}
    return {**inherited, "TERM": "xterm", **variables}
