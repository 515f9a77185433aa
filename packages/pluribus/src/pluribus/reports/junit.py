"""JUnit XML, which build servers show as tests: a suite a concept, a case a rule.

Source: the schema of Jenkins' xUnit plug-in, and what `junitparser` reads.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET

from pluribus.findings import Finding, Report
from pluribus.reports._grouping import arranged
from pluribus.reports.options import RenderOptions
from pluribus.reports.wording import counted, ordered, place, printable, remarks, unchecked

NO_CONCEPT = "comments"
"""The suite of findings that are about no concept."""
COMPLETENESS = "completeness"
"""The suite, and its only case, that says whether all was checked, and what is not reported."""

# What XML 1.0 cannot hold, on top of what is not printable.
_NOT_XML = re.compile("[\ufffe\uffff]")


def render(report: Report, options: RenderOptions) -> str:
    """Write failed rules with their findings, rules that could not run as skipped, and the others.

    Any finding fails its rule, whatever `--fail-on` says. The options change nothing.
    """
    suites = ET.Element("testsuites", name="pluribus")
    found: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in ordered(report.findings):
        found[finding.concept, finding.rule].append(finding)
    missed = {(each.concept, each.rule): each.reason for each in report.completeness.not_run}
    concepts = [each.name for each in report.concepts]
    for concept in arranged(concepts, (name for name, _ in [*found, *missed])):
        suite = ET.SubElement(suites, "testsuite", name=_attribute(concept or NO_CONCEPT))
        asked = report.rules if concept in concepts else ()
        met = (rule for name, rule in [*found, *missed] if name == concept)
        for rule in arranged(asked, met):
            case = _case(suite, concept or NO_CONCEPT, rule)
            if findings := found.get((concept, rule)):
                _fail(case, findings)
            elif (concept, rule) in missed:
                _skip(case, missed[concept, rule])
    suite = ET.SubElement(suites, "testsuite", name=COMPLETENESS)
    _add_properties(suite, report)
    case = _case(suite, COMPLETENESS, COMPLETENESS)
    if gaps := unchecked(report):
        _skip(case, gaps)
    _count(suites)
    ET.indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suites, "unicode") + "\n"


def _add_properties(suite: ET.Element, report: Report) -> None:
    """Say how many findings there are besides those that are reported."""
    left_out = {"suppressed": report.suppressed, "hidden": report.hidden}
    if report.baseline is not None:
        left_out["accepted"] = report.baseline.accepted
    properties = ET.SubElement(suite, "properties")
    for name, count in left_out.items():
        ET.SubElement(properties, "property", name=name, value=str(count))


def _case(suite: ET.Element, concept: str, rule: str) -> ET.Element:
    return ET.SubElement(
        suite, "testcase", classname=_attribute(f"pluribus.{concept}"), name=_attribute(rule)
    )


def _fail(case: ET.Element, findings: Sequence[Finding]) -> None:
    first = findings[0].location
    case.set("file", _attribute(first.path))
    case.set("line", str(first.line))
    worst = max((each.severity for each in findings), key=lambda each: each.rank)
    files = counted(len({each.location.path for each in findings}), "file")
    said = f"{counted(len(findings), 'finding')} in {files}"
    failure = ET.SubElement(case, "failure", message=said, type=worst.value)
    failure.text = "\n\n".join(map(_told, findings))


def _told(finding: Finding) -> str:
    lines = [
        f"{place(finding.location)}: {finding.severity}: {finding.message.strip()}"
        f"{remarks(finding)}",
        *(f"  {place(each)}  {each.label}".rstrip() for each in finding.related),
        *(f"  {each.name}: {each.text}" for each in finding.evidence),
        *([f"  help: {finding.hint}"] if finding.hint else []),
    ]
    return _text(lines)


def _skip(case: ET.Element, reason: str) -> None:
    ET.SubElement(case, "skipped", message=_attribute(reason))


def _count(suites: ET.Element) -> None:
    """Give each suite, and all of them, the counts that readers expect in front."""
    for element in [*suites, suites]:
        element.set("tests", str(len(element.findall(".//testcase"))))
        element.set("failures", str(len(element.findall(".//failure"))))
        element.set("errors", "0")
        element.set("skipped", str(len(element.findall(".//skipped"))))


def _attribute(text: str) -> str:
    return _NOT_XML.sub("\ufffd", printable(text))


def _text(lines: Iterable[str]) -> str:
    return "\n".join(_attribute(line) for each in lines for line in each.splitlines())
