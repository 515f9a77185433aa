"""Burn-downs made up to show each way in which one can look."""

from __future__ import annotations

from pluribus.findings import NotRun, Severity, Tally
from pluribus.findings.history import Burndown, Commit, Count, Move, Point, Step

DAY_S = 86_400
START_S = 1_767_225_600


def commit(day: int, subject: str, author: str = "Ada") -> Commit:
    """A commit of a day of 2026, counted from 0."""
    return Commit(
        id=f"{day:02}" * 20,
        tree=f"{day:02}" * 20,
        time_s=START_S + day * DAY_S,
        author=author,
        subject=subject,
    )


def tally(concept: str, phase: str, rule: str, production: int, tests: int = 0) -> Tally:
    return Tally(concept, phase, rule, Severity.WARNING, production, tests, production + tests)


COMMITS = [
    commit(0, "begin"),
    commit(3, "grow <b>&amp;</b>", "Grace\x1b[31m"),
    commit(4, "move the owner\u202e"),
    commit(9, "consolidate"),
    commit(12, "cannot be read"),
    commit(20, "done"),
]
OWNERLESS = (NotRun("rival", "chat", "`shop.chat:Chat` is not defined at this revision"),)
COUNTS = [
    Count(tallies=(tally("chat", "imports", "legacy-import", 3, 2),), files=12, not_run=OWNERLESS),
    Count(tallies=(tally("chat", "imports", "legacy-import", 1_250),), files=2_000, not_read=3),
    Count(
        tallies=(
            tally("cart", "imports", "dual-import", 1),
            tally("chat", "imports", "legacy-import", 900, 30),
            tally("chat", "implementations", "rival", 4),
        ),
        suppressed=2,
        files=2_010,
    ),
    Count(tallies=(tally("chat", "imports", "legacy-import", 12),), files=1_900),
    Count(problem="the contract does not fit: \x1b[2J"),
    Count(tallies=(), files=1_890),
]
MANY = Burndown(
    tool_version="0.0.0",
    revision="main",
    every="day",
    phases=("imports", "implementations"),
    targets={"imports": 10, "implementations": 0},
    phase_of={"legacy-import": "imports", "dual-import": "imports", "rival": "implementations"},
    concepts=("chat", "cart"),
    is_shallow=True,
    points=tuple(
        Point(commit=each, commits=number + 1, count=count)
        for number, (each, count) in enumerate(zip(COMMITS, COUNTS, strict=True))
    ),
    steps=(
        Step(
            since=COMMITS[0],
            until=COMMITS[1],
            commits=1,
            moves=(
                Move(concept="chat", phase="imports", rule="legacy-import", before=5, after=1_250),
            ),
        ),
        Step(
            since=COMMITS[3],
            until=COMMITS[5],
            commits=11,
            moves=(
                Move(concept="chat", phase="imports", rule="legacy-import", before=12, after=0),
            ),
        ),
    ),
)
ONE = Burndown(
    tool_version="0.0.0",
    revision="HEAD",
    every="commit",
    phases=("imports",),
    targets={"imports": 0},
    phase_of={"legacy-import": "imports"},
    concepts=("chat",),
    is_shallow=False,
    points=(Point(commit=COMMITS[0], commits=1, count=Count(files=1)),),
    steps=(),
)
SAMPLES = {"burndown-many": MANY, "burndown-one": ONE}
