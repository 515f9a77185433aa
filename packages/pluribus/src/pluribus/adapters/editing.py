"""Files of a code base that are edited in place; what can be known is known before the first."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pluribus.adapters.files import exchange_file, refuse_unwritable, remove_file
from pluribus.errors import OutputError

_AGAIN: Final = "run the command again"


def read_editable(root: Path, path: str) -> bytes | str:
    """The bytes of the file at `path` below `root`; or why it is not edited."""
    full = root / path
    try:
        if os.path.realpath(full) != os.path.join(os.path.realpath(root), *path.split("/")):
            return "it is reached through a symbolic link"
        content = full.read_bytes()
        refuse_unwritable(full)
    except OSError as error:
        return f"it cannot be read: {error.strerror or error}"
    except OutputError as error:
        return error.message
    return content


def write_edited(root: Path, files: Mapping[str, tuple[bytes, bytes | None]]) -> None:
    """Write files, each whole or not at all, when all of them still are what they were.

    Args:
        root: The folder that paths are relative to.
        files: By path, what a file was and what it is to be; None for one that is to be gone.

    Raises:
        OutputError: one of them was changed meanwhile, and then none is written; or one cannot be
            written, and then those before it are, which the message says.
    """
    for path, (before, _) in files.items():
        if read_editable(root, path) != before:
            raise OutputError(f"`{path}` was changed meanwhile; nothing was written", hint=_AGAIN)
    for written, (path, (before, after)) in enumerate(files.items()):
        try:
            if after is None:
                remove_file(root / path, before=before)
            else:
                exchange_file(root / path, after, before=before)
        except OutputError as error:
            raise OutputError(
                f"{error.message}; {written} of {len(files)} files were written before",
                hint=_AGAIN,
            ) from error
