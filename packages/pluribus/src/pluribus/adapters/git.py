"""What git knows of a folder, asked of the `git` program."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
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

# A rename is a deletion and an addition, so the new path alone is left.
_DIFF: Final = (
    "diff",
    "--name-only",
    "-z",
    "--relative",
    "--no-renames",
    "--diff-filter=d",
    "--ignore-submodules=all",
)


_LOG: Final = (
    *("-c", "core.quotepath=off"),
    *("log", "--max-count=2000", "--format=@%ct", "--name-only", "--relative", "--no-renames"),
)


def changed_since(root: Path, ref: str) -> frozenset[str]:
    """Find the files under `root` that differ from where HEAD left `ref`.

    These are the files that were committed since the merge base of `ref` and HEAD, and those that
    are staged, changed or new in the work tree and not ignored. Deleted files are not among them,
    and of a renamed file it is the new path. What changed inside a submodule is not seen.

    Returns:
        Paths relative to `root`, which may be a folder inside the repository, with forward
        slashes.

    Raises:
        GitError: there is no git or no work tree, `ref` is not known, or it shares no history
            with HEAD.
    """
    _refuse_options(ref)
    _require_work_tree(root)
    base = _merge_base(root, ref)
    listings = (
        _ask(root, *_DIFF, base, "HEAD", "--"),
        _ask(root, *_DIFF, "--cached", "HEAD", "--"),
        _ask(root, *_DIFF, "--"),
        _ask(root, "ls-files", "--others", "--exclude-standard", "-z"),
    )
    return frozenset(
        os.fsdecode(path) for listing in listings for path in listing.split(b"\0") if path
    )


def file_where_left(path: Path, ref: str) -> bytes | None:
    """Read what `path` held where HEAD left `ref`, from git's objects: nothing is checked out.

    Returns:
        None when there was no such file.

    Raises:
        GitError: there is no git or no work tree around it, `ref` is not known, or it shares no
            history with HEAD.
    """
    _refuse_options(ref)
    folder, name = _folder_and_name(path)
    _require_work_tree(folder)
    return _file_at(folder, name, _merge_base(folder, ref))


def added_by(path: Path, text: str) -> str | None:
    """Say which commit put `text` into `path`, the last time that it was put there.

    Returns:
        Short hash, date, author and subject; None when HEAD does not have it there.

    Raises:
        GitError: there is no git or no work tree around it, or no commit yet.
    """
    folder, name = _folder_and_name(path)
    _require_work_tree(folder)
    committed = _file_at(folder, name, "HEAD")
    if committed is None or text.encode() not in committed:
        return None
    log = ("log", "-1", "--format=%h %cs %an: %s", f"-S{text}", "HEAD", "--", name)
    return _ask(folder, *log).decode("utf-8", "replace").strip() or None


def unsaved(root: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Find what git could not bring back: files under `root` that differ from HEAD, and those that
    it does not know.

    Returns:
        Paths relative to `root` with forward slashes: changed or staged, and untracked or ignored.

    Raises:
        GitError: there is no git or no work tree.
    """
    _require_work_tree(root)
    listed = _ask(root, "diff", "--name-only", "-z", "--relative", "--no-renames")
    if _run(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").returncode:
        staged = _ask(root, "ls-files", "--cached", "-z")  # nothing was ever committed
    else:
        staged = _ask(
            root, "diff", "--cached", "--name-only", "-z", "--relative", "--no-renames", "HEAD"
        )
    unknown = _ask(root, "ls-files", "--others", "-z")
    changed, untracked = (
        frozenset(os.fsdecode(path) for path in listing.split(b"\0") if path)
        for listing in (listed + staged, unknown)
    )
    return changed, untracked


def _folder_and_name(path: Path) -> tuple[Path, str]:
    """The nearest folder that exists, and the file as seen from it; links are followed."""
    full = path.resolve()
    folder = full.parent
    while not folder.is_dir():
        folder = folder.parent
    return folder, full.relative_to(folder).as_posix()


def _file_at(folder: Path, name: str, revision: str) -> bytes | None:
    listed = _ask(folder, "ls-tree", "-z", revision, "--", name)
    if not listed:
        return None
    _, kind, rest = listed.split(b" ", 2)
    if kind != b"blob":
        return None
    return _ask(folder, "cat-file", "blob", rest.partition(b"\t")[0].decode("ascii"))


def _refuse_options(ref: str) -> None:
    if not ref.strip() or ref.startswith("-"):
        raise GitError(
            f"`{ref}` is not the name of a revision",
            hint="name a branch, a tag or a commit, for example `origin/main`",
        )


def last_changes(root: Path, paths: Sequence[str]) -> dict[str, int]:
    """When each of some files was committed last, in seconds since 1970.

    Only the latest commits are looked through. Empty where there is no git or no history.
    """
    try:
        asked = _run(root, *_LOG, "--", *paths)
    except GitError:
        return {}
    found: dict[str, int] = {}
    time = 0
    for line in asked.stdout.decode("utf-8", "surrogateescape").splitlines() if paths else ():
        if line.startswith("@"):
            time = int(line[1:])
        elif line:
            found.setdefault(line, time)
    return found


def _require_work_tree(root: Path) -> None:
    asked = _run(root, "rev-parse", "--is-inside-work-tree")
    if asked.returncode:
        raise GitError(
            f"`{root}` is not in a git repository that can be read: {_complaint(asked)}",
            hint="check a folder of a git repository, or leave the revision out",
        )
    if asked.stdout.strip() != b"true":
        raise GitError(f"`{root}` is in a git repository, but not in its work tree")


def _merge_base(root: Path, ref: str) -> str:
    for name in ("HEAD", ref):
        if _run(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").returncode:
            raise GitError(
                f"git knows no revision `{name}` in `{root}`",
                hint="commit something first"
                if name == "HEAD"
                else "a shallow or single-branch clone may lack it: `git fetch origin` first",
            )
    asked = _run(root, "merge-base", ref, "HEAD")
    if asked.returncode:
        raise GitError(
            f"`{ref}` and HEAD share no history",
            hint="a shallow clone may lack it: `git fetch --unshallow` first",
        )
    return asked.stdout.decode("ascii").strip()


def _ask(root: Path, *arguments: str) -> bytes:
    asked = _run(root, *arguments)
    if asked.returncode:
        raise GitError(f"`git {arguments[0]}` failed in `{root}`: {_complaint(asked)}")
    return asked.stdout


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    inherited = {key: value for key, value in os.environ.items() if key not in _WHICH_REPOSITORY}
    try:
        return subprocess.run(
            ["git", "-C", str(root), *arguments],
            capture_output=True,
            # Optional locks would make a check fail a commit that goes on beside it.
            env={**inherited, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"},
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except OSError as error:
        raise GitError(
            f"git cannot be started: {error.strerror}", hint="install git, or put it on PATH"
        ) from error


def _complaint(asked: subprocess.CompletedProcess[bytes]) -> str:
    lines = asked.stderr.decode("utf-8", "replace").splitlines()
    said = [line.removeprefix("fatal: ") for line in lines if line.strip()]
    return said[0] if said else f"exit status {asked.returncode}"
