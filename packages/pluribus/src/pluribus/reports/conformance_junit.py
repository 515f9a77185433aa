"""What `pluribus conform` found, as JUnit: a suite a concept, a case a property."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from pluribus.findings.conformance import Conformance, Outcome, Verdict
from pluribus.reports._junit import COMPLETENESS, attribute, case, document, fail, skip
from pluribus.reports.options import RenderOptions
from pluribus.reports.verdicts import open_points
from pluribus.reports.wording import counted, place

_TAGS = {Outcome.FAIL: "failure", Outcome.ERROR: "error"}


def render(conformance: Conformance, options: RenderOptions) -> str:
    """Write each property of each owner, and whether the run was whole.

    FAIL is a failure, ERROR an error, and what was not exercised or is declined is skipped, with
    the reason. A build server takes what is skipped for harmless, so the last suite holds one
    case that fails unless all was judged or is allowed not to be. The options change nothing.
    """
    suites = ET.Element("testsuites", name="pluribus conform")
    for concept in conformance.concepts:
        suite = ET.SubElement(suites, "testsuite", name=attribute(concept.concept))
        for verdict in concept.verdicts:
            made = case(suite, concept.concept, f"{verdict.property} {verdict.title}".rstrip())
            _judge(made, verdict)
    suite = ET.SubElement(suites, "testsuite", name=COMPLETENESS)
    made = case(suite, COMPLETENESS, COMPLETENESS)
    if points := open_points(conformance):
        said = f"not whole: {counted(len(points), 'point')} open"
        fail(made, said, points, kind=Outcome.NOT_EXERCISED)
    return document(suites)


def _judge(made: ET.Element, verdict: Verdict) -> None:
    if verdict.outcome in _TAGS:
        fail(
            made,
            verdict.claim,
            _told(verdict),
            kind=verdict.outcome,
            place=verdict.anchors[0] if verdict.anchors else None,
            tag=_TAGS[verdict.outcome],
        )
    elif verdict.outcome is not Outcome.PASS:
        why = f"allowed: {verdict.allowed}" if verdict.allowed else verdict.claim
        skip(made, f"{verdict.outcome}: {why}")


def _told(verdict: Verdict) -> Iterator[str]:
    yield f"{verdict.id}: {verdict.claim}"
    yield from (f"  {place(each)}  {each.label}".rstrip() for each in verdict.anchors)
    yield from (f"  {each.name}: {each.text}" for each in verdict.evidence)
    if verdict.hint:
        yield f"  help: {verdict.hint}"
    if verdict.sequence:
        yield "\n"
        yield verdict.sequence
