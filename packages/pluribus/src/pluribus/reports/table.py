"""Plain-text tables whose columns line up in any script."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

_ZERO_WIDTH = frozenset({"Mn", "Me", "Cf"})


def display_width(text: str) -> int:
    """Count the columns that a terminal gives `text`, which holds no control characters.

    Source: Unicode Standard Annex 11; ambiguous characters count one column.
    """
    if text.isascii():
        return len(text)
    return sum(_character_width(character) for character in text)


def _character_width(character: str) -> int:
    if unicodedata.category(character) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Fill `text` with spaces up to `width` columns; at the left when `right` is set."""
    space = " " * (width - display_width(text))
    return f"{space}{text}" if right else f"{text}{space}"


def table(
    rows: Sequence[Sequence[str]], *, right: Collection[int] = (), gap: int = 2
) -> list[str]:
    """Lay rows of equal length out in columns, without trailing spaces.

    `right` holds the indexes of the columns that are aligned to the right.
    """
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    return [
        (" " * gap)
        .join(
            padded(cell, width, right=index in right)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        .rstrip(" ")
        for row in rows
    ]
