"""What the HTML template is given: the report in the order in which it is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from pluribus.findings import (
    ConceptSummary,
    Excerpt,
    Finding,
    MatrixRow,
    Report,
    RuleText,
    Severity,
)
from pluribus.reports._grouping import arranged, grouped
from pluribus.reports._html_text import excerpt, nearest_excerpt
from pluribus.reports.wording import worst_first

EXCERPT_CHARACTERS: Final = 180_000
"""Of source that one file quotes, the worst findings first: it is to stay under a megabyte."""


@dataclass(frozen=True, kw_only=True)
class FindingView:
    """A finding, and the lines around it if there is room for them."""

    finding: Finding
    anchor: str
    excerpt: Markup | None


@dataclass(frozen=True, kw_only=True)
class RuleView:
    """What one rule found of one concept."""

    name: str
    text: RuleText | None
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, kw_only=True)
class PhaseView:
    """The rules of a phase that found something."""

    name: str
    rules: tuple[RuleView, ...]


@dataclass(frozen=True, kw_only=True)
class ConceptView:
    """A concept with all that is known of it."""

    number: int
    name: str
    summary: ConceptSummary | None
    matrix: tuple[tuple[str, tuple[str, ...]], ...]
    """Each method with its cells: what the owner takes, then that, `same` or nothing."""
    phases: tuple[PhaseView, ...]


@dataclass(frozen=True, kw_only=True)
class OverviewRow:
    """How much was found of a concept, in all and by phase: in production code and in tests."""

    concept: str
    number: int
    total: tuple[int, int]
    phases: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Concepts by phases."""

    phases: tuple[str, ...]
    rows: tuple[OverviewRow, ...]


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A part of the bar of severities, in thousandths."""

    severity: str
    count: int
    start: int
    width: int


def concept_views(report: Report) -> tuple[ConceptView, ...]:
    """Every concept of the report, those without findings too."""
    texts = {each.name: each for each in report.texts}
    quoted = _quoted(report)
    return tuple(
        ConceptView(
            number=number,
            name=group.name,
            summary=group.summary,
            matrix=tuple(_matrix(group.summary)),
            phases=tuple(
                PhaseView(
                    name=phase.name,
                    rules=tuple(
                        RuleView(
                            name=rule.name,
                            text=texts.get(rule.name),
                            findings=tuple(_finding(each, quoted) for each in rule.findings),
                        )
                        for rule in phase.rules
                    ),
                )
                for phase in group.phases
            ),
        )
        for number, group in enumerate(grouped(report))
    )


def overview(report: Report) -> Overview:
    """Count findings by concept and phase."""
    phases = arranged(report.phases, (each.phase for each in report.findings))
    rows = []
    for number, group in enumerate(grouped(report)):
        own = [each for each in report.findings if each.concept == group.name]
        by_phase = ([each for each in own if each.phase == phase] for phase in phases)
        counts = tuple(map(_apart, by_phase))
        rows.append(
            OverviewRow(concept=group.name, number=number, total=_apart(own), phases=counts)
        )
    return Overview(phases=tuple(phases), rows=tuple(rows))


def severity_bar(report: Report) -> tuple[Bar, ...]:
    """Lay the severities out side by side, the worst first."""
    total = len(report.findings)
    bars, start = [], 0
    for severity in sorted(Severity, key=lambda each: -each.rank):
        count = sum(each.severity is severity for each in report.findings)
        if count:
            end = start + count
            left, right = start * 1000 // total, end * 1000 // total
            bars.append(Bar(severity=severity.value, count=count, start=left, width=right - left))
            start = end
    return tuple(bars)


def _finding(finding: Finding, quoted: dict[str, Markup]) -> FindingView:
    return FindingView(
        finding=finding,
        anchor="f-" + finding.id.rpartition(":")[2],
        excerpt=quoted.get(finding.id),
    )


def _apart(findings: list[Finding]) -> tuple[int, int]:
    tests = sum(each.in_tests for each in findings)
    return len(findings) - tests, tests


def _quoted(report: Report) -> dict[str, Markup]:
    by_path: defaultdict[str, list[Excerpt]] = defaultdict(list)
    for each in report.excerpts:
        by_path[each.path].append(each)
    quoted: dict[str, Markup] = {}
    room = EXCERPT_CHARACTERS
    for finding in worst_first(report.findings):
        line = finding.location.line
        found = nearest_excerpt(by_path[finding.location.path], line)
        if found is not None:
            shown = excerpt(found, line)
            room -= len(shown)
            if room < 0:
                break
            quoted[finding.id] = shown
    return quoted


def _matrix(summary: ConceptSummary | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    rows: tuple[MatrixRow, ...] = summary.matrix.rows if summary and summary.matrix else ()
    for row in rows:
        owned, *others = row.cells
        same = ["same" if other == owned != "" else other for other in others]
        yield row.method, (owned, *same)
