"""The counts at the end of the text report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pluribus.findings import Report
from pluribus.reports._grouping import in_order
from pluribus.reports._page import Page
from pluribus.reports.table import table
from pluribus.reports.wording import (
    accepted,
    counted,
    nothing,
    printable,
    severities,
    unchecked,
)

_HEADER = ("concept", "phase", "rule", "severity", "production", "tests", "files")


def summary(report: Report, page: Page) -> Iterator[str]:
    """Yield a table with a row for each concept and rule, and a row of totals."""
    if not report.tallies:
        return
    rows: list[Sequence[str]] = [_HEADER]
    previous = ("", "")
    for tally in in_order(report):
        concept, phase = printable(tally.concept), printable(tally.phase)
        # A repeated cell is left blank, so that the eye finds where the next concept starts.
        same_concept = concept == previous[0]
        rows.append(
            (
                "" if same_concept else concept,
                "" if same_concept and phase == previous[1] else phase,
                printable(tally.rule),
                tally.severity.value,
                f"{tally.production:,}",
                f"{tally.tests:,}",
                f"{tally.files:,}",
            )
        )
        previous = (concept, phase)
    rows.append(
        (
            "total",
            "",
            "",
            "",
            f"{sum(tally.production for tally in report.tallies):,}",
            f"{sum(tally.tests for tally in report.tallies):,}",
            f"{len({finding.location.path for finding in report.findings}):,}",
        )
    )
    yield from _titled("summary", rows, page, right={4, 5, 6}, has_total=True)


def per_rule(report: Report, page: Page) -> Iterator[str]:
    """Yield a table of the rules over all concepts, the most findings first."""
    production: Counter[str] = Counter()
    tests: Counter[str] = Counter()
    for tally in report.tallies:
        production[tally.rule] += tally.production
        tests[tally.rule] += tally.tests
    if not production:
        return
    rules = sorted(production, key=lambda rule: (-production[rule] - tests[rule], rule))
    rows: list[Sequence[str]] = [("rule", "findings", "production", "tests")]
    rows += [
        (
            printable(rule),
            f"{production[rule] + tests[rule]:,}",
            f"{production[rule]:,}",
            f"{tests[rule]:,}",
        )
        for rule in rules
    ]
    yield from _titled("rules", rows, page, right={1, 2, 3}, has_total=False)


def totals(report: Report, page: Page) -> Iterator[str]:
    """Yield what was found, and what was left out of it."""
    findings = report.findings
    if findings:
        tests = sum(finding.in_tests for finding in findings)
        files = counted(len({finding.location.path for finding in findings}), "file")
        found = f"{counted(len(findings), 'finding')} in {files}"
        where = f"{len(findings) - tests:,} in production code, {tests:,} in tests"
        yield page.paint("title", f"{found}: {severities(findings)}") + f" ({where})"
    else:
        yield page.paint("good", nothing(report)) + f": {_checked(report)}"
    yield f"{report.suppressed:,} suppressed, {report.hidden:,} hidden by filters"
    if report.baseline:
        yield accepted(report)
    if findings:
        rule = in_order(report)[0].rule if report.tallies else findings[0].rule
        yield page.paint("faint", f"what a rule means: pluribus explain {printable(rule)}")


def verdict(report: Report, page: Page) -> str:
    """Say in one line how the check went."""
    gaps = unchecked(report)
    notice = f"; incomplete: {gaps}" if gaps else ""
    if report.failed:
        return page.paint("bad", f"failed: {severities(report.findings) or 'see above'}") + notice
    if report.findings:
        reason = f"{severities(report.findings)}, none of which fails the check"
    else:
        reason = nothing(report)
    return page.paint("good", f"passed: {reason}") + notice


def _checked(report: Report) -> str:
    concepts = counted(len(report.concepts), "concept")
    rules = counted(len(report.rules), "rule")
    return f"{concepts}, {rules}, {counted(report.completeness.files.seen, 'file')} checked"


def _titled(
    title: str,
    rows: Sequence[Sequence[str]],
    page: Page,
    *,
    right: set[int],
    has_total: bool,
) -> Iterator[str]:
    header, *lines = table(rows, right=right)
    yield from page.heading(title)
    yield page.paint("faint", header)
    body = lines[:-1] if has_total else lines
    yield from body
    if has_total:
        yield page.paint("title", lines[-1])
    yield ""
