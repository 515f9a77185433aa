"""What was shared at one moment: before any operation, and after those of each user."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pluribus.conformance.graph.canaries import Canaries
from pluribus.conformance.graph.changes import altered
from pluribus.conformance.graph.keys import Keys, Partition
from pluribus.conformance.graph.partitions import cuts_of
from pluribus.conformance.graph.walk import Cuts, Graph, Parents, Walker, shared_of


@dataclass(frozen=True)
class Mark:
    """What is a user's in an object, or the object itself."""

    label: str
    """The step to it."""
    is_object: bool
    """Whether it is the user's by identity."""


Marks = Mapping[str, Mark]
"""Each user with a mark in an object itself."""


@dataclass(frozen=True)
class Stage:
    graph: Graph
    roots: Mapping[str, int]
    tables: Mapping[int, Partition]
    """Shared tables that are divided by user, as far as their keys say."""
    cuts: Cuts
    """The partitioned registries, and what each user may not enter of them."""
    reached: Mapping[str, Parents]
    shared: Mapping[int, int]
    """Ids that two users reach, with their rank: nearest to the first user first."""
    altered: frozenset[int]
    """What was shared at the stage before and holds other objects now."""
    marks: Mapping[int, Marks]
    """The shared objects that hold a user's data themselves."""

    def is_undivided(self, item: int) -> bool:
        """Whether it is shared, and neither a registry nor an empty table that may become one."""
        if item not in self.shared or item in self.cuts:
            return False
        return item not in self.tables or not self.tables[item].is_empty

    def past(self, blocked: Collection[int]) -> Mapping[str, Parents]:
        """What the users reach where some objects may not be entered."""
        closed = frozenset(blocked)
        if not closed:
            return self.reached
        return {
            user: self.graph.reach(user, root, self.cuts, closed)
            for user, root in self.roots.items()
        }


@dataclass(frozen=True)
class Subjects:
    """What does not change between the stages."""

    roots: Mapping[str, object]
    walker: Walker
    keys: Keys
    canaries: Canaries

    def look(self, before: Stage | None) -> Stage:
        """The stage after another, or the first."""
        earlier = None if before is None else before.graph
        graph = self.walker.walk(list(self.roots.values()), earlier)
        roots = {user: id(each) for user, each in self.roots.items()}
        whole = {user: graph.reach(user, each, {}, frozenset()) for user, each in roots.items()}
        meeting = shared_of(whole)
        altered_here: frozenset[int] = frozenset()
        if before is not None:
            altered_here = altered(before.graph, graph, before.shared, self.walker)
        tables: dict[int, Partition] = {}
        for each in meeting:
            if before is not None and each in before.shared and each not in altered_here:
                table = before.tables.get(each)
            else:
                table = self.keys.partition(graph.objects[each]) if each in graph.data else None
            if table is not None:
                tables[each] = table
        cuts, reached = cuts_of(graph, tables, self.canaries, roots, whole)
        shared = shared_of(reached) if reached is not whole else meeting
        return Stage(
            graph=graph,
            roots=roots,
            tables=tables,
            cuts={each: cut for each, cut in cuts.items() if each in shared},
            reached=reached,
            shared=shared,
            altered=altered_here,
            marks=self._marks(graph, shared, before, altered_here),
        )

    def _marks(
        self,
        graph: Graph,
        shared: Mapping[int, int],
        before: Stage | None,
        altered_here: frozenset[int],
    ) -> dict[int, Marks]:
        found: dict[int, Marks] = {}
        for each in shared:
            if before is not None and each in before.shared and each not in altered_here:
                if each in before.marks:
                    found[each] = before.marks[each]
                continue
            item = graph.objects[each]
            owner = self.canaries.owner(item)
            if owner is not None:
                found[each] = {owner: Mark("", is_object=True)}
                continue
            content = graph.contents.get(each)
            among = self.canaries.among(content) if content else {}
            if among:
                assert content is not None
                labels = self.walker.shapes.of(type(item)).labels(item)
                found[each] = {
                    user: Mark(labels[at], is_object=self.canaries.is_object(content[at]))
                    for user, at in among.items()
                }
        return found
