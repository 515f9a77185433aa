"""Mend what can be mended of a code base, in memory, until nothing more comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pluribus.app.mended import ChangedFile, FixOptions, Outcome, Step
from pluribus.app.options import ReadEditable, Say
from pluribus.app.reporting import case_of
from pluribus.app.rounds import mend, work_on
from pluribus.app.selection import check_rule_names, expanded
from pluribus.contract import Contract, Phase, find_contract, load_contract
from pluribus.errors import UsageError
from pluribus.findings import Finding
from pluribus.remedy import applicability
from pluribus.remedy.edit import Left

__all__ = ["ChangedFile", "FixOptions", "Outcome", "Step", "fix"]


def fix(
    root: Path, options: FixOptions, *, read: ReadEditable, progress: Say | None = None
) -> Outcome:
    """Work out what can be mended of the tree at `root`; nothing is written.

    Every edit is made in memory, and the code base is judged again with it. A file of which an
    edit does not hold keeps what it has.

    Raises:
        ContractError: no contract, or one that does not fit the code base.
        UsageError: something that was asked for is empty or unknown.
        FactsError: the tree could not be read.
    """
    contract = load_contract(options.check.contract or find_contract(root))
    check_rule_names(contract)
    case = case_of(root, contract, options.check)
    phases = _phases(contract, options.phase)
    wanted = {name for _, phase in phases for rule in phase.rules for name in expanded(rule)}
    rules = tuple(rule for rule in case.rules if rule.name in wanted)
    if not rules:
        raise UsageError("no rule is left to mend", hint="`pluribus config` shows the phases")
    work = work_on(root, case, rules, options, read=read, say=progress or _say_nothing)
    work.say("reading")
    reading = work.reading({})
    before = reading.findings
    steps, left = [], []
    for number, phase in phases:
        names = {name for rule in phase.rules for name in expanded(rule)}
        step, reading, made = mend(work, reading, names)
        left += made.left
        steps.append(Step(number=number, phase=phase.name, files=tuple(step)))
    return Outcome(
        steps=tuple(steps),
        before=before,
        after=reading.findings,
        left=tuple(_explained(left, reading.findings)),
        refused=tuple(sorted(work.refused.items())),
    )


def _phases(contract: Contract, asked: str | None) -> list[tuple[int, Phase]]:
    numbered = list(enumerate(contract.phases, 1))
    if asked is None:
        return numbered
    found = [(number, each) for number, each in numbered if asked in (str(number), each.name)]
    if not found:
        known = ", ".join(f"{number} `{each.name}`" for number, each in numbered)
        raise UsageError(f"--phase: there is no phase `{asked}`", hint=f"there are {known}")
    return found


def _explained(left: Sequence[Left], findings: Sequence[Finding]) -> Iterator[Left]:
    """Why each finding is still there."""
    known = {each.id for each in findings}
    said = set()
    for each in sorted(set(left)):
        if each.finding in known:
            said.add(each.finding)
            yield each
    for finding in findings:
        if finding.id not in said:
            level = applicability(finding.rule)
            reason = (
                f"it needs a decision: {finding.hint}"
                if level == "person"
                else f"nothing that can be edited shows a way: {finding.hint}"
            )
            place = finding.location
            yield Left(finding.id, place.path, place.line, "person", reason)


def _say_nothing(_: str) -> None:
    """For those who do not want to be told."""
