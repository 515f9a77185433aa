"""The report for people: what is wrong with each concept, the counts, and what was not checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pluribus.findings import Finding, Report
from pluribus.reports._completeness import ledger
from pluribus.reports._concepts import concept, of_rule
from pluribus.reports._grouping import RuleGroup, grouped
from pluribus.reports._page import Page
from pluribus.reports._summary import per_rule, summary, totals, verdict
from pluribus.reports.options import RenderOptions
from pluribus.reports.wording import nothing, ordered


def render(report: Report, options: RenderOptions) -> str:
    """Write findings by concept, phase and rule, then the summary and the completeness.

    Findings of one rule that say the same stand together: said once, with every place.
    """
    return "\n".join([*_lines(report, options), ""])


def render_rule(findings: Sequence[Finding], options: RenderOptions) -> str:
    """Write what one rule found of one concept, as it stands in the report."""
    page = Page(color=options.color, width=options.width)
    first = findings[0]
    group = RuleGroup(first.rule, tuple(ordered(findings)))
    return "\n".join(of_rule(first.phase, group, options, page)).rstrip("\n") + "\n"


def _lines(report: Report, options: RenderOptions) -> Iterator[str]:
    page = Page(color=options.color, width=options.width)
    if options.statistics:
        yield from per_rule(report, page)
    else:
        for group in grouped(report):
            yield from concept(group, options, page, silence=nothing(report))
    yield from summary(report, page)
    yield from totals(report, page)
    yield ""
    yield from ledger(report, page)
    yield ""
    yield verdict(report, page)
