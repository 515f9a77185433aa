"""Judge a code base by rules, and silence what is accepted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from pluribus.app.absence import obstacle, subject_at_hand
from pluribus.app.focusing import focus_of
from pluribus.app.ledger import completeness
from pluribus.app.options import Say
from pluribus.app.selection import phases_by_rule
from pluribus.app.silence import Judged, silence
from pluribus.app.subjects import focus_on_methods, subject_of
from pluribus.app.summary import summary_of
from pluribus.codebase import Codebase
from pluribus.contract import Concept, Contract
from pluribus.findings import Completeness, ConceptSummary, Finding, NotRun
from pluribus.rules import Rule, Subject, Violation


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """All that a verdict on a code base depends on, the code base apart."""

    contract: Contract
    concepts: tuple[Concept, ...]
    rules: tuple[Rule, ...]
    prefix: str
    """What stands before a path as the globs of the contract see it."""
    reads_all: bool
    honours_comments: bool
    bears_absence: bool = False
    """Judge what can be judged of a concept whose owner is not there, as in old revisions."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a case, before any filter."""

    findings: tuple[Finding, ...]
    suppressed: int
    concepts: tuple[ConceptSummary, ...]
    completeness: Completeness


def judge(case: Case, codebase: Codebase, *, say: Say) -> tuple[Verdict, str | None]:
    """Read what can matter, and ask every rule about every concept.

    Returns:
        The verdict; and why what was read could not be kept, if it could not.

    Raises:
        ContractError: the contract names what the code base does not define.
    """
    subjects = subjects_of(case, codebase)
    problem = codebase.save()
    return judge_subjects(case, subjects, codebase, say=say), problem


def judge_subjects(
    case: Case, subjects: Sequence[Subject], codebase: Codebase, *, say: Say
) -> Verdict:
    """Ask every rule about every concept that was found."""
    findings: list[Finding] = []
    not_run: list[NotRun] = []
    phases = phases_by_rule(case.contract)
    for concept, subject in zip(case.concepts, subjects, strict=True):
        say(f"judging {concept.name}")
        for rule in case.rules:
            problem = obstacle(rule, concept, subject)
            if problem is None:
                findings += _findings(rule, subject, phases[rule.name])
            else:
                not_run.append(NotRun(rule.name, concept.name, problem))
    judged = Judged(
        contract=case.contract,
        concepts=case.concepts,
        rules=_judged_everywhere(case, not_run),
        prefix=case.prefix,
        honours_comments=case.honours_comments,
    )
    silenced = silence(findings, judged, codebase)
    return Verdict(
        findings=silenced.findings,
        suppressed=silenced.count,
        concepts=tuple(summary_of(subject) for subject in subjects),
        completeness=completeness(codebase.ledger(), case.contract, not_run),
    )


def subjects_of(case: Case, codebase: Codebase) -> list[Subject]:
    """Read what can matter to the concepts, and find them.

    Raises:
        ContractError: the contract names what the code base does not define.
    """
    codebase.focus(focus_of(case.concepts), reads_all=case.reads_all)
    find = subject_at_hand if case.bears_absence else subject_of
    first = [find(concept, codebase) for concept in case.concepts]
    codebase.focus(focus_on_methods(first), reads_all=case.reads_all)
    return [find(concept, codebase) for concept in case.concepts]


def _judged_everywhere(case: Case, not_run: list[NotRun]) -> frozenset[str]:
    """Rules of which a comment that silenced nothing can be called unused."""
    if case.concepts != case.contract.concepts:
        return frozenset()
    return frozenset(rule.name for rule in case.rules) - {each.rule for each in not_run}


def _findings(rule: Rule, subject: Subject, phase: str) -> Iterator[Finding]:
    for violation in rule.check(subject):
        yield _finding(rule, subject, violation, phase)


def _finding(rule: Rule, subject: Subject, violation: Violation, phase: str) -> Finding:
    place = violation.place or violation.site.place
    return Finding(
        rule=rule.name,
        concept=subject.concept.name,
        severity=violation.severity or rule.severity,
        confidence=violation.confidence,
        message=violation.message,
        hint=violation.hint,
        location=place.location(),
        related=tuple(sorted(violation.related)),
        evidence=violation.evidence,
        key=violation.key,
        phase=phase,
        in_tests=violation.site.is_test,
    )
