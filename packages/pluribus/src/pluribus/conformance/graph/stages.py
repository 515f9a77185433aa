"""What was shared at one moment: before any operation, and after those of each user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pluribus.conformance.graph.canaries import Canaries
from pluribus.conformance.graph.partitions import Keys, cuts_of
from pluribus.conformance.graph.walk import Cuts, Graph, Parents, Walker

Marks = Mapping[str, str]
"""Each user with a mark in an object itself, and the step to it."""


@dataclass(frozen=True)
class Stage:
    graph: Graph
    roots: Mapping[str, int]
    cuts: Cuts
    """The partitioned registries, and what each user may not enter of them."""
    reached: Mapping[str, Parents]
    shared: Mapping[int, int]
    """Ids that two users reach, with their rank: nearest to the first user first."""
    undivided: frozenset[int]
    """What is shared and has entries, and is no partitioned registry."""
    marks: Mapping[int, Marks]
    """The shared objects that hold a user's data themselves."""


@dataclass(frozen=True)
class Subjects:
    """What does not change between the stages."""

    roots: Mapping[str, object]
    walker: Walker
    keys: Keys
    canaries: Canaries

    def look(self) -> Stage:
        walker = self.walker
        graph = walker.walk(list(self.roots.values()))
        roots = {user: id(each) for user, each in self.roots.items()}
        whole = {user: graph.reach(user, each, {}, frozenset()) for user, each in roots.items()}
        cuts, reached = cuts_of(
            graph, walker, self.keys, self.canaries, roots, list(shared_of(whole))
        )
        shared = shared_of(reached)
        undivided = frozenset(each for each in shared if each not in cuts and graph.data.get(each))
        return Stage(
            graph=graph,
            roots=roots,
            cuts={each: cut for each, cut in cuts.items() if each in shared},
            reached=reached,
            shared=shared,
            undivided=undivided,
            marks=self._marks(graph, shared),
        )

    def _marks(self, graph: Graph, shared: Mapping[int, int]) -> dict[int, Marks]:
        found: dict[int, Marks] = {}
        for each in shared:
            item = graph.objects[each]
            owner = self.canaries.owner(item)
            if owner is not None:
                found[each] = {owner: ""}
                continue
            # What classes and globals are bound to is judged by the name.
            among = self.canaries.among(self.walker.content(item)) if each in graph.data else {}
            if among:
                labels = self.walker.shapes.of(type(item)).labels(item)
                found[each] = {user: labels[position] for user, position in among.items()}
        return found


def shared_of(reached: Mapping[str, Parents]) -> dict[int, int]:
    """What at least two users reach, each with its rank."""
    times: dict[int, int] = {}
    for parents in reached.values():
        for each in parents:
            times[each] = times.get(each, 0) + 1
    shared = [each for each, count in times.items() if count > 1]
    return {each: rank for rank, each in enumerate(shared)}


def depths(parents: Parents) -> dict[int, int]:
    """How many steps away each object is."""
    found: dict[int, int] = {}
    for each, parent in parents.items():
        found[each] = 0 if parent is None else found[parent] + 1
    return found
