"""Watch every rule of a contract fail: plant a violation of each, and a near miss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from pluribus import __version__
from pluribus.app.options import CheckOptions
from pluribus.app.planting import Field, open_field
from pluribus.app.selection import check_rule_names
from pluribus.codebase import Revision
from pluribus.contract import Contract, find_contract, load_contract
from pluribus.findings import Finding
from pluribus.plants import ALL, Ground, Plant
from pluribus.plants.laid import Placed, Planting, apart, lay
from pluribus.rules import Rule, Subject

Outcome = Literal["found", "missed", "silent", "false-alarm", "not-applicable"]
Say = Callable[[str], None]


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of a concept, tried with a planted violation and with a planted near miss."""

    rule: str
    concept: str
    violation: Outcome
    """`found`, `missed` or `not-applicable`."""
    near_miss: Outcome
    """`silent`, `false-alarm` or `not-applicable`."""
    reason: str = ""
    """Why something was not applicable, or what went wrong."""

    @property
    def has_failed(self) -> bool:
        return self.violation == "missed" or self.near_miss == "false-alarm"


class SelfTest(msgspec.Struct, frozen=True, kw_only=True):
    """All trials, in the order of the rules, then of the concepts."""

    trials: tuple[Trial, ...]
    checks: int
    """How often the code base was judged."""
    tool_version: str = __version__

    @property
    def failed(self) -> bool:
        return any(each.has_failed for each in self.trials)


def self_test(root: Path, options: CheckOptions, *, progress: Say | None = None) -> SelfTest:
    """Try every rule on every concept, in memory; nothing is written to the tree.

    A rule must report the planted violation, once and at its line, and nothing in the near miss.
    Costs a check of the tree as it is, and a few more with files laid over it: two where no
    plants stand in each other's way.

    Raises:
        ContractError: no contract, or one that does not fit the code base.
        UsageError: something that was asked for is empty or unknown.
        FactsError: the tree could not be read.
    """
    contract = load_contract(options.contract or find_contract(root))
    check_rule_names(contract)
    return tried(root, contract, options, progress=progress)


def tried(
    root: Path,
    contract: Contract,
    options: CheckOptions,
    *,
    revision: Revision | None = None,
    progress: Say | None = None,
) -> SelfTest:
    """The same for a contract that was loaded, and for the files of a revision if one is given.

    Raises:
        As `self_test` does.
    """
    say = progress or _say_nothing
    say("judging the code base as it is")
    field = open_field(root, contract, options, revision=revision)
    violations: list[Planting] = []
    near_misses: list[Planting] = []
    reasons: dict[tuple[str, str], str] = {}
    pairs = [(rule, subject) for rule in field.case.rules for subject in field.subjects]
    for rule, subject in pairs:
        key = rule.name, subject.concept.name
        found = _ground(field, rule, subject)
        if isinstance(found, str):
            reasons[key] = found
            continue
        plant, ground = found
        for samples, plantings in (
            (plant.violations, violations),
            (plant.near_misses, near_misses),
        ):
            sample = next(samples(ground), None)
            if sample is not None:
                plantings.append(Planting(rule.name, ground, sample))
    problems: dict[tuple[str, str], str | None] = {}
    alarms: dict[tuple[str, str], str | None] = {}
    checks = 1
    for plantings, into, judged in (
        (violations, problems, _missed),
        (near_misses, alarms, _alarm),
    ):
        for number, group in enumerate(apart(plantings), 1):
            say(f"judging what was planted, {number}")
            checks += 1
            laid = lay(group)
            new = field.new_findings(laid)
            for placed in laid.placed:
                planting = placed.planting
                into[planting.rule, planting.concept] = judged(placed, new)
    return SelfTest(
        trials=tuple(
            _trial(rule.name, subject.concept.name, problems, alarms, reasons)
            for rule, subject in pairs
        ),
        checks=checks,
    )


def _ground(field: Field, rule: Rule, subject: Subject) -> tuple[Plant, Ground] | str:
    """What can be planted of a rule, and where; or why nothing."""
    obstacle = rule.obstacle(subject)
    if obstacle is not None:
        return obstacle
    ground = field.ground(subject, rule.name)
    if isinstance(ground, str):
        return ground
    plant = next((each for each in ALL if each.rule == rule.name), None)
    if plant is None:
        return "nobody has said how this rule is violated"
    return plant.obstacle(ground) or (plant, ground)


def _of(placed: Placed, new: list[Finding]) -> Iterator[Finding]:
    """New findings of the planted rule where something of it was planted."""
    planting = placed.planting
    paths = placed.files | {path for path, _ in placed.marks}
    for each in new:
        is_same = (each.rule, each.concept) == (planting.rule, planting.concept)
        if is_same and each.location.path in paths:
            yield each


def _missed(placed: Placed, new: list[Finding]) -> str | None:
    """Why a violation does not count as found; None when it does."""
    found = sorted((each.location.path, each.location.line) for each in _of(placed, new))
    if found == sorted(placed.marks):
        return None
    wanted = ", ".join(f"{path}:{line}" for path, line in sorted(placed.marks))
    got = ", ".join(f"{path}:{line}" for path, line in found) or "nothing"
    return f"{placed.planting.sample.name}: wanted {wanted}, found {got}"


def _alarm(placed: Placed, new: list[Finding]) -> str | None:
    """What was said of a near miss; None when nothing was."""
    for each in _of(placed, new):
        place = each.location
        is_marked = (place.path, place.line) in placed.marks
        if place.path in placed.files or is_marked or not placed.files:
            return f"{placed.planting.sample.name}: {place.path}:{place.line}: {each.message}"
    return None


def _trial(
    rule: str,
    concept: str,
    problems: dict[tuple[str, str], str | None],
    alarms: dict[tuple[str, str], str | None],
    reasons: dict[tuple[str, str], str],
) -> Trial:
    key = rule, concept
    problem, alarm = problems.get(key), alarms.get(key)
    violation: Outcome = "not-applicable"
    near_miss: Outcome = "not-applicable"
    if key in problems:
        violation = "found" if problem is None else "missed"
    if key in alarms:
        near_miss = "silent" if alarm is None else "false-alarm"
    if key in problems and key in alarms:
        said = [each for each in (problem, alarm) if each]
    else:
        said = [reasons.get(key) or problem or alarm or "nothing of it can be planted here"]
    return Trial(
        rule=rule,
        concept=concept,
        violation=violation,
        near_miss=near_miss,
        reason="; ".join(said),
    )


def _say_nothing(_: str) -> None:
    """For those who do not want to be told."""
