"""What `pluribus plan` says: the phases with their counts, and the steps in their order."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

PLAN_SCHEMA_VERSION: Final = 1
"""Of the JSON; it grows when a reader of the last one would break."""

StepKind = Literal["offer", "merge", "import", "string", "remove", "mend"]
"""`offer`: the owner gets what importers will take. `merge`: it gets what a rival does better.
`import`: files import something else. `string`: strings name something else. `remove`: a way or a
rival goes. `mend`: findings are mended where they stand."""

PhaseState = Literal["done", "open", "waiting"]
"""`done`: at its target. `open`: can be worked on. `waiting`: a phase before it has a gate, and is
not done."""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """Findings by who can bring them down; a count each."""

    safe: int = 0
    """By `pluribus fix`, which proves each edit."""
    unsafe: int = 0
    """By `pluribus fix --unsafe-fixes`, which a person reads."""
    person: int = 0
    """By a person alone."""

    @property
    def total(self) -> int:
        return self.safe + self.unsafe + self.person


class PlannedMove(msgspec.Struct, frozen=True, order=True):
    """What an import takes now, and what it is to take; each `package.module:Name` or a module."""

    taken: str
    to: str
    """Empty when it has no home yet."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is done, reviewed and merged as one."""

    number: int
    """From 1. In this order no step breaks an import."""
    phase: str
    concept: str
    kind: StepKind
    what: str
    """What to do; one sentence without a full stop."""
    files: tuple[str, ...]
    """Files that are touched, sorted; paths as in findings."""
    moves: tuple[PlannedMove, ...] = ()
    removes: tuple[str, ...] = ()
    """What goes: modules, and `package.module:Name`."""
    rules: dict[str, int] = {}
    """How many findings of each rule it brings down."""
    work: Work = Work()
    after: tuple[int, ...] = ()
    """Numbers of the steps that must be done before."""
    owners: tuple[str, ...] = ()
    """Whom CODEOWNERS names for its files, sorted."""
    notes: tuple[str, ...] = ()
    """What a person must look at."""


class PlannedPhase(msgspec.Struct, frozen=True, kw_only=True):
    """A phase of the contract; the findings of no phase come last, under an empty name."""

    name: str
    rules: tuple[str, ...]
    """Those whose findings it counts, in the order of reports."""
    start: int
    now: int
    """Findings, the accepted ones too."""
    now_in_tests: int
    target: int
    is_gate: bool
    """Whether the next phase waits for it."""
    state: PhaseState
    gate: str
    """The command that is green when the phase is at its target; empty where there is none."""
    work: Work


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """Where the start counts come from."""

    source: Literal["baseline", "now"]
    path: str = ""
    """Of the baseline."""
    ref: str = ""
    """The revision at which it was read, where HEAD left that; empty for the work tree."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The way from many to one."""

    tool_version: str
    concepts: tuple[str, ...]
    phases: tuple[PlannedPhase, ...]
    steps: tuple[Step, ...]
    start: Start
    codeowners: str
    """The file that says who owns what, as seen from its repository; empty when there is none."""
    left: tuple[str, ...]
    """What is not planned, and why."""
    incomplete: str
    """What the check behind it could not look at; empty when it is complete."""
