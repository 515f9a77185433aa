"""What the HTML template of `pluribus conform` is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pluribus.findings import RuleText
from pluribus.findings.conformance import WAYS, ConceptConformance, Conformance, Outcome, Verdict
from pluribus.reports.verdicts import Manager, judged, managers, unneeded, verdicts_of


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A verdict and where the page tells of it; without one, a manager that was not judged."""

    verdict: Verdict | None
    anchor: str
    manager: Manager

    @property
    def said(self) -> str:
        """What stands on the verdict's line."""
        if self.verdict is None:
            return ""
        if self.verdict.allowed:
            return f"allowed: {self.verdict.allowed}; {self.verdict.claim}"
        return self.verdict.claim

    def ways(self) -> Iterator[tuple[str, list[str]]]:
        """The evidence whose text is a way, hop by hop."""
        for each in self.verdict.evidence if self.verdict else ():
            if each.name in WAYS:
                yield each.name, each.text.split(WAYS[each.name])


@dataclass(frozen=True, kw_only=True)
class Row:
    """A property, by the managers of one concept."""

    name: str
    title: str
    text: RuleText | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class ConceptPage:
    """A concept with its managers and verdicts."""

    number: int
    concept: ConceptConformance
    managers: tuple[Manager, ...]
    rows: tuple[Row, ...]
    unneeded: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Share:
    """A part of the bar of outcomes, in thousandths."""

    outcome: Outcome
    count: int
    start: int
    width: int


def pages(conformance: Conformance) -> tuple[ConceptPage, ...]:
    """Every concept, in the order of the contract."""
    texts = {each.name: each for each in conformance.texts}
    return tuple(
        _page(number, concept, texts) for number, concept in enumerate(conformance.concepts)
    )


def matrix(shown: tuple[ConceptPage, ...]) -> list[tuple[str, str, list[Cell | None]]]:
    """Properties by all managers that were driven; None where one was not judged by it."""
    rows = {(row.name, row.title): None for page in shown for row in page.rows}
    found = {(page.number, row.name): row.cells for page in shown for row in page.rows}
    table = []
    for name, title in rows:
        cells: list[Cell | None] = []
        for page in shown:
            driven = sum(not each.unbound for each in page.managers)
            cells += found.get((page.number, name), (None,) * driven)
        table.append((name, title, cells))
    return table


def bar(conformance: Conformance) -> tuple[Share, ...]:
    """Lay the outcomes of the owners out side by side, the worst first."""
    tally = Counter(verdict.outcome for _, verdict in verdicts_of(conformance))
    total = sum(tally.values())
    shares, start = [], 0
    for outcome in Outcome:
        if tally[outcome]:
            end = start + tally[outcome]
            left, right = start * 1000 // total, end * 1000 // total
            shares.append(
                Share(outcome=outcome, count=tally[outcome], start=left, width=right - left)
            )
            start = end
    return tuple(shares)


def _page(number: int, concept: ConceptConformance, texts: dict[str, RuleText]) -> ConceptPage:
    columns = managers(concept)
    driven = [each for each in columns if not each.unbound]
    return ConceptPage(
        number=number,
        concept=concept,
        managers=tuple(columns),
        rows=tuple(
            Row(
                name=name,
                title=title,
                text=texts.get(name),
                cells=tuple(
                    Cell(
                        verdict=each.verdicts.get(name),
                        anchor=f"f-{number}-{column}-{name}",
                        manager=each,
                    )
                    for column, each in enumerate(driven)
                ),
            )
            for name, title in judged(driven).items()
        ),
        unneeded=tuple(unneeded(concept)),
    )
