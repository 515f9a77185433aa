"""The part of the text report that shows who has which method."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.findings import Matrix
from pluribus.reports._page import Page
from pluribus.reports.table import table
from pluribus.reports.wording import place, printable


def matrix(shown: Matrix, page: Page) -> Iterator[str]:
    """Yield a table of methods by classes, the owner first, and which class is which.

    A class that takes what the owner takes has `same`, one that lacks the method has `-`.
    """
    names = ["owner", *(f"rival {number}" for number in range(1, len(shown.classes)))]
    rows = [["method", *names]]
    for row in shown.rows:
        owned, *others = row.cells
        cells = ["same" if other == owned != "" else other or "-" for other in others]
        rows.append([row.method, owned or "-", *cells])
    header, *lines = table([[printable(cell) for cell in row] for row in rows])
    yield ""
    yield "  " + page.paint("faint", header)
    for line in lines:
        yield "  " + line
    yield ""
    for name, each in zip(names, shown.classes, strict=True):
        yield f"  {name}: {printable(each.path)}  ({place(each.location)})"
