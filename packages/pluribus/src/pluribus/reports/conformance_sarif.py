"""What `pluribus conform` found, as SARIF 2.1.0: a result a FAIL or ERROR, a rule a property."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from pluribus.findings import Confidence, Evidence, Finding, Location, Severity
from pluribus.findings.conformance import Conformance, Outcome, Verdict
from pluribus.reports import _sarif_shape as sarif
from pluribus.reports._conformance_flows import flows
from pluribus.reports._sarif_results import Flavour, result, written
from pluribus.reports._sarif_rules import Kinds, described, notification, notification_kinds
from pluribus.reports.options import RenderOptions
from pluribus.reports.verdicts import NAMED, unneeded, verdicts_of
from pluribus.reports.wording import sentence

_KINDS: Final[Kinds] = MappingProxyType(
    {
        "not-exercised": (
            "What would have to be seen of a property was not.",
            "It is promised, and nothing is known of it; silence is no success.",
        ),
        "not-judged": (
            "The kit could not judge a property.",
            "Its result says what happened.",
        ),
        "unused-allowance": (
            "The contract allows a property not to be exercised, and it was.",
            "Take the allowance out of the contract.",
        ),
        "allowed": (
            "A property was not exercised, and the contract allows that.",
            "The message gives the reason.",
        ),
        "declined": (
            "The contract does not promise a property.",
            "The message gives the reason.",
        ),
        "remark": ("Something tempers all verdicts of a concept.", "The message says what."),
    }
)
_LEVELS: Final[Mapping[str, sarif.Level]] = MappingProxyType(
    {
        "not-exercised": "error",
        "not-judged": "error",
        "unused-allowance": "error",
        "allowed": "note",
        "declined": "note",
        "remark": "note",
    }
)


def render(conformance: Conformance, options: RenderOptions) -> str:
    """Write what fails as results and what was not judged as notifications, of the owners alone.

    A run with an error among its notifications is no successful execution.
    """
    names = _rule_names(conformance)
    texts = {each.name: each for each in conformance.texts}
    flavour = Flavour(folder=options.folder)
    found = [
        (_finding(concept.concept, verdict, conformance.contract), verdict)
        for concept, verdict in verdicts_of(conformance)
        if verdict.outcome in NAMED
    ]
    tally = Counter(verdict.outcome for _, verdict in verdicts_of(conformance))
    return written(
        version=conformance.tool_version,
        rules=tuple(
            described(texts[each]) if each in texts else sarif.Descriptor(id=each)
            for each in names
        ),
        kinds=notification_kinds(_KINDS),
        told=list(_told(conformance, names)),
        identity=sarif.Identity(
            # Apart from that of a check, whose alerts it must not replace.
            id=f"pluribus-conform/{options.folder}",
            description=sarif.Message(text="The owners, driven and judged by their contract."),
        ),
        root="The folder that the run was started in.",
        results=tuple(
            result(
                finding,
                names.index(finding.rule),
                flavour,
                flows=flows(verdict, options.folder),
            )
            for finding, verdict in found
        ),
        properties=sarif.ConformanceProperties(
            outcomes={each.value: tally[each] for each in Outcome}
        ),
    )


def _rule_names(conformance: Conformance) -> list[str]:
    judged = (verdict.property for _, verdict in verdicts_of(conformance))
    allowed = (name for each in conformance.concepts for name in each.unused_allowances)
    return list(dict.fromkeys([*(each.name for each in conformance.texts), *judged, *allowed]))


def _finding(concept: str, verdict: Verdict, contract: str) -> Finding:
    """A verdict as what a check would have found, at the place of what was driven; where that is
    not known, in the contract."""
    first, *more = verdict.anchors or (
        Location(contract or "pluribus.toml", label="the contract"),
    )
    is_failure = verdict.outcome is Outcome.FAIL
    program = (Evidence("sequence", verdict.sequence),) if verdict.sequence else ()
    return Finding(
        rule=verdict.property,
        concept=concept,
        severity=Severity.ERROR if is_failure else Severity.WARNING,
        confidence=Confidence.CERTAIN,
        message=verdict.claim if is_failure else f"not judged: {verdict.claim}",
        hint=verdict.hint,
        location=first,
        related=tuple(more),
        evidence=(*verdict.evidence, *program),
        key=(verdict.id,),
        id=verdict.id,
    )


def _told(conformance: Conformance, names: list[str]) -> Iterator[sarif.Notification]:
    for concept, verdict in verdicts_of(conformance):
        kind = _kind(verdict)
        if kind:
            why = f"allowed: {verdict.allowed}" if verdict.allowed else verdict.claim
            yield _said(kind, f"{verdict.property} of {concept.concept}: {why}", names, verdict)
    for concept in conformance.concepts:
        for text in unneeded(concept):
            yield _said("unused-allowance", f"{concept.concept}: {text}", names)
        for text in concept.notes:
            yield _said("remark", f"{concept.concept}: {text}", names)


def _kind(verdict: Verdict) -> str:
    match verdict.outcome:
        case Outcome.ERROR:
            return "not-judged"
        case Outcome.NOT_EXERCISED:
            return "allowed" if verdict.allowed else "not-exercised"
        case Outcome.DECLINED:
            return "declined"
        case _:
            return ""


def _said(
    kind: str, text: str, names: list[str], verdict: Verdict | None = None
) -> sarif.Notification:
    rule = (
        None
        if verdict is None
        else sarif.Reference(id=verdict.property, index=names.index(verdict.property))
    )
    return notification(kind, sentence(text), level=_LEVELS[kind], rule=rule, kinds=_KINDS)
