"""Histories of git, made for tests."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

Change = tuple[str, Mapping[str, str | None]]
"""When it was committed, as `2026-01-31T12:00`, and the files that it writes or deletes."""

CONTRACT = '[concepts.one]\nowner = "app.owner:Owner"\nlegacy-paths = ["app.old"]\n'

START: Mapping[str, str | None] = {
    "pluribus.toml": CONTRACT,
    "app/__init__.py": "",
    "app/owner.py": "class Owner: ...\n",
    "app/old.py": "from app.owner import Owner\n",
    "app/a.py": "from app.old import Owner\n",
}
"""One finding of `legacy-import`, and one of `fragmented-path`."""

LEGACY = "from app.old import Owner\n"
CLEAN = "from app.owner import Owner\n"


def git(root: Path, *arguments: str, time: str = "2026-01-01T00:00") -> str:
    """Run git as nobody in particular, with no configuration but the repository's own."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=root,
        env={
            **os.environ,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@example.org",
            "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.org",
            "GIT_AUTHOR_DATE": f"{time}:00+0000",
            "GIT_COMMITTER_DATE": f"{time}:00+0000",
        },
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def made(root: Path, changes: Sequence[Change]) -> list[str]:
    """Make a repository with a commit a change; the ids of the commits."""
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "--quiet", "--initial-branch", "main")
    return [committed(root, change, number) for number, change in enumerate(changes)]


def committed(root: Path, change: Change, number: int = 0) -> str:
    """Commit one change more; its id."""
    time, files = change
    for name, text in files.items():
        path = root / name
        if text is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "-m", f"change {number}", time=time)
    return git(root, "rev-parse", "HEAD")
