"""The line by which a failure is seen again: it holds all that is needed, and no file is kept."""

from __future__ import annotations

from dataclasses import dataclass

from pluribus.conformance.schedules.decisions import schedule_of
from pluribus.errors import UsageError


@dataclass(frozen=True)
class Replay:
    """One run of one property."""

    property: str
    concept: str
    seed: int
    schedule: str = ""
    """What is decided in it, as `str` of a schedule writes it; empty where nothing is."""

    def __str__(self) -> str:
        """As `--replay` takes it."""
        parts = (self.property, self.concept, str(self.seed), self.schedule)
        return ":".join(each for each in parts if each)


def replay_of(text: str) -> Replay:
    """Read what a report has printed.

    Raises:
        UsageError: it is no such text.
    """
    name, _, rest = text.partition(":")
    concept, _, rest = rest.partition(":")
    seed, _, schedule = rest.partition(":")
    if not (name and concept and seed.isascii() and seed.isdigit()):
        raise _unreadable(text)
    if schedule:
        try:
            schedule_of(schedule)
        except ValueError as error:
            raise _unreadable(text) from error
    return Replay(name, concept, int(seed), schedule)


def _unreadable(text: str) -> UsageError:
    return UsageError(
        f"`{text}` cannot be replayed",
        hint="give what a report prints after `--replay`, such as D1:chat:0",
    )
