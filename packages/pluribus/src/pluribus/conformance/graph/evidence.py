"""All that was seen, put together over the stages: who wrote what, and whose data is where."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pluribus.conformance.graph.changes import Rebinding
from pluribus.conformance.graph.shapes import Role
from pluribus.conformance.graph.stages import Marks, Stage, Subjects
from pluribus.conformance.graph.walk import Parents


@dataclass(frozen=True)
class Rebound:
    """One time that a name was bound anew."""

    user: str
    """In whose operations."""
    change: Rebinding
    stage: int
    """The stage after them."""


class Evidence:
    def __init__(
        self,
        subjects: Subjects,
        stages: Sequence[Stage],
        written: Mapping[int, Sequence[str]],
        rebound: Mapping[tuple[int, str], Sequence[Rebound]],
    ) -> None:
        self.subjects = subjects
        self.stages = stages
        self.written = written
        """Shared objects that were written, and by whose operations."""
        self.rebound = rebound
        # What was no registry at one time is none, whatever it was later.
        self.registries = {
            item
            for stage in stages
            for item in stage.cuts
            if not any(each.is_undivided(item) for each in stages)
        }
        self.marks: dict[int, Marks] = {}
        for stage in stages:
            for item, marks in stage.marks.items():
                self.marks[item] = {**marks, **self.marks.get(item, {})}

    def guilty(self) -> Iterator[tuple[Stage, list[int]]]:
        """By the last stage in which each was shared, the last one first: what was written or
        holds a user's data, but for registries."""
        last: dict[int, int] = {}
        for number, stage in enumerate(self.stages):
            last.update(dict.fromkeys(stage.shared, number))
        found = {each for each in (*self.written, *self.marks) if each in last}
        for number, stage in reversed(list(enumerate(self.stages))):
            here = [each for each in found - self.registries if last[each] == number]
            if here:
                yield stage, here

    def nearest_marks(
        self, stage: Stage, start: int, closed: Collection[int]
    ) -> tuple[dict[str, int], Parents]:
        """From an object on, by what objects hold and never by code: the nearest object with a
        mark of each user, and the way to it. Registries and `closed` objects are not entered."""
        parents: Parents = {start: None}
        queue = deque([start])
        found: dict[str, int] = {}
        roots = set(stage.roots.values())
        while queue and len(found) < len(stage.roots):
            item = queue.popleft()
            for user in self.marks.get(item, {}):
                found.setdefault(user, item)
            if item in roots and item in self.marks:
                # All that is a user's own lies behind: it says nothing new.
                continue
            for child in stage.graph.data.get(item, ()):
                if child not in parents and child not in self.registries and child not in closed:
                    parents[child] = item
                    queue.append(child)
        return found, parents

    def role(self, stage: Stage, item: int) -> Role:
        return self.subjects.walker.shapes.of(type(stage.graph.objects[item])).role
