"""GitHub-flavoured Markdown in which nothing that is reported becomes markup.

Source: the GFM specification, https://github.github.com/gfm/.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from pluribus.reports.wording import printable

_SPAN = re.compile("`([^`]+)`")
_MARKUP = re.compile(r"[\\`*_\[\]<>!|~&$]|:(?=\w+:)")
_NOTIFYING = re.compile(r"(?<=@)(?=\w)|(?<=#)(?=\d)")
_BLOCK = re.compile(r"^(?:[#+=-]|\d+(?=[.)]))")
"""What would start a heading or a list."""


def prose(text: str) -> str:
    """Show `text` as it is, on one line; what stands between backticks becomes code."""
    line = _one_line(text)
    shown, at = "", 0
    for match in _SPAN.finditer(line):
        shown += _escaped(line[at : match.start()]) + code(match[1])
        at = match.end()
    shown += _escaped(line[at:])
    return _BLOCK.sub(_harmless, shown)


def code(text: str) -> str:
    """Show `text` as code, on one line; nothing for an empty one."""
    line = _one_line(text)
    if not line:
        return ""
    ticks = "`" * (max(map(len, re.findall("`+", line)), default=0) + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{space}{line}{space}{ticks}"


def fenced(text: str, language: str) -> Iterator[str]:
    """Show lines as they are, in a block of code that none of them ends."""
    ticks = "`" * max(3, max(map(len, re.findall("`+", text)), default=0) + 1)
    yield f"{ticks}{language}"
    yield from map(printable, re.split("\r\n?|\n", text.rstrip("\r\n")))
    yield ticks


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Collection[int] = ()
) -> Iterator[str]:
    """Lay cells of Markdown out; `right` holds the indexes of the columns that hold numbers."""
    yield _row(header)
    yield _row(["---:" if index in right else "---" for index in range(len(header))])
    for row in rows:
        yield _row(row)


def _row(cells: Sequence[str]) -> str:
    # A pipe ends a cell even inside code; the backslash is taken away before code is looked for.
    return "| " + " | ".join(re.sub(r"(?<!\\)\|", r"\\|", cell) for cell in cells) + " |"


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()))


def _escaped(text: str) -> str:
    escaped = _MARKUP.sub(r"\\\g<0>", text)
    return _NOTIFYING.sub("<!-- -->", escaped)  # nobody is to be notified by a report


def _harmless(start: re.Match[str]) -> str:
    """Numbers cannot be escaped, but what follows them can."""
    return f"{start[0]}\\" if start[0].isdecimal() else f"\\{start[0]}"
