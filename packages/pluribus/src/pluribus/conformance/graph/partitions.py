"""Registries among what is shared: each user enters its own entries alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from pluribus.conformance.graph.canaries import Canaries
from pluribus.conformance.graph.keys import Partition
from pluribus.conformance.graph.walk import Cuts, Graph, Parents


def cuts_of(
    graph: Graph,
    tables: Mapping[int, Partition],
    canaries: Canaries,
    roots: Mapping[str, int],
    whole: Mapping[str, Parents],
) -> tuple[Cuts, Mapping[str, Parents]]:
    """The registries among the tables, and what each user reaches within them.

    A registry is none if an entry of one user holds a mark of another and only the first reaches
    that place: what both reach is judged for itself. Neither is it one if the same entry with a
    mark in it is under keys of two users.
    """
    partitions = {each: found for each, found in tables.items() if not found.is_empty}
    while True:
        cuts: Cuts = {each: found.hidden() for each, found in partitions.items()}
        reached = whole
        if cuts:
            reached = {
                user: graph.reach(user, root, cuts, frozenset()) for user, root in roots.items()
            }
        mixed = [
            each
            for each, found in partitions.items()
            if _is_mixed(graph, canaries, found, cuts, reached)
        ]
        if not mixed:
            return cuts, reached
        for each in mixed:
            del partitions[each]


def _is_mixed(
    graph: Graph,
    canaries: Canaries,
    partition: Partition,
    cuts: Cuts,
    reached: Mapping[str, Parents],
) -> bool:
    for user, entries in partition.entries.items():
        if user not in reached:
            continue
        others = [found for name, found in reached.items() if name != user]
        twice = [found & entries for name, found in partition.entries.items() if name != user]
        queue = deque(each for each in entries if each in graph.objects)
        seen = set(queue)
        while queue:
            item = queue.popleft()
            if any(item in each for each in others):
                if any(item in each for each in twice) and _is_marked(graph, canaries, item):
                    return True
                continue
            if set(canaries.among(graph.contents.get(item, []))) - {user}:
                return True
            hidden = cuts[item].get(user, frozenset()) if item in cuts else frozenset()
            for child in graph.data.get(item, ()):
                if child not in seen and child not in hidden:
                    seen.add(child)
                    queue.append(child)
    return False


def _is_marked(graph: Graph, canaries: Canaries, item: int) -> bool:
    is_own = canaries.owner(graph.objects[item]) is not None
    return is_own or bool(canaries.among(graph.contents.get(item, [])))
