from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.adapters.repository import Repository


@pytest.fixture(autouse=True)
def only_what_the_test_sets_up(tmp_path: Path) -> Iterator[None]:
    """Keep the configuration of the machine out, and repositories above the temporary folder."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patch.delenv(name)
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
        patch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
        for role in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{role}_NAME", "somebody")
            patch.setenv(f"GIT_{role}_EMAIL", "somebody@example.org")
        yield


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One commit on `main`, and a branch `work` that starts there and is checked out."""
    root = tmp_path / "repository"
    root.mkdir()
    made = Repository(root)
    made.git("init", "--quiet", "--initial-branch=main")
    made.write(".gitignore", text="ignored.py\n")
    made.commit("kept.py", "edited.py", "staged.py", "moved.py", "part/inner.py")
    made.git("checkout", "--quiet", "-b", "work")
    return made
