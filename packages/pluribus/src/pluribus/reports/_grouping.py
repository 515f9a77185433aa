"""Findings in the order of the work: concept, phase, rule, then production code before tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pluribus.findings import ConceptSummary, Evidence, Finding, Report, Tally
from pluribus.reports.wording import ordered


@dataclass(frozen=True)
class ConceptGroup:
    """A concept, and the findings of each phase that has any."""

    name: str
    summary: ConceptSummary | None
    phases: tuple[PhaseGroup, ...]


@dataclass(frozen=True)
class PhaseGroup:
    """A phase, and the findings of each rule that has any."""

    name: str
    rules: tuple[RuleGroup, ...]


@dataclass(frozen=True)
class RuleGroup:
    """What one rule found of one concept."""

    name: str
    findings: tuple[Finding, ...]

    def statements(self, limit: int | None) -> Iterator[tuple[Finding, ...]]:
        """Put findings together that say the same of different places; they are never empty."""
        said: dict[tuple[object, ...], list[Finding]] = {}
        for finding in self.findings[:limit]:
            said.setdefault(_statement(finding), []).append(finding)
        yield from map(tuple, said.values())


def grouped(report: Report) -> Iterator[ConceptGroup]:
    """Yield every concept of the report, those without findings too."""
    findings = ordered(report.findings)
    summaries = {summary.name: summary for summary in report.concepts}
    for name in arranged(summaries, (finding.concept for finding in findings)):
        own = [finding for finding in findings if finding.concept == name]
        phases = arranged(report.phases, (finding.phase for finding in own))
        groups = (_phase(report, phase, own) for phase in phases)
        with_findings = tuple(group for group in groups if group.rules)
        yield ConceptGroup(name, summaries.get(name), with_findings)


def in_order(report: Report) -> list[Tally]:
    """Sort the rows of the summary table by concept, phase and rule, as the report lists them."""
    concepts = arranged(
        (each.name for each in report.concepts), (t.concept for t in report.tallies)
    )
    phases = arranged(report.phases, (tally.phase for tally in report.tallies))
    rules = arranged(report.rules, (tally.rule for tally in report.tallies))

    def rank(tally: Tally) -> tuple[int, int, int, Tally]:
        return (
            concepts.index(tally.concept),
            phases.index(tally.phase),
            rules.index(tally.rule),
            tally,
        )

    return sorted(report.tallies, key=rank)


def _phase(report: Report, phase: str, findings: Sequence[Finding]) -> PhaseGroup:
    own = [finding for finding in findings if finding.phase == phase]
    rules = arranged(report.rules, (finding.rule for finding in own))
    groups = (RuleGroup(rule, tuple(each for each in own if each.rule == rule)) for rule in rules)
    return PhaseGroup(phase, tuple(group for group in groups if group.findings))


def shared_hint(statements: Sequence[Sequence[Finding]]) -> tuple[str, str]:
    """Choose the hint to give once, because most statements share it, and the word before it."""
    hints = Counter(findings[0].hint for findings in statements)
    hint, times = max(hints.items(), key=lambda item: item[1], default=("", 0))
    if times < 2 or times * 2 <= len(statements):
        return "", ""
    return hint, "help" if times == len(statements) else "help, where no other is given"


def arranged(declared: Iterable[str], met: Iterable[str]) -> list[str]:
    """List the declared names in their order, then the others by name."""
    return list(dict.fromkeys([*declared, *sorted(set(met))]))


def _statement(finding: Finding) -> tuple[str, str, bool, str, str, tuple[Evidence, ...]]:
    return (
        finding.severity,
        finding.confidence,
        finding.in_tests,
        finding.message,
        finding.hint,
        finding.evidence,
    )
