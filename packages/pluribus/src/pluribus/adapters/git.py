"""What git knows of a folder, asked of the `git` program."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pluribus.adapters.git_program import ask, complaint, refuse_options, run
from pluribus.errors import GitError

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
    refuse_options(ref)
    _require_work_tree(root)
    base = _merge_base(root, ref)
    listings = (
        ask(root, *_DIFF, base, "HEAD", "--"),
        ask(root, *_DIFF, "--cached", "HEAD", "--"),
        ask(root, *_DIFF, "--"),
        ask(root, "ls-files", "--others", "--exclude-standard", "-z"),
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
    refuse_options(ref)
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
    return ask(folder, *log).decode("utf-8", "replace").strip() or None


def unsaved(root: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Find what git could not bring back: files under `root` that differ from HEAD, and those that
    it does not know.

    Returns:
        Paths relative to `root` with forward slashes: changed or staged, and untracked or ignored.

    Raises:
        GitError: there is no git or no work tree.
    """
    _require_work_tree(root)
    listed = ask(root, "diff", "--name-only", "-z", "--relative", "--no-renames")
    if run(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").returncode:
        staged = ask(root, "ls-files", "--cached", "-z")  # nothing was ever committed
    else:
        staged = ask(
            root, "diff", "--cached", "--name-only", "-z", "--relative", "--no-renames", "HEAD"
        )
    unknown = ask(root, "ls-files", "--others", "-z")
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
    listed = ask(folder, "ls-tree", "-z", revision, "--", name)
    if not listed:
        return None
    _, kind, rest = listed.split(b" ", 2)
    if kind != b"blob":
        return None
    return ask(folder, "cat-file", "blob", rest.partition(b"\t")[0].decode("ascii"))


def last_changes(root: Path, paths: Sequence[str]) -> dict[str, int]:
    """When each of some files was committed last, in seconds since 1970.

    Only the latest commits are looked through. Empty where there is no git or no history.
    """
    try:
        asked = run(root, *_LOG, "--", *paths)
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
    asked = run(root, "rev-parse", "--is-inside-work-tree")
    if asked.returncode:
        raise GitError(
            f"`{root}` is not in a git repository that can be read: {complaint(asked)}",
            hint="check a folder of a git repository, or leave the revision out",
        )
    if asked.stdout.strip() != b"true":
        raise GitError(f"`{root}` is in a git repository, but not in its work tree")


def _merge_base(root: Path, ref: str) -> str:
    for name in ("HEAD", ref):
        if run(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").returncode:
            raise GitError(
                f"git knows no revision `{name}` in `{root}`",
                hint="commit something first"
                if name == "HEAD"
                else "a shallow or single-branch clone may lack it: `git fetch origin` first",
            )
    asked = run(root, "merge-base", ref, "HEAD")
    if asked.returncode:
        raise GitError(
            f"`{ref}` and HEAD share no history",
            hint="a shallow clone may lack it: `git fetch --unshallow` first",
        )
    return asked.stdout.decode("ascii").strip()
