"""Text in HTML: nothing that is reported becomes markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup, escape

from pluribus.findings import Excerpt
from pluribus.reports.wording import printable

_SPAN: Final = re.compile("`([^`]+)`")
_ARROW: Final = " -> "


def clean(value: object) -> object:
    """Show what a browser cannot, or must not, as escapes; leave markup and numbers alone."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return printable(value)


def marked(text: str) -> Markup:
    """Make code of what stands between backticks, and keep the lines apart."""
    shown, at = Markup(), 0
    for match in _SPAN.finditer(text):
        code = Markup("<code>{}</code>").format(_lines(match[1]))
        shown += escape(_lines(text[at : match.start()])) + code
        at = match.end()
    return shown + escape(_lines(text[at:]))


def lines(text: str) -> Markup:
    """Text as it is, with its lines."""
    return escape(_lines(text))


def chain(text: str) -> list[str]:
    """The hops of a chain in the evidence."""
    return text.split(_ARROW)


def excerpt(found: Excerpt, line: int) -> Markup:
    """Number the lines, and mark the one that matters."""
    width = len(str(found.first + len(found.lines)))
    rows = []
    for number, text in enumerate(found.lines, start=found.first):
        row = f"{number:>{width}}  {printable(text.expandtabs(4))}".rstrip()
        rows.append(Markup("<mark>{}</mark>").format(row) if number == line else escape(row))
    return Markup("\n").join(rows)


def shortened(text: str, most: int) -> str:
    """Cut dotted names at the front: what they end with tells them apart."""
    shown = printable(text)
    return shown if len(shown) <= most else "…" + shown[len(shown) - most + 1 :]


def nearest_excerpt(excerpts: Sequence[Excerpt], line: int) -> Excerpt | None:
    """The excerpt in whose middle `line` stands, or nearly; None when no one holds it."""
    holding = [each for each in excerpts if each.first <= line < each.first + len(each.lines)]
    middle = {each: abs(each.first + len(each.lines) // 2 - line) for each in holding}
    return min(holding, key=lambda each: (middle[each], each), default=None)


def _lines(text: str) -> str:
    return "\n".join(printable(line) for line in re.split("\r\n?|\n", text))
