"""C8: what one user sees is the same whether or not another is there."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic

from pluribus.conformance.interference import (
    ALL,
    STEPS,
    Runs,
    Seen,
    Step,
    alone,
    difference,
    played,
)
from pluribus.conformance.properties.base import IN_MEMORY, Property
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Stage

_FEW = 2
"""Runs that are generated where one that has everything in it differs in nothing."""
_EXAMPLES = 40
"""Where it does: as many as may be needed to come by a short one."""
_LONGEST = 6
_SHRINKS = 60
"""Runs that are spent on making a counterexample smaller."""
_PATIENCE_S = 15.0
"""Longer than that, and twice what a call may take, none is sought."""
_AGAIN = 3
"""How often a counterexample must be seen again."""


async def noninterference(stage: Stage) -> None:
    """What one user is told, is answered and is refused is the same whether or not another user
    joins, sends and leaves meanwhile.

    A run with all of that in it and some that are generated are played from the same fresh state
    each: with both users, and without the other one. Ids, times and counts are left out of
    the comparison, and so is what differs between runs of the one alone, and which events share a
    frame. A run that differs is made as small as it gets, and counts only if it differs each time
    that it is repeated.
    """
    try:
        from hypothesis import strategies

        from pluribus.conformance.searching import smallest
    except ImportError as error:
        raise Unexercised(
            f"it needs Hypothesis, which is not there: {error}",
            "install it: `pip install 'hypothesis>=6.100,<7'`",
        ) from error
    if not stage.adapter.can_copy:
        raise Unexercised(
            "each run must begin as the import left it, and this process cannot be copied: it has"
            " threads of its own, or no fork",
            "if the import has to start threads, allow it with that reason",
        )
    search = _Search(stage)
    steps = strategies.lists(strategies.sampled_from(STEPS), min_size=1, max_size=_LONGEST)
    examples = _EXAMPLES if await search.differs(ALL) else _FEW
    if search.cut:
        # Played here it is told what does not return, and where; others would take as long.
        await _refuse(stage, search, ALL)
        raise Unexercised(f"a run with both users {search.cut}, and not each time")
    shortest = await smallest(
        steps, search.differs, examples=examples, seed=stage.base, is_awaiting=True
    )
    for found in (shortest, search.first):
        if found is not None and search.is_confirmed(found):
            await _refuse(stage, search, found)
    if search.first is not None:
        raise Unexercised(
            "one user saw something else beside another, and not each time",
            "what is random must keep its form; then it can be told from what is shared",
        )
    stage.witness("one user saw the same alone and beside another, who joined, sent and left")


class _Search:
    def __init__(self, stage: Stage) -> None:
        self._runs = Runs(stage)
        self._known: dict[tuple[Step, ...], list[Seen]] = {}
        self._left = _SHRINKS
        self.first: Sequence[Step] | None = None
        """The first run that was seen to differ."""
        self.cut = ""
        """How a run ended that did not come to its end."""
        since = monotonic()
        self._alone([])
        took_s = monotonic() - since
        self._until = monotonic() + _PATIENCE_S + 2 * stage.conform.timeout_s
        # To make it small it is enough to be hasty: what is found is seen again, with all the
        # time that is given.
        self._hasty_s = min(stage.conform.arrival_s, max(0.1, 20 * took_s))

    async def differs(self, steps: Sequence[Step]) -> bool:
        """Whether bob sees something else with alice than without."""
        if self.first is not None:
            self._left -= 1
            may_go_on = self._left >= 0 and monotonic() < self._until
            return may_go_on and self._is_other(steps, arrival_s=self._hasty_s)
        is_other = self._is_other(steps)
        if is_other:
            self.first = steps
        return is_other

    def is_confirmed(self, steps: Sequence[Step]) -> bool:
        """Whether it is so each time, with all the time that is given."""
        return all(self._is_other(steps) for _ in range(_AGAIN))

    def told(self, steps: Sequence[Step], seen: Seen) -> tuple[str, str] | None:
        """Where what was seen differs from what is seen alone."""
        return difference(self._alone(alone(steps)), seen)

    def _is_other(self, steps: Sequence[Step], *, arrival_s: float | None = None) -> bool:
        together = self._runs.seen(steps, arrival_s=arrival_s)
        self.cut = self.cut or together.cut
        if steps is ALL and not together.in_company and not together.cut:
            raise Unexercised("the other user could not join", "A7 says more about it")
        if self.told(steps, together) is None:
            return False
        # What is drawn, and a clock that goes on, shows in another run alone.
        self._alone(alone(steps)).append(self._runs.seen(alone(steps)))
        return self.told(steps, together) is not None

    def _alone(self, steps: Sequence[Step]) -> list[Seen]:
        """Bob without alice: once, and once more for each time that it made a difference."""
        key = tuple(steps)
        if key not in self._known:
            self._known[key] = [self._runs.seen(steps)]
            if not self._known[key][0].arrived:
                raise Unexercised("nothing arrives even alone", "D1 says more about it")
        return self._known[key]


async def _refuse(stage: Stage, search: _Search, steps: Sequence[Step]) -> None:
    """Play it once more, here, for a history that holds nothing else."""
    found = search.told(steps, await played(stage, steps))
    if found is None:
        return
    mine, other = found
    raise Failed(
        "what one user sees depends on what another does",
        _kind(mine, other),
        hint="look for what both use up: a limit, a lock, a queue, a table of everybody",
        evidence=[
            ("steps", "bob joins, " + ", ".join(" ".join(each) for each in steps)),
            ("bob alone", mine),
            ("bob beside alice", other),
        ],
    )


def _kind(mine: str, other: str) -> str:
    """What differs, in a word that is the same in every run."""
    if "raised" in other:
        return "error"
    return "result" if mine.startswith("`") else "frames"


INTERFERENCE = (
    Property(
        "C8",
        "no user notices another",
        ("delivery", "add"),
        noninterference,
        transports=IN_MEMORY,
        takes_long=True,
    ),
)
