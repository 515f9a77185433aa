"""A report to be read in a pull request, an issue, or the summary of a GitHub job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from pluribus.findings import Finding, Location, Report
from pluribus.reports._gfm import code, prose, table
from pluribus.reports._grouping import arranged, in_order
from pluribus.reports._page import Page
from pluribus.reports._summary import verdict
from pluribus.reports.options import RenderOptions
from pluribus.reports.wording import (
    counted,
    place,
    remarks,
    sentence,
    severities,
    unchecked,
    worst_first,
)

WORST: Final = 10
"""How many findings are shown one by one."""
NAMED: Final = 5
"""How many files are named of those that could not be read whole."""


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
    yield from _next(report)
    yield from _unchecked(report)


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
    yield from _section("Concepts", *table(header, rows, right={4, 5, 6}))


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
    yield from _section("What was found", *table(header, rows, right={4, 5, 6}))


def _phases(report: Report) -> Iterator[str]:
    rows = []
    is_next = True
    for number, phase in enumerate(_all_phases(report), start=1):
        own = [each for each in report.findings if each.phase == phase]
        tests = sum(each.in_tests for each in own)
        state = "nothing found" if not own else "**next**" if is_next else "open"
        is_next = is_next and not own
        rows.append(
            [f"{number}", prose(phase) or "no phase", f"{len(own) - tests:,}", f"{tests:,}", state]
        )
    header = ("", "phase", "production", "tests", "state")
    yield from _section("Phases, in the order of work", *table(header, rows, right={0, 2, 3}))


def _worst(report: Report) -> Iterator[str]:
    worst = _varied(report.findings)[:WORST]
    title = "The worst findings" if len(worst) < len(report.findings) else "The findings"
    yield from _section(title, *(line for each in worst for line in _finding(each)))


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


def _next(report: Report) -> Iterator[str]:
    actions = []
    open_phases = [each for each in _all_phases(report) if _in_phase(report, each)]
    for phase in open_phases[:1]:
        by_rule = Counter(each.rule for each in _in_phase(report, phase))
        actions += [
            _action(report, phase, rule, by_rule[rule])
            for rule in arranged(report.rules, by_rule)
            if rule in by_rule
        ]
    if open_phases[1:]:
        later = (prose(each) or "no phase" for each in open_phases[1:])
        actions.append(f"Then {', '.join(later)}")
    if unchecked(report):
        actions.append("Make the check complete; what is missing stands below")
    gone = [(each, name) for each in report.concepts for name in sorted(each.empty)]
    if gone:
        named = ", ".join(f"{code(name)} of {code(each.name)}" for each, name in gone)
        actions.append(f"Take out of the contract what nothing is left of: {named}")
    if not actions:
        actions.append("Nothing; run the check on every change, so that it stays so")
    steps = (f"{number}. {sentence(action)}" for number, action in enumerate(actions, start=1))
    yield from _section("What to do next", *steps)


def _action(report: Report, phase: str, rule: str, count: int) -> str:
    own = [each for each in _in_phase(report, phase) if each.rule == rule]
    hints = Counter(each.hint for each in own if each.hint)
    hint = prose(min(hints, key=lambda each: (-hints[each], each))) if hints else ""
    start = f"Bring {counted(count, 'finding')} of {code(rule)} to 0"
    return f"{start}: {hint}" if hint else start


def _unchecked(report: Report) -> Iterator[str]:
    gaps = report.completeness
    if not unchecked(report):
        yield from _section(
            "Completeness", "Every selected file was read whole, and every rule ran."
        )
        return
    lines = [prose(f"Incomplete: {unchecked(report)}."), ""]
    for word, notes in (("not parsed", gaps.not_parsed), ("recovered", gaps.recovered)):
        lines += [
            f"- {word}: {code(each.path)}, {prose(each.reason)}" for each in sorted(notes)[:NAMED]
        ]
        if len(notes) > NAMED:
            lines.append(f"- {word}: {counted(len(notes) - NAMED, 'more file')}")
    for missed in sorted(gaps.not_run):
        concept = code(missed.concept)
        lines.append(f"- not run: {code(missed.rule)} for {concept}: {prose(missed.reason)}")
    yield from _section("Not checked", *lines)


def _section(title: str, *lines: str) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield from lines
    yield ""


def _at(location: Location) -> str:
    return code(place(location))


def _all_phases(report: Report) -> list[str]:
    return arranged(report.phases, (each.phase for each in report.findings))


def _phase_rank(report: Report, phase: str) -> int:
    phases = arranged(report.phases, (each.phase for each in report.tallies))
    return phases.index(phase)


def _in_phase(report: Report, phase: str) -> list[Finding]:
    return [each for each in report.findings if each.phase == phase]
