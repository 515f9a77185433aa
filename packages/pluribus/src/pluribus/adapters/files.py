"""Files that pluribus writes, whole or not at all; and sources that a report quotes."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from pluribus.errors import OutputError

_CACHE_TAG: Final = "CACHEDIR.TAG"
_CACHE_FILES: Final = {
    _CACHE_TAG: "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This folder is a cache of pluribus, and may be deleted at any time.\n"
    "# See https://bford.info/cachedir/\n",
    ".gitignore": "*\n",
}
"""The tag comes first: it is what makes the folder ours."""

_MOST_BYTES: Final = 1_000_000
"""As much of a file is looked through for what it says of itself."""

_STANDARD_STREAMS: Final = ("/dev/stdout", "/dev/stderr")


def refuse_unwritable(path: Path) -> None:
    """Find out early what would keep `write_file` from writing `path`.

    Raises:
        OutputError: its folder does not exist or is not writable, or `path` is a folder itself.
    """
    if path.is_dir():
        raise OutputError(f"cannot write `{path}`: it is a folder", hint="name a file in it")
    if not path.parent.is_dir():
        raise OutputError(
            f"cannot write `{path}`: there is no folder `{path.parent}`",
            hint="create the folder first",
        )
    if path.exists():
        if not os.access(path, os.W_OK):
            raise OutputError(f"cannot write `{path}`: it is not writable")
        if not _is_replaceable(path):
            return
    folder = path.resolve().parent
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(
            f"cannot write `{path}`: the folder `{folder}` is not writable",
            hint="name a file in a folder that you may write to",
        )


def write_file(path: Path, content: bytes) -> None:
    """Put `content` at `path`: all of it, or what was there before stays.

    A link is followed, and the permissions of an existing file are kept. What is no ordinary
    file, such as a pipe or a device, is written to directly.

    Raises:
        OutputError: it cannot be written.
    """
    refuse_unwritable(path)
    try:
        if path.exists() and not _is_replaceable(path):
            path.write_bytes(content)
        else:
            _replace(path.resolve(), content)
    except OSError as error:
        raise OutputError(f"cannot write `{path}`: {error.strerror or error}") from error


def read_source(root: Path, path: str) -> bytes | None:
    """Read the file at `path` below `root`; None when that cannot be done."""
    try:
        return (root / path).read_bytes()
    except (OSError, ValueError):  # gone since it was judged, or a name that cannot be one
        return None


def exchange_file(path: Path, content: bytes, *, before: bytes | None) -> None:
    """Put `content` where `before` was, unless somebody else has written there meanwhile.

    Its folder is made when there is none. What is the same is not written again.

    Args:
        path: The file.
        content: What it is to hold.
        before: What it held when the work began; None when it was not there.

    Raises:
        OutputError: it holds something else now, or it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        now = path.read_bytes() if os.path.lexists(path) else None
    except OSError as error:
        raise OutputError(f"cannot write `{path}`: {error.strerror or error}") from error
    if now != before:
        raise OutputError(
            f"`{path}` was written by something else meanwhile, and is left as it is",
            hint="run the command again",
        )
    if now != content:
        write_file(path, content)


def remove_file(path: Path, *, before: bytes) -> None:
    """Remove a file, unless somebody else has written there meanwhile.

    Args:
        path: The file.
        before: What it held when the work began.

    Raises:
        OutputError: it holds something else now, or it cannot be removed.
    """
    try:
        if path.read_bytes() != before:
            raise OutputError(
                f"`{path}` was written by something else meanwhile, and is left as it is",
                hint="run the command again",
            )
        path.unlink()
    except OSError as error:
        raise OutputError(f"cannot remove `{path}`: {error.strerror or error}") from error


def texts(root: Path) -> Callable[[str], str]:
    """A function from a path below `root` to the text of the file; empty for one that cannot be
    read."""

    @cache
    def text(path: str) -> str:
        try:
            with (root / path).open("rb") as file:
                return file.read(_MOST_BYTES).decode("utf-8", "replace")
        except OSError:
            return ""

    return text


def prepare_cache(folder: Path) -> str | None:
    """Make `folder` a cache that git and backups leave alone; several runs may do so at once.

    Returns:
        None when the folder is ready, or why it cannot be used.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        others = {each.name for each in folder.iterdir()} - _CACHE_FILES.keys()
        if others and not (folder / _CACHE_TAG).exists():
            # Its `.gitignore` would hide a folder of someone's work from git.
            return f"the folder `{folder}` holds other files and is no cache of pluribus"
        for name, text in _CACHE_FILES.items():
            with contextlib.suppress(FileExistsError), (folder / name).open("x") as file:
                file.write(text)
    except OSError as error:
        return f"the cache folder `{folder}` cannot be written: {error.strerror or error}"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"the cache folder `{folder}` cannot be written: it is not writable"
    return None


def _is_replaceable(path: Path) -> bool:
    """Whether the existing `path` may be exchanged for a new file of that name."""
    return stat.S_ISREG(path.stat().st_mode) and str(path) not in _STANDARD_STREAMS


def _replace(path: Path, content: bytes) -> None:
    # In the same folder, because a rename is only atomic within one file system.
    draft = path.parent / f".pluribus-{os.urandom(8).hex()}.tmp"
    try:
        with draft.open("xb") as file:
            if path.exists():
                draft.chmod(stat.S_IMODE(path.stat().st_mode))
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
        raise
