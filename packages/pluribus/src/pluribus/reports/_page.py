"""What plain text is drawn on: colours by role, headings, and prose that fits a width."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pluribus.findings import Severity
from pluribus.reports.table import display_width
from pluribus.reports.wording import printable

_CODES: Mapping[str, str] = MappingProxyType(
    {
        Severity.ERROR: "1;31",
        Severity.WARNING: "1;33",
        Severity.NOTE: "1;36",
        "title": "1",
        "heading": "1;35",
        "mark": "1;34",
        "faint": "2",
        "help": "1;32",
        "good": "32",
        "bad": "1;31",
    }
)

_NARROWEST = 20
"""Columns that prose gets at least, however deep it is indented."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """Draws the same words with or without colour."""

    color: bool
    width: int | None
    """Columns to wrap prose at; `None` never wraps."""

    def paint(self, role: str, text: str) -> str:
        """Give `text` the colour of `role`."""
        return f"\x1b[{_CODES[role]}m{text}\x1b[0m" if self.color and text else text

    def heading(self, title: str) -> Iterator[str]:
        """Yield an underlined heading."""
        yield self.paint("title", title)
        yield self.paint("faint", "=" * display_width(title))

    def paragraph(
        self, prefix: str, text: str, *, role: str, indent: int, style: str = ""
    ) -> Iterator[str]:
        """Yield `prefix` in the colour of `role`, then `text`, with later lines indented.

        Control characters are shown as escapes, and words are never broken. `indent` counts
        columns; `style` is the role of the text itself.
        """
        label = prefix.rstrip(" ")
        start = self.paint(role, label) + prefix[len(label) :]
        for line in self._lines(text, first=display_width(prefix), rest=indent):
            shown = self.paint(style, line) if style else line
            yield f"{start}{shown}" if line else start.rstrip(" ")
            start = " " * indent

    def _lines(self, text: str, *, first: int, rest: int) -> Iterator[str]:
        column = first
        for line in text.splitlines() or [""]:
            shown = printable(line).rstrip()
            yield from [shown] if self.width is None else self._wrapped(shown, column, rest)
            column = rest

    def _wrapped(self, text: str, column: int, rest: int) -> Iterator[str]:
        current = ""
        for word in text.split():
            longer = f"{current} {word}" if current else word
            if current and display_width(longer) > max((self.width or 0) - column, _NARROWEST):
                yield current
                column = rest
                longer = word
            current = longer
        yield current
