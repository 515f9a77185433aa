"""One line a finding, for grep and editors, and one line that counts them."""

from __future__ import annotations

from pluribus.findings import Finding, Report
from pluribus.reports._page import Page
from pluribus.reports.options import RenderOptions
from pluribus.reports.wording import (
    accepted,
    counted,
    limited,
    ordered,
    place,
    printable,
    remarks,
    severities,
    unchecked,
)


def render(report: Report, options: RenderOptions) -> str:
    """Write `path:line:column: error[rule] message` for each finding, then the count."""
    page = Page(color=options.color, width=None)
    listed = limited(ordered(report.findings), options.limit)
    lines = [_line(finding, page) for finding in sorted(listed, key=lambda each: each.location)]
    return "\n".join([*lines, _count(report, listed=len(listed)), ""])


def _line(finding: Finding, page: Page) -> str:
    rule = page.paint(finding.severity, f"{finding.severity}[{printable(finding.rule)}]")
    message = printable(" ".join(finding.message.split()))
    return f"{place(finding.location)}: {rule} {message}{remarks(finding)}"


def _count(report: Report, *, listed: int) -> str:
    total = len(report.findings)
    tests = sum(finding.in_tests for finding in report.findings)
    gaps = unchecked(report)
    return "; ".join(
        part
        for part in (
            counted(total, "finding") + (f": {severities(report.findings)}" if total else ""),
            f"{tests:,} in tests" if tests else "",
            f"{total - listed:,} not listed" if listed < total else "",
            f"{report.suppressed:,} suppressed" if report.suppressed else "",
            f"{report.hidden:,} hidden by filters" if report.hidden else "",
            accepted(report),
            f"incomplete: {gaps}" if gaps else "",
        )
        if part
    )
