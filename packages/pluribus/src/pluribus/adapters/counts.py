"""What was counted at revisions, kept between runs."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path
from typing import Final

import msgspec

from pluribus.findings.history import Count

_FOLDER: Final = "history"
_DIGEST: Final = 16


class KeptCounts:
    """Counts by the id of a tree, in a file for each question, one line a tree.

    Lines are only ever added, each at once, so that two runs may do so together and one that is
    broken off loses nothing. A line that is damaged is as if it were not there.
    """

    def __init__(self, cache: Path | None, question: bytes) -> None:
        """Read what is there.

        Args:
            cache: The folder of the cache; None to keep nothing.
            question: Names what was asked of the trees.
        """
        self._path = None if cache is None else cache / _FOLDER / f"{question.hex()}.counts"
        self._known: dict[str, Count] = {}
        if self._path is None:
            return
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError):
            for line in self._path.read_bytes().split(b"\n"):
                self._take(line)

    def get(self, tree: str) -> Count | None:
        """What was counted of a tree."""
        return self._known.get(tree)

    def put(self, tree: str, count: Count) -> None:
        """Keep what was counted of a tree; losing it costs time, never truth."""
        self._known[tree] = count
        if self._path is None:
            return
        body = msgspec.json.encode((tree, count))
        with contextlib.suppress(OSError), self._path.open("ab", buffering=0) as file:
            file.write(_checksum(body) + b" " + body + b"\n")

    def _take(self, line: bytes) -> None:
        checksum, _, body = line.partition(b" ")
        if checksum != _checksum(body):
            return
        with contextlib.suppress(msgspec.MsgspecError):
            tree, count = msgspec.json.decode(body, type=tuple[str, Count])
            self._known[tree] = count


def _checksum(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest()[:_DIGEST].encode()
