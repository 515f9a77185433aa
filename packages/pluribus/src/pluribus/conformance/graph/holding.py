"""Whether a value holds what is a user's, by what it holds and never by code."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection

from pluribus.conformance.graph.allowed import Allowances
from pluribus.conformance.graph.canaries import Canaries
from pluribus.conformance.graph.paths import Paths
from pluribus.conformance.graph.text import path_text
from pluribus.conformance.graph.walk import Parents, Walker, no_collection


class Holding:
    """Looks for the marks of one user. Runs no line of what it looks into."""

    def __init__(self, marks: Collection[object], project: Callable[[str], bool]) -> None:
        self._canaries = Canaries({"": marks}, {})
        self._walker = Walker(project, Allowances(()))

    def find(self, value: object) -> str | None:
        """The path from a value to the nearest mark, empty for the value itself; None without
        any."""
        if self._canaries.within(value) or self._canaries.owner(value) is not None:
            return ""
        with no_collection():
            graph = self._walker.walk([value])
        parents: Parents = {id(value): None}
        queue = deque([id(value)])
        while queue:
            item = queue.popleft()
            found = self._marked(graph.objects[item], graph.contents.get(item, []))
            if found is not None:
                paths = Paths(self._walker)
                steps = [label for _, label in paths.steps(graph, parents, item)]
                return path_text("", [*steps, found])
            for child in graph.data.get(item, ()):
                if child not in parents:
                    parents[child] = item
                    queue.append(child)
        return None

    def _marked(self, item: object, content: list[object]) -> str | None:
        if self._canaries.owner(item) is not None:
            return ""
        position = self._canaries.among(content).get("")
        if position is None:
            return None
        return self._walker.shapes.of(type(item)).labels(item)[position]
