"""Root causes: of all that is guilty, the objects without which nothing guilty would be shared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from pluribus.conformance.graph.stages import Stage, depths
from pluribus.conformance.graph.walk import Parents, shared_of

MOST = 100
"""Root causes that are told apart; each costs a walk over the graph."""


@dataclass(frozen=True)
class Cause:
    item: int
    reached: Mapping[str, Parents]
    """How the users got there when it was found, past the causes that were found before."""


def peel(
    stage: Stage,
    guilty: Collection[int],
    blocked: set[int],
    climb: Callable[[Stage, int, Mapping[str, Parents]], int],
    most: int,
) -> list[Cause]:
    """Takes the guilty object that is nearest to those who share it, blocks the way into it, and
    looks again, until no guilty object is shared. What was shared through it alone is gone then,
    so that one cause is one finding. `blocked` grows.
    """
    found: list[Cause] = []
    left = {each for each in guilty if each not in blocked}
    reached = stage.past(blocked)
    while len(found) < most:
        shared = shared_of(reached)
        left = {each for each in left if each in shared}
        if not left:
            break
        nearest = _nearest(stage, left, reached)
        cause = climb(stage, nearest, reached)
        found.append(Cause(cause, reached))
        left -= {cause, nearest}
        blocked.add(cause)
        if sum(each == cause for each in stage.roots.values()) > 1:
            # One object for several users: all of it is theirs together.
            break
        reached = stage.past(blocked)
    return found


def _nearest(stage: Stage, left: Collection[int], reached: Mapping[str, Parents]) -> int:
    """The one that a second user is nearest to. What is one user's own is near to that user
    alone; where the ways of two users meet is nearer to both than what lies behind it."""
    steps = [depths(parents) for parents in reached.values()]

    def distance(item: int) -> tuple[int, int, int]:
        ways = sorted(each[item] for each in steps if item in each)
        return ways[1], ways[0], stage.shared.get(item, len(stage.shared))

    return min(left, key=distance)
