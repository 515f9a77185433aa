"""What the driving process is asked, and what it answers: values that go through JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import msgspec

from pluribus.contract import Concept
from pluribus.findings.conformance import Outcome, Verdict


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One concept to drive."""

    concept: Concept
    directory: str
    """Of the contract: places in the source are told relative to it."""
    roots: tuple[str, ...]
    """Folders from which the subject is imported, absolute."""
    properties: tuple[str, ...]
    """By name, in the order in which they are judged; none to bind alone."""
    seed: int
    answers: str
    """The folder into which answers are written."""
    sabotage: str = ""
    """What is done to the subject, of `sabotage.SABOTAGES`; nothing by default."""
    failing: tuple[str, ...] | None = None
    """What fails without sabotage: the first other property that fails ends the job. None never
    ends it early."""
    is_watched: bool = False
    """Whether the process looks as if a test runner watched; it answers one observation then."""
    schedule: str = ""
    """Of a property that is judged under many schedules, the one that is to be run again."""
    transport: str = "memory"
    """Over what it is judged, of `transports.TRANSPORTS`."""
    may_fork: bool = True
    """Whether each property may run in a copy of the process that has imported the subject."""


def is_noticed(job: Job, verdict: Verdict) -> bool:
    """Whether the job is over with this verdict, because its sabotage has been noticed."""
    if job.failing is None or verdict.property in job.failing:
        return False
    return verdict.outcome is Outcome.FAIL


class Row(msgspec.Struct, frozen=True, order=True):
    """What one parameter is given."""

    role: str
    """`factory`, or the operation."""
    name: str
    parameter: str
    template: str
    """As TOML writes it; empty where the parameter is left to its default."""
    why: str
    audience: str = ""


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """How far the subject came before any property was judged."""

    rows: tuple[Row, ...] = ()
    sharing: str = ""
    mistake: str = ""
    """What the contract does not say, or says wrongly; empty when it can be driven."""
    hint: str = ""
    crash: str = ""
    """What was raised when the subject was imported; empty when nothing was."""
    trace: str = ""
    is_applicable: bool = True
    """Whether the sabotage can be done to this subject."""
    can_fork: bool = True
    """Whether properties were judged in copies of this process; else each needs its own."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """All that came of a job."""

    start: Start
    verdicts: tuple[Verdict, ...] = ()
    """In the order in which they were asked for."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One manager of the kit, and what is asked of it."""

    specimen: str
    """Its name, of `mutants.SPECIMENS`."""
    properties: tuple[str, ...]
    """By name, in the order in which they are judged."""
    seed: int = 0
    transport: str = "memory"


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one property of one manager."""

    specimen: str
    property: str
    seed: int
    outcome: Outcome
    claim: str
    took_s: float


class Judging(Protocol):
    """Judges managers of the kit: in this process or in others."""

    def __call__(
        self, questions: Sequence[Question], *, done: Callable[[], None]
    ) -> Iterator[tuple[Judged, ...]]:
        """An answer for each question, in their order; `done` is called as each is known."""
