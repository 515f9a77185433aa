"""The end of the Markdown report: what to do next, and what was not checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from pluribus.findings import Finding, Report
from pluribus.reports._gfm import code, prose
from pluribus.reports._grouping import arranged
from pluribus.reports.wording import counted, sentence, unchecked

NAMED: Final = 5
"""How many files are named of those that could not be read whole."""


def next_steps(report: Report) -> Iterator[str]:
    """Yield the steps: the rules of the first phase that is open, then what comes after."""
    actions = []
    open_phases = [each for each in all_phases(report) if _in_phase(report, each)]
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
    yield from section("What to do next", *steps)


def _action(report: Report, phase: str, rule: str, count: int) -> str:
    own = [each for each in _in_phase(report, phase) if each.rule == rule]
    hints = Counter(each.hint for each in own if each.hint)
    hint = prose(min(hints, key=lambda each: (-hints[each], each))) if hints else ""
    start = f"Bring {counted(count, 'finding')} of {code(rule)} to 0"
    return f"{start}: {hint}" if hint else start


def not_checked(report: Report) -> Iterator[str]:
    """Yield what could not be read or run, or that nothing is missing."""
    gaps = report.completeness
    if not unchecked(report):
        yield from section(
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
    yield from section("Not checked", *lines)


def section(title: str, *lines: str) -> Iterator[str]:
    """Put lines under a heading."""
    yield f"## {title}"
    yield ""
    yield from lines
    yield ""


def all_phases(report: Report) -> list[str]:
    """List the phases in the order of work, then others that have findings."""
    return arranged(report.phases, (each.phase for each in report.findings))


def _in_phase(report: Report, phase: str) -> list[Finding]:
    return [each for each in report.findings if each.phase == phase]
