"""A report to be read in a pull request, an issue, or the summary of a GitHub job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from pluribus.findings import Finding, Location, Report
from pluribus.reports._gfm import code, prose, table
from pluribus.reports._grouping import arranged, in_order
from pluribus.reports._markdown_steps import all_phases, next_steps, not_checked, section
from pluribus.reports._page import Page
from pluribus.reports._summary import verdict
from pluribus.reports.options import RenderOptions
from pluribus.reports.wording import (
    accepted,
    counted,
    place,
    remarks,
    severities,
    worst_first,
)

WORST: Final = 10
"""How many findings are shown one by one."""


def render(report: Report, options: RenderOptions) -> str:
    """Write the summary, the counts, the phases, the worst findings and what to do next.

    The options change nothing.
    """
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield "# pluribus report"
    yield ""
    yield from _summary(report)
    yield from _concepts(report)
    if report.findings:
        yield from _counts(report)
        yield from _phases(report)
        yield from _worst(report)
    yield from next_steps(report)
    yield from not_checked(report)


def _summary(report: Report) -> Iterator[str]:
    yield f"**{prose(verdict(report, Page(color=False, width=None)))}**"
    yield ""
    findings = report.findings
    files = report.completeness.files
    if findings:
        tests = sum(each.in_tests for each in findings)
        where = counted(len({each.location.path for each in findings}), "file")
        yield f"- {counted(len(findings), 'finding')} in {where}: {severities(findings)}"
        yield f"- {len(findings) - tests:,} in production code, {tests:,} in tests"
    rules = counted(len(report.rules), "rule")
    concepts = counted(len(report.concepts), "concept")
    yield f"- {concepts}, {rules}, {counted(files.seen, 'file')} checked"
    yield f"- {report.suppressed:,} suppressed, {report.hidden:,} hidden by filters"
    if report.baseline is not None:
        yield f"- {prose(accepted(report))}"
    yield ""


def _concepts(report: Report) -> Iterator[str]:
    if not report.concepts:
        return
    rows = []
    for each in report.concepts:
        own = [finding for finding in report.findings if finding.concept == each.name]
        tests = sum(finding.in_tests for finding in own)
        owner = code(each.owner) + (f" at {_at(each.location)}" if each.location else "")
        rows.append(
            [
                code(each.name),
                owner,
                prose(each.impact),
                prose(each.risk),
                f"{len(each.paths):,}",
                f"{len(own) - tests:,}",
                f"{tests:,}",
            ]
        )
    header = ("concept", "owner", "impact", "risk", "ways to import it", "production", "tests")
    yield from section("Concepts", *table(header, rows, right={4, 5, 6}))


def _counts(report: Report) -> Iterator[str]:
    declared = {each.name: each for each in report.concepts}
    rows = []
    for tally in sorted(in_order(report), key=lambda each: _phase_rank(report, each.phase)):
        concept = declared.get(tally.concept)
        rows.append(
            [
                prose(tally.phase),
                code(tally.rule),
                code(tally.concept),
                tally.severity.value,
                f"{tally.production:,}",
                f"{tally.tests:,}",
                f"{tally.files:,}",
                prose(concept.impact) if concept else "",
                prose(concept.risk) if concept else "",
            ]
        )
    header = "phase rule concept severity production tests files impact risk".split()
    yield from section("What was found", *table(header, rows, right={4, 5, 6}))


def _phases(report: Report) -> Iterator[str]:
    rows = []
    is_next = True
    for number, phase in enumerate(all_phases(report), start=1):
        own = [each for each in report.findings if each.phase == phase]
        tests = sum(each.in_tests for each in own)
        state = "nothing found" if not own else "**next**" if is_next else "open"
        is_next = is_next and not own
        rows.append(
            [f"{number}", prose(phase) or "no phase", f"{len(own) - tests:,}", f"{tests:,}", state]
        )
    header = ("", "phase", "production", "tests", "state")
    yield from section("Phases, in the order of work", *table(header, rows, right={0, 2, 3}))


def _worst(report: Report) -> Iterator[str]:
    worst = _varied(report.findings)[:WORST]
    title = "The worst findings" if len(worst) < len(report.findings) else "The findings"
    yield from section(title, *(line for each in worst for line in _finding(each)))


def _varied(findings: Sequence[Finding]) -> list[Finding]:
    """Sort the worst first, and of those that are as bad one of each rule before the others."""
    seen: Counter[tuple[str, str]] = Counter()
    ranks = {}
    for index, each in enumerate(worst_first(findings)):
        seen[each.concept, each.rule] += 1
        nth = seen[each.concept, each.rule]
        ranks[each.id] = (-each.severity.rank, each.in_tests, nth, index)
    return sorted(findings, key=lambda each: ranks[each.id])


def _finding(finding: Finding) -> Iterator[str]:
    message = prose(f"{finding.message}{remarks(finding)}")
    yield f"- **{finding.severity}** {code(finding.rule)} at {_at(finding.location)}: {message}"
    for each in finding.related:
        yield f"  - {_at(each)} {prose(each.label)}".rstrip()
    for evidence in finding.evidence:
        yield f"  - {prose(evidence.name)}: {code(evidence.text)}"
    if finding.hint:
        yield f"  - **help:** {prose(finding.hint)}"


def _at(location: Location) -> str:
    return code(place(location))


def _phase_rank(report: Report, phase: str) -> int:
    phases = arranged(report.phases, (each.phase for each in report.tallies))
    return phases.index(phase)
