"""Findings as the text report shows them: what is wrong, where, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pluribus.findings import Finding, Location
from pluribus.reports._page import Page
from pluribus.reports.table import display_width, padded
from pluribus.reports.wording import counted, place, printable, remarks

_WIDEST_PLACE = 60
"""Columns up to which the labels of places line up."""


def statement(findings: Sequence[Finding], *, told: str, page: Page) -> Iterator[str]:
    """Yield the lines of findings that differ in their places alone.

    `told` is the hint that the heading of the rule has given already.
    """
    first = findings[0]
    times = (counted(len(findings), "time"),) if len(findings) > 1 else ()
    yield from page.paragraph(
        f"{first.severity}[{printable(first.rule)}]: ",
        first.message.strip() + remarks(first, *times),
        role=first.severity,
        style="title",
        indent=4,
    )
    yield from _places(findings, page)
    for evidence in first.evidence:
        yield from page.paragraph(
            f"  = {printable(evidence.name)}: ",
            evidence.text.strip(),
            role="mark",
            indent=6,
        )
    if first.hint and first.hint != told:
        yield from page.paragraph("  help: ", first.hint.strip(), role="help", indent=8)


def _shared(findings: Sequence[Finding]) -> list[Location]:
    """List the related places that every finding has, to be named once after all of them."""
    if len(findings) == 1:
        return []
    first, *others = (finding.related for finding in findings)
    common = set(first).intersection(*others)
    return [location for location in dict.fromkeys(first) if location in common]


def _places(findings: Sequence[Finding], page: Page) -> Iterator[str]:
    shared = _shared(findings)
    marked: list[tuple[str, Location]] = []
    for finding in findings:
        marked.append(("-->", finding.location))
        marked += [(":::", other) for other in finding.related if other not in shared]
    marked += [(":::", other) for other in shared]
    widths = [display_width(place(location)) for _, location in marked if location.label]
    widest = max((width for width in widths if width <= _WIDEST_PLACE), default=0)
    for arrow, location in marked:
        where = place(location)
        label = printable(location.label.strip())
        if label:
            where = f"{padded(where, widest)}  {page.paint('faint', label)}"
        yield f"  {page.paint('mark', arrow)} {where}"
