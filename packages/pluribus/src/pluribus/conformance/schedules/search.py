"""Which schedules are tried, and how one that fails is made small."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from pluribus.conformance.schedules.decisions import Decisions, Deviations

_SHRINKS = 80
"""As many runs may be spent on making a failing schedule small."""


@dataclass(frozen=True)
class Bounds:
    """How far a property is searched. All bounds are counts, so that a seed says what is run."""

    scenarios: tuple[str, ...] = ("",)
    single: int = 60
    """At most so many schedules with one deviation; fewer are all of them."""
    double: int = 30
    """The same with two."""
    drawn: int = 10
    """Schedules in which any decision may deviate."""


class Ran(Protocol):
    """What is known of one run."""

    @property
    def has_failed(self) -> bool:
        """Whether the run is a counterexample."""

    @property
    def goes_on(self) -> bool:
        """Whether others are worth running."""

    @property
    def options(self) -> Sequence[int]:
        """How many options each of its decisions had."""

    @property
    def deviations(self) -> Deviations:
        """Which of them deviated."""


R = TypeVar("R", bound=Ran)
Run = Callable[[Decisions], R]


@dataclass
class Searched(Generic[R]):
    """What came of a search."""

    first: R
    """Without any deviation."""
    failing: R | None = None
    """A counterexample, made small."""
    runs: int = 1
    single: tuple[int, int] = (0, 0)
    """How many schedules with one deviation were run, and how many there are."""
    double: tuple[int, int] = (0, 0)
    drawn: int = 0
    refuted: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """What was searched, in words."""
        parts = ["the plain schedule"]
        for words, (run, there) in (
            ("one deviation", self.single),
            ("two", self.double),
        ):
            if there:
                share = f"all {there}" if run == there else f"{run} of {there}"
                parts.append(f"{share} with {words}")
        if self.drawn:
            parts.append(f"{self.drawn} drawn at random")
        return ", ".join(parts)


def search(
    run: Callable[[Decisions], R],
    bounds: Bounds,
    chance: random.Random,
    *,
    confirm: Callable[[R], bool] = lambda ran: True,
    has_time: Callable[[], bool] = lambda: True,
) -> Searched[R]:
    """Run schedules, those with the fewest deviations first, until one fails.

    What fails is made small, and counts only if it is confirmed. Without time no more are run
    than there were; how many that is is told.
    """
    found = Searched(run(Decisions()))
    if not found.first.goes_on and not found.first.has_failed:
        return found
    for ran in _runs(run, bounds, chance, found):
        if not ran.has_failed:
            if not has_time():
                break
            continue
        small = _shrunk(run, ran)
        if confirm(small):
            found.failing = small
            break
        found.refuted.append(str(small.deviations))
        if len(found.refuted) == 3:  # what needs a clock that stands still would go on for ever
            break
    return found


def _runs(
    run: Callable[[Decisions], R], bounds: Bounds, chance: random.Random, found: Searched[R]
) -> Iterator[R]:
    yield found.first
    singles = _after(found.first.options, -1)
    # At every place something is tried before anything else is tried at some.
    first = _some([each for each in singles if each[1] == 1], bounds.single, chance)
    rest = [each for each in singles if each[1] > 1]
    chosen = [*first, *_some(rest, bounds.single - len(first), chance)]
    found.single = (0, len(singles))
    longer: list[Deviations] = []
    for each in chosen:
        ran = run(Decisions((each,)))
        found.runs += 1
        found.single = (found.single[0] + 1, len(singles))
        longer += [(each, other) for other in _after(ran.options, each[0])]
        yield ran
    found.double = (0, len(longer))
    for pair in _some(longer, bounds.double, chance):
        ran = run(Decisions(pair))
        found.runs += 1
        found.double = (found.double[0] + 1, len(longer))
        yield ran
    for _ in range(bounds.drawn if longer else 0):
        found.runs += 1
        found.drawn += 1
        yield run(Decisions(chance=random.Random(chance.random())))


def _after(options: Sequence[int], number: int) -> list[tuple[int, int]]:
    """Every way to deviate in one decision after some number."""
    return [
        (later, option)
        for later in range(number + 1, len(options))
        for option in range(1, options[later])
    ]


T = TypeVar("T")


def _some(every: Sequence[T], most: int, chance: random.Random) -> list[T]:
    """All, or as many as are allowed, in their order."""
    if len(every) <= most:
        return list(every)
    return [every[at] for at in sorted(chance.sample(range(len(every)), most))]


def _shrunk(run: Callable[[Decisions], R], failing: R) -> R:
    """Take deviations out, and make those that are left small, as long as it still fails."""
    left = _SHRINKS
    best = failing
    changed = True
    while changed and left > 0:
        changed = False
        for candidate in _smaller(best.deviations):
            if left == 0:
                break
            left -= 1
            ran = run(Decisions(candidate))
            if ran.has_failed and _size(ran.deviations) < _size(best.deviations):
                best, changed = ran, True
                break
    return best


def _smaller(deviations: Deviations) -> Iterator[Deviations]:
    half = len(deviations) // 2
    if half > 1:
        yield deviations[:half]
        yield deviations[half:]
    for at in range(len(deviations)):
        yield (*deviations[:at], *deviations[at + 1 :])
    for at, (number, option) in enumerate(deviations):
        for less in range(1, option):
            yield (*deviations[:at], (number, less), *deviations[at + 1 :])


def _size(deviations: Deviations) -> tuple[int, int]:
    return len(deviations), sum(option for _, option in deviations)
