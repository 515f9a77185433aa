"""A repository of git on disk."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Repository:
    """A repository on disk, driven through git itself."""

    root: Path

    def git(self, *arguments: str) -> str:
        """Run git, and return what it printed."""
        return subprocess.run(
            ["git", *arguments], cwd=self.root, check=True, capture_output=True, text=True
        ).stdout

    def write(self, *names: str, text: str = "x = 1\n") -> None:
        """Write files."""
        for name in names:
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def commit(self, *names: str, text: str = "x = 1\n") -> None:
        """Write files, and commit all that there is."""
        self.write(*names, text=text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "a change")
