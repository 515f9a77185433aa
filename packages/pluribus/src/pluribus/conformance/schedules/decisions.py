"""The decisions of one run: where something could have gone otherwise, and how it went."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

import msgspec

_PART = re.compile(r"(\d+)=(\d+)")
Deviations = tuple[tuple[int, int], ...]
"""Number of a decision and the option that was taken, where that is not the first one."""


class Deviation(msgspec.Struct, frozen=True):
    """A decision that did not take its first option."""

    number: int
    option: int
    label: str
    """What it did, in words."""


class Decisions:
    """Answers what is asked in the order in which it is asked.

    Every decision takes its first option, which changes nothing, but for the deviations; with a
    `chance`, a third of the rest take any option.
    """

    def __init__(
        self, deviations: Deviations = (), *, chance: random.Random | None = None
    ) -> None:
        self._given: Mapping[int, int] = dict(deviations)
        self._chance = chance
        self.options: list[int] = []
        """How many each decision had, in their order."""
        self.taken: list[Deviation] = []

    def choose(self, options: int, label: Callable[[int], str]) -> int:
        """Decide; `label` says in words what an option does."""
        number = len(self.options)
        self.options.append(options)
        option = self._given.get(number, 0)
        if self._chance is not None and options > 1 and self._chance.random() < 1 / 3:
            option = self._chance.randrange(options)
        if not 0 < option < options:
            return 0
        self.taken.append(Deviation(number, option, label(option)))
        return option


class Schedule(msgspec.Struct, frozen=True):
    """One run that can be repeated: what is driven, and what deviates."""

    delivery: str = ""
    """The role of the delivery that is judged; empty where none is."""
    scenario: str = ""
    """Which of the property's scenarios; empty where there is one alone."""
    deviations: Deviations = ()

    def __str__(self) -> str:
        """As it stands in the token by which a failure is replayed."""
        decided = ",".join(f"{number}={option}" for number, option in self.deviations)
        return ":".join(each or "-" for each in (self.delivery, self.scenario, decided))


def schedule_of(text: str) -> Schedule:
    """Read what `str` of a schedule wrote.

    Raises:
        ValueError: it is no such text.
    """
    delivery, scenario, decided = ("" if each == "-" else each for each in text.split(":"))
    parts = [_PART.fullmatch(each) for each in decided.split(",")] if decided else []
    found = tuple((int(each[1]), int(each[2])) for each in parts if each is not None)
    if len(found) != len(parts) or any(option == 0 for _, option in found):
        raise ValueError(decided)
    return Schedule(delivery, scenario, found)
