"""The lines around findings, for reports that show them."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable
from typing import Final

from pluribus.app.options import ReadSource
from pluribus.findings import Excerpt, Finding

AROUND: Final = 2
"""Lines before and after the one that a finding is at."""
MOST: Final = 1000
"""Findings that get an excerpt, the worst first, in production code before tests."""
WIDEST: Final = 160
"""Characters of a line; what is beyond is cut."""

_LINE_END: Final = re.compile("\r\n|\r|\n")


def excerpts(findings: Iterable[Finding], read: ReadSource) -> tuple[Excerpt, ...]:
    """Give each place its lines, once; files that cannot be read give none."""
    worst = sorted(
        findings, key=lambda each: (-each.severity.rank, each.in_tests, each.location, each.order)
    )
    places = sorted({(each.location.path, each.location.line) for each in worst[:MOST]})
    found: list[Excerpt] = []
    path, lines = "", list[str]()
    for place, line in places:
        if place != path:
            path, lines = place, _lines(read(place))
        first = max(line - AROUND, 1)
        shown = lines[first - 1 : line + AROUND]
        if line <= len(lines):
            found.append(Excerpt(path, first, tuple(map(_cut, shown))))
    return tuple(found)


def _lines(source: bytes | None) -> list[str]:
    """Split as Python does, which knows fewer line ends than `str.splitlines`."""
    if source is None:
        return []
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    except SyntaxError:  # it declares an encoding that does not exist
        encoding = "utf-8"
    return _LINE_END.split(source.decode(encoding, "replace"))


def _cut(line: str) -> str:
    return line if len(line) <= WIDEST else line[: WIDEST - 1] + "…"
