"""JUnit XML, which build servers show as tests: a suite a concept, a case a rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from pluribus.findings import Finding, Report
from pluribus.reports._grouping import arranged
from pluribus.reports._junit import COMPLETENESS, attribute, case, document, fail, properties, skip
from pluribus.reports.options import RenderOptions
from pluribus.reports.wording import counted, ordered, place, remarks, unchecked

NO_CONCEPT = "comments"
"""The suite of findings that are about no concept."""


def render(report: Report, options: RenderOptions) -> str:
    """Write failed rules with their findings, rules that could not run as skipped, and the others.

    Any finding fails its rule, whatever `--fail-on` says. The last suite says how many findings
    there are besides those that are reported. The options change nothing.
    """
    suites = ET.Element("testsuites", name="pluribus")
    found: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in ordered(report.findings):
        found[finding.concept, finding.rule].append(finding)
    missed = {(each.concept, each.rule): each.reason for each in report.completeness.not_run}
    concepts = [each.name for each in report.concepts]
    for concept in arranged(concepts, (name for name, _ in [*found, *missed])):
        suite = ET.SubElement(suites, "testsuite", name=attribute(concept or NO_CONCEPT))
        asked = report.rules if concept in concepts else ()
        met = (rule for name, rule in [*found, *missed] if name == concept)
        for rule in arranged(asked, met):
            made = case(suite, concept or NO_CONCEPT, rule)
            if findings := found.get((concept, rule)):
                _fail(made, findings)
            elif (concept, rule) in missed:
                skip(made, missed[concept, rule])
    suite = ET.SubElement(suites, "testsuite", name=COMPLETENESS)
    left_out = {"suppressed": report.suppressed, "hidden": report.hidden}
    if report.baseline is not None:
        left_out["accepted"] = report.baseline.accepted
    properties(suite, left_out)
    made = case(suite, COMPLETENESS, COMPLETENESS)
    if gaps := unchecked(report):
        skip(made, gaps)
    return document(suites)


def _fail(made: ET.Element, findings: Sequence[Finding]) -> None:
    worst = max((each.severity for each in findings), key=lambda each: each.rank)
    files = counted(len({each.location.path for each in findings}), "file")
    fail(
        made,
        f"{counted(len(findings), 'finding')} in {files}",
        _told(findings),
        kind=worst.value,
        place=findings[0].location,
    )


def _told(findings: Sequence[Finding]) -> Iterator[str]:
    for number, finding in enumerate(findings):
        if number:
            yield "\n"
        yield (
            f"{place(finding.location)}: {finding.severity}: {finding.message.strip()}"
            f"{remarks(finding)}"
        )
        yield from (f"  {place(each)}  {each.label}".rstrip() for each in finding.related)
        yield from (f"  {each.name}: {each.text}" for each in finding.evidence)
        if finding.hint:
            yield f"  help: {finding.hint}"
