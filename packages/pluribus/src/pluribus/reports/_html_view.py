"""What the HTML template is given: the report in the order in which it is shown."""

from __future__ import annotations

import re
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
    OwnerPath,
    Report,
    RuleText,
    Severity,
)
from pluribus.reports._grouping import RuleGroup, arranged, grouped, shared_hint
from pluribus.reports._html_text import excerpt, nearest_excerpt
from pluribus.reports.wording import worst_first

MOST_BYTES: Final = 980_000
"""So large may a file of a thousand findings become by quoting source: less than a megabyte."""
MOST_EXCERPTS: Final = 180_000
"""Bytes of source that a file with more findings quotes: it is large anyway."""

_THOUSAND: Final = 1000
_MARK: Final = re.compile(r"<!--.*?-->\n", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class FindingView:
    """A finding, and the mark at which the lines around it are put if there is room for them."""

    finding: Finding
    anchor: str
    excerpt: Markup


@dataclass(frozen=True, kw_only=True)
class RuleView:
    """What one rule found of one concept."""

    name: str
    text: RuleText | None
    help: str
    """What most of its findings say to do; those that say something else say so themselves."""
    word: str
    """What to call that."""
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, kw_only=True)
class PhaseView:
    """The rules of a phase that found something."""

    name: str
    rules: tuple[RuleView, ...]


@dataclass(frozen=True, kw_only=True)
class PathView:
    """A path to the owner."""

    path: OwnerPath
    hops: tuple[str, ...]
    """Those on the way to a path that is told of too: its own row says how it goes on."""


@dataclass(frozen=True, kw_only=True)
class ConceptView:
    """A concept with all that is known of it."""

    number: int
    name: str
    summary: ConceptSummary | None
    paths: tuple[PathView, ...]
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
    return tuple(
        ConceptView(
            number=number,
            name=group.name,
            summary=group.summary,
            paths=tuple(_paths(group.summary)),
            matrix=tuple(_matrix(group.summary)),
            phases=tuple(
                PhaseView(
                    name=phase.name,
                    rules=tuple(_rule(rule, texts.get(rule.name)) for rule in phase.rules),
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


def _rule(rule: RuleGroup, text: RuleText | None) -> RuleView:
    hint, word = shared_hint([(each,) for each in rule.findings])
    return RuleView(
        name=rule.name,
        text=text,
        help=hint,
        word=word,
        findings=tuple(
            FindingView(
                finding=each,
                anchor="f-" + each.id.rpartition(":")[2],
                excerpt=_mark(each.id),
            )
            for each in rule.findings
        ),
    )


def _mark(name: str) -> Markup:
    # Nothing that is reported can look like it: it would be escaped.
    return Markup("<!--{}-->").format(name)


def _paths(summary: ConceptSummary | None) -> Iterator[PathView]:
    paths = sorted(summary.paths) if summary else []
    known = {each.path for each in paths}
    for each in paths:
        hops: list[str] = []
        for hop in each.chain:
            if hop != each.path:
                hops.append(hop)
                if hop in known:
                    break
        yield PathView(path=each, hops=tuple(hops))


def _apart(findings: list[Finding]) -> tuple[int, int]:
    tests = sum(each.in_tests for each in findings)
    return len(findings) - tests, tests


def with_excerpts(html: str, report: Report) -> str:
    """Put the lines around the findings where their marks are, the worst first, while there is
    room."""
    by_path: defaultdict[str, list[Excerpt]] = defaultdict(list)
    for each in report.excerpts:
        by_path[each.path].append(each)
    marks = {str(_mark(each.id)) for each in report.findings}
    room = MOST_BYTES - len(html.encode()) + sum(map(len, marks))
    if len(report.findings) > _THOUSAND:
        room = max(room, MOST_EXCERPTS)
    quoted: dict[str, str] = {}
    for finding in worst_first(report.findings):
        line = finding.location.line
        found = nearest_excerpt(by_path[finding.location.path], line)
        if found is not None:
            shown = f"<pre>{excerpt(found, line)}</pre>\n"
            room -= len(shown.encode())
            if room < 0:
                break
            quoted[str(_mark(finding.id))] = shown
    return _MARK.sub(lambda mark: quoted.get(mark[0].rstrip("\n"), ""), html)


def _matrix(summary: ConceptSummary | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    rows: tuple[MatrixRow, ...] = summary.matrix.rows if summary and summary.matrix else ()
    for row in rows:
        owned, *others = row.cells
        same = ["same" if other == owned != "" else other for other in others]
        yield row.method, (owned, *same)
