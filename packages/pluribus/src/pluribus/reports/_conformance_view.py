"""What the HTML template of `pluribus conform` is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pluribus.findings import RuleText
from pluribus.findings.conformance import (
    FAMILIES,
    WAYS,
    ConceptConformance,
    Conformance,
    Outcome,
    Verdict,
    is_open,
)
from pluribus.reports.verdicts import (
    NAMED,
    Manager,
    judged,
    managers,
    unneeded,
    verdicts_of,
)

_OPEN: Final = {
    Outcome.FAIL: "Does not hold",
    Outcome.ERROR: "Could not be judged",
    Outcome.NOT_EXERCISED: "Was not exercised",
}
_OF_RIVALS: Final = "Is otherwise with a rival"
_QUIET: Final = {
    Outcome.NOT_EXERCISED: "Need not be exercised",
    Outcome.PASS: "Holds",
    Outcome.DECLINED: "Is not promised",
}
_GROUPS: Final = {
    **dict.fromkeys(_OPEN.values(), False),
    _OF_RIVALS: False,
    **dict.fromkeys(_QUIET.values(), True),
}
"""In the order of the page, and whether each is folded."""


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

    @property
    def failed(self) -> Verdict | None:
        """The verdict of the owner, where it is a FAIL."""
        owner = self.cells[0].verdict
        return owner if owner and owner.outcome is Outcome.FAIL else None


@dataclass(frozen=True, kw_only=True)
class Family:
    """Properties whose names begin with one letter, by the managers that were driven."""

    letter: str
    about: str
    columns: tuple[tuple[tuple[str, str, Cell | None], ...], ...]
    """A column a manager: each property with its title, and None where it was not asked."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """The rows of a concept that ended alike."""

    title: str
    is_folded: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class ConceptPage:
    """A concept with its managers and verdicts."""

    number: int
    concept: ConceptConformance
    managers: tuple[Manager, ...]
    rows: tuple[Row, ...]
    unneeded: tuple[str, ...]

    @property
    def groups(self) -> Iterator[Group]:
        """The rows by how they ended, what is wrong first; what needs nobody is folded."""
        for title, is_folded in _GROUPS.items():
            rows = tuple(each for each in self.rows if _group(each) == title)
            if rows:
                yield Group(title=title, is_folded=is_folded, rows=rows)


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


def families(shown: tuple[ConceptPage, ...]) -> tuple[Family, ...]:
    """Properties by all managers that were driven, a row a letter."""
    titles = {row.name: row.title for page in shown for row in page.rows}
    found = {(page.number, row.name): row.cells for page in shown for row in page.rows}
    columns = [
        (page.number, column)
        for page in shown
        for column in range(sum(not each.unbound for each in page.managers))
    ]
    return tuple(
        Family(
            letter=letter,
            about=FAMILIES.get(letter, ""),
            columns=tuple(
                tuple(
                    (name, titles[name], _asked(found.get((number, name)), column))
                    for name in titles
                    if name[:1] == letter
                )
                for number, column in columns
            ),
        )
        for letter in dict.fromkeys(name[:1] for name in titles)
    )


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


def _asked(cells: tuple[Cell, ...] | None, column: int) -> Cell | None:
    return cells[column] if cells and cells[column].verdict else None


def _group(row: Row) -> str:
    """Where a row is told of: by what came of the owner, and where nothing is wrong with that, by
    what came of its rivals."""
    owner = row.cells[0].verdict
    others = [each.verdict.outcome for each in row.cells[1:] if each.verdict]
    if owner and (owner.outcome is Outcome.FAIL or is_open(owner)):
        return _OPEN[owner.outcome]
    if owner is None or any(each in NAMED for each in others):
        return _OF_RIVALS
    return _QUIET[owner.outcome]


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
