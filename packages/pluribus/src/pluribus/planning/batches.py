"""Which files change together, and which before which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter


@dataclass(frozen=True)
class Rank:
    """When a file changes."""

    level: int
    """From 0. A file is on a lower level than what it takes from."""
    circle: frozenset[str]
    """Files that take from each other, this one among them: they change together."""


def ranked(takes_from: Mapping[str, Iterable[str]]) -> dict[str, Rank]:
    """Say for each file that changes when it does: files from which nobody takes anything first.

    Args:
        takes_from: For each file that changes, the files that it takes something from; those that
            do not change are ignored.
    """
    edges = {
        file: {each for each in others if each in takes_from and each != file}
        for file, others in takes_from.items()
    }
    reached = {file: _reached(file, edges) for file in edges}
    circles = {
        file: frozenset({file, *(each for each in reached[file] if file in reached[each])})
        for file in edges
    }
    takers: dict[frozenset[str], set[frozenset[str]]] = {each: set() for each in circles.values()}
    for file, others in edges.items():
        for other in others - circles[file]:
            takers[circles[other]].add(circles[file])
    level: dict[frozenset[str], int] = {}
    for each in TopologicalSorter(takers).static_order():
        level[each] = max((level[taker] + 1 for taker in takers[each]), default=0)
    return {file: Rank(level[circles[file]], circles[file]) for file in sorted(edges)}


def _reached(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [*edges[start]]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += edges[each]
    return found
