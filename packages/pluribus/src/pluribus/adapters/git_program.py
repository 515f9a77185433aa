"""The `git` program, and what it is told of the environment."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

from pluribus.errors import GitError

_WHICH_REPOSITORY: Final = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_WORK_TREE",
    }
)
"""Set inside git hooks. The folder that is asked about decides, not who called."""


def environment() -> dict[str, str]:
    """What git is to see of the environment."""
    inherited = {key: value for key, value in os.environ.items() if key not in _WHICH_REPOSITORY}
    return {
        **inherited,
        "LC_ALL": "C",
        # Optional locks would make a check fail a commit that goes on beside it.
        "GIT_OPTIONAL_LOCKS": "0",
    }


def offline() -> dict[str, str]:
    """The same for who reads many objects: what a partial clone lacks is said to be missing, and
    not fetched one by one."""
    # The second is for a git that does not know the first.
    return {**environment(), "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": ""}


def refuse_options(ref: str) -> None:
    """Refuse what git would take for an option.

    Raises:
        GitError: `ref` is empty, or begins with a dash.
    """
    if not ref.strip() or ref.startswith("-"):
        raise GitError(
            f"`{ref}` is not the name of a revision",
            hint="name a branch, a tag or a commit, for example `origin/main`",
        )


def ask(root: Path, *arguments: str) -> bytes:
    """What git says in `root`.

    Raises:
        GitError: it says that it cannot.
    """
    asked = run(root, *arguments)
    if asked.returncode:
        raise GitError(f"`git {arguments[0]}` failed in `{root}`: {complaint(asked)}")
    return asked.stdout


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in `root`, whatever comes of it.

    Raises:
        GitError: there is no git.
    """
    try:
        return subprocess.run(
            ["git", "-C", str(root), *arguments],
            capture_output=True,
            env=environment(),
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except OSError as error:
        raise GitError(
            f"git cannot be started: {error.strerror}", hint="install git, or put it on PATH"
        ) from error


def complaint(asked: subprocess.CompletedProcess[bytes]) -> str:
    """The first line of what git complained of."""
    lines = asked.stderr.decode("utf-8", "replace").splitlines()
    said = [line.removeprefix("fatal: ") for line in lines if line.strip()]
    return said[0] if said else f"exit status {asked.returncode}"
