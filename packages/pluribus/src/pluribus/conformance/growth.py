"""Which containers behind some objects hold more than before."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pluribus.conformance.graph.allowed import Allowances
from pluribus.conformance.graph.walk import Graph, Walker, no_collection

_Sizes = dict[int, tuple[object, int]]


@dataclass(frozen=True)
class Container:
    """One that grew."""

    path: str
    grew_by: int


class Growth:
    """Compares what is reached from `roots` through data and through the code that is named.

    Keeps what it has seen alive until it is dropped, so that an id stays the name of one object.
    """

    def __init__(self, roots: Sequence[object], is_own: Callable[[str], bool]) -> None:
        self._roots = list(roots)
        self._walker = Walker(is_own, Allowances(()))
        self._sizes: _Sizes = {}

    def look(self) -> list[Container]:
        """What has grown since the last look; nothing at the first."""
        graph, sizes = self._walked()
        if self._grown(sizes):
            # What is only not yet collected is not kept.
            gc.collect()
            graph, sizes = self._walked()
        grown = self._grown(sizes)
        self._sizes = sizes
        return [
            Container(self._path(graph, number), grew_by)
            for number, grew_by in sorted(grown.items(), key=lambda each: -each[1])
        ]

    def _walked(self) -> tuple[Graph, _Sizes]:
        with no_collection():
            graph = self._walker.walk(self._roots)
        return graph, {
            number: (item, len(item))
            for number, item in graph.objects.items()
            if isinstance(item, dict | list | set | deque)
        }

    def _grown(self, sizes: _Sizes) -> dict[int, int]:
        return {
            number: size - self._sizes[number][1]
            for number, (_, size) in sizes.items()
            if number in self._sizes and size > self._sizes[number][1]
        }

    def _path(self, graph: Graph, number: int) -> str:
        for root in self._roots:
            parents = graph.reach("", id(root), {}, frozenset())
            if number not in parents:
                continue
            steps: list[str] = []
            current = number
            while (parent := parents[current]) is not None:
                step = self._walker.label(graph.objects[parent], graph.objects[current])
                steps.append(step)
                current = parent
            return "".join(reversed(steps))
        return ""
