"""Root causes: of all that is guilty, the objects without which nothing guilty would be shared."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pluribus.conformance.graph.classes import derives
from pluribus.conformance.graph.contents import CONTAINERS
from pluribus.conformance.graph.evidence import Evidence
from pluribus.conformance.graph.shapes import Role
from pluribus.conformance.graph.stages import Stage
from pluribus.conformance.graph.walk import Parents

MOST = 100
"""Root causes that are told apart; each costs a look at the graph of both users."""


@dataclass(frozen=True)
class Cause:
    item: int
    stage: Stage
    reached: Mapping[str, Parents]
    """How the users got there when it was found, past the causes that were found before."""
    parts: tuple[int, ...] = ()
    """Causes in it, which it stands for."""

    @property
    def items(self) -> tuple[int, ...]:
        return (self.item, *self.parts)

    def ways(self) -> dict[str, list[int]]:
        """From the object back to the root, of each user that reaches it."""
        return {
            user: way_back(parents, self.item)
            for user, parents in self.reached.items()
            if self.item in parents
        }


class Causes:
    """Takes the guilty object that is nearest to those who share it, blocks the way into it, and
    looks again, until no guilty object is shared: what was shared through it alone is gone then.
    """

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self.blocked: set[int] = set()
        self.found: list[Cause] = []
        for stage, guilty in evidence.guilty():
            self._peel(stage, {each for each in guilty if each not in self.blocked})

    @property
    def is_cut_short(self) -> bool:
        return len(self.found) >= MOST

    def _peel(self, stage: Stage, left: set[int]) -> None:
        reached = stage.past(self.blocked)
        while not self.is_cut_short:
            left = {each for each in left if sum(each in way for way in reached.values()) > 1}
            if not left:
                return
            nearest = _nearest(stage, left, reached)
            cause = Cause(self._outermost(stage, nearest, reached), stage, reached)
            left -= {cause.item, nearest}
            self._add(cause)
            if list(stage.roots.values()).count(cause.item) > 1:
                # One object for several users: all in it is theirs together.
                return
            reached = stage.past(self.blocked)

    def _add(self, cause: Cause) -> None:
        """Two causes of a kind in one object, or in one container, are that object's."""
        above = self._above(cause)
        self.blocked.add(cause.item)
        if above is not None:
            for other in self.found:
                if other.stage is not cause.stage or above != self._above(other):
                    continue
                if self._is_leak(cause) == self._is_leak(other):
                    self.found.remove(other)
                    parts = (*other.items, *cause.items)
                    self._add(Cause(above, cause.stage, other.reached, parts))
                    return
        self.found.append(cause)

    def _above(self, cause: Cause) -> int | None:
        """The one object of data that every user gets to it by."""
        above = {way[1] if len(way) > 1 else None for way in cause.ways().values()}
        parent = above.pop()
        if above or parent is None or parent not in cause.stage.shared:
            return None
        is_data = cause.item in cause.stage.graph.data.get(parent, ())
        is_judged = self._evidence.role(cause.stage, parent) is Role.DATA
        return parent if is_data and is_judged and not self._is_registry(parent) else None

    def _is_leak(self, cause: Cause) -> bool:
        closed = self.blocked.difference(cause.items)
        return bool(self._evidence.nearest_marks(cause.stage, cause.item, closed)[0])

    def _outermost(self, stage: Stage, item: int, reached: Mapping[str, Parents]) -> int:
        """Where nobody wrote, the outermost container above what holds a user's data: many
        entries with marks in them are one cause."""
        if item in self._evidence.written:
            return item
        ways = Cause(item, stage, reached).ways().values()
        outermost = child = item
        for parent in max(ways, key=len)[1:]:
            is_data = child in stage.graph.data.get(parent, ())
            if not is_data or parent not in stage.shared or self._is_registry(parent):
                break
            if derives(type(stage.graph.objects[parent]), *CONTAINERS):
                outermost = parent
            child = parent
        return outermost

    def _is_registry(self, item: int) -> bool:
        return item in self._evidence.registries


def way_back(parents: Parents, item: int) -> list[int]:
    found = [item]
    while (parent := parents[found[-1]]) is not None:
        found.append(parent)
    return found


def _depth(parents: Parents, item: int, known: dict[int, int]) -> int:
    """How many steps away an object is; `known` grows."""
    above: list[int] = []
    at: int | None = item
    while at is not None and at not in known:
        above.append(at)
        at = parents[at]
    depth = -1 if at is None else known[at]
    for each in reversed(above):
        depth += 1
        known[each] = depth
    return depth


def _nearest(stage: Stage, left: Collection[int], reached: Mapping[str, Parents]) -> int:
    """The one that a second user is nearest to. What is one user's own is near to that user
    alone; where the ways of two users meet is nearer to both than what lies behind it."""
    known: list[dict[int, int]] = [{} for _ in reached]

    def distance(item: int) -> tuple[int, int, int]:
        ways = sorted(
            _depth(parents, item, depths)
            for parents, depths in zip(reached.values(), known, strict=True)
            if item in parents
        )
        return ways[1], ways[0], stage.shared.get(item, len(stage.shared))

    return min(left, key=distance)
