"""Injects violations and near misses into a package, and counts what becomes of them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bench.accuracy import harder, mutations
from pluribus.app.planting import Field
from pluribus.errors import PluribusError
from pluribus.findings import Finding
from pluribus.plants import ALL, Ground
from pluribus.plants.laid import Laid, Placed, Planting, apart, lay


@dataclass
class Tally:
    """The counts, by rule."""

    injected: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    near_misses: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    """What was missed and what was false, one line each."""
    concepts: int = 0

    def add(self, other: Tally) -> None:
        for name in ("injected", "found", "near_misses", "false"):
            getattr(self, name).update(getattr(other, name))
        self.notes += other.notes
        self.concepts += other.concepts


def measured(planted: Field, *, seed: int, package: str) -> Tally:
    """Inject all violations, then all near misses; each into the package as it is."""
    tally = Tally(concepts=len(planted.subjects))
    grounds = dict(_grounds(planted))
    for is_violation in (True, False):
        plantings = list(_plantings(grounds, is_violation=is_violation))
        # So that it is not always the same ones that stand together.
        random.Random(f"{seed} {package} {is_violation}").shuffle(plantings)
        for group in apart(plantings):
            laid = lay(group)
            try:
                new = planted.new_findings(laid)
            except PluribusError as error:
                tally.notes.append(f"{package}: ERROR {error}")
                tally.injected.update(each.rule for each in group if is_violation)
                continue
            _count(tally, laid, new, package, is_violation=is_violation)
    return tally


def _grounds(planted: Field) -> Iterator[tuple[tuple[str, str], Ground]]:
    for rule in planted.case.rules:
        for subject in planted.subjects:
            ground = planted.ground(subject, rule.name)
            if isinstance(ground, Ground) and rule.obstacle(subject) is None:
                yield (rule.name, subject.concept.name), ground


def _plantings(
    grounds: dict[tuple[str, str], Ground], *, is_violation: bool
) -> Iterator[Planting]:
    for (rule, _), ground in grounds.items():
        plant = next((each for each in ALL if each.rule == rule), None)
        if plant is None:
            continue
        if plant.obstacle(ground) is None:
            samples = plant.violations if is_violation else plant.near_misses
            yield from (Planting(rule, ground, each) for each in samples(ground))
        more = (*mutations.VIOLATIONS, *harder.VIOLATIONS)
        for name, mutate in more if is_violation else mutations.NEAR_MISSES:
            is_tried = name == rule and plant.obstacle(ground) is None
            if is_tried and ground.concept.legacy_paths:
                yield from (Planting(rule, ground, each) for each in mutate(ground))


def _count(
    tally: Tally, laid: Laid, new: Iterable[Finding], package: str, *, is_violation: bool
) -> None:
    left = list(new)
    for placed in laid.placed:
        rule = placed.planting.rule
        if not is_violation:
            tally.near_misses[rule] += 1
            continue
        for path, line in sorted(placed.marks):
            tally.injected[rule] += 1
            hit = next((each for each in left if _hits(each, placed, path, line)), None)
            if hit is None:
                tally.notes.append(f"{package}: MISSED {_said(placed)} at {path}:{line}")
            else:
                tally.found[rule] += 1
                left.remove(hit)
    for each in left:
        if not any(_explains(placed, each) for placed in laid.placed):
            tally.false[each.rule] += 1
            place = f"{each.location.path}:{each.location.line}"
            near = [_said(placed) for placed in laid.placed if each.location.path in placed.paths]
            tally.notes.append(
                f"{package}: FALSE {each.rule} of {each.concept} at {place}: {each.message}"
                f" | planted there: {', '.join(near) or 'nothing'}"
            )


def _said(placed: Placed) -> str:
    planting = placed.planting
    return f"{planting.rule} of {planting.concept} ({planting.sample.name})"


def _hits(each: Finding, placed: Placed, path: str, line: int) -> bool:
    planting = placed.planting
    return (each.rule, each.concept) == (planting.rule, planting.concept) and (
        each.location.path,
        each.location.line,
    ) == (path, line)


def _explains(placed: Placed, each: Finding) -> bool:
    """Whether a sample says that this is rightly found too."""
    planting = placed.planting
    if each.concept != planting.concept:
        return False
    if planting.sample.methods and each.rule == "partial-interface":
        # Who lacks what the interface has now is told of it wherever it stands.
        return True
    return each.location.path in placed.paths and each.rule in planting.sample.also
