"""The counts of a burn-down as lines over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pluribus.findings.history import Burndown, Commit, Count

_DAY_S = 86_400


@dataclass(frozen=True)
class Series:
    """How many findings of a phase a concept had at each point."""

    concept: str
    phase: str
    target: int
    values: tuple[int | None, ...]
    """One a point; None where nothing could be judged."""
    is_partial: tuple[bool, ...]
    """Whether rules of the phase could not be run, so that there may be more."""

    @property
    def judged(self) -> list[int]:
        return [value for value in self.values if value is not None]


def all_series(burndown: Burndown) -> list[Series]:
    """One a concept and phase, in the order of the contract."""
    return [
        _series(burndown, concept, phase)
        for concept in burndown.concepts
        for phase in burndown.phases
    ]


def _series(burndown: Burndown, concept: str, phase: str) -> Series:
    values: list[int | None] = []
    partial: list[bool] = []
    for point in burndown.points:
        missing = sum(
            burndown.phase_of.get(each.rule) == phase and each.concept == concept
            for each in point.count.not_run
        )
        total = total_of(point.count, concept, phase)
        is_blind = missing == sum(name == phase for name in burndown.phase_of.values())
        values.append(None if point.count.problem or (is_blind and not total) else total)
        partial.append(missing > 0)
    return Series(
        concept=concept,
        phase=phase,
        target=burndown.targets.get(phase, 0),
        values=tuple(values),
        is_partial=tuple(partial),
    )


def total_of(count: Count, concept: str, phase: str) -> int:
    """Findings in production code and in tests."""
    return sum(
        each.production + each.tests
        for each in count.tallies
        if (each.concept, each.phase) == (concept, phase)
    )


def day_of(commit: Commit) -> str:
    """The day of a commit in UTC, as `2026-01-31`."""
    return str(date(1970, 1, 1) + timedelta(days=commit.time_s // _DAY_S))


def sparkline(values: Sequence[int | None], width: int = 24) -> str:
    """Draw values as one line of blocks, from 0 up; where there are more than fit, the last of
    each stretch. A dot is what is not known."""
    count = min(width, len(values))
    picked = [values[(index + 1) * len(values) // count - 1] for index in range(count)]
    top = max((value for value in values if value is not None), default=0)
    return "".join(
        "·" if value is None else "▁▂▃▄▅▆▇█"[-(-value * 7 // top) if top else 0]
        for value in picked
    )
