"""Paths from a root to an object, as text; labels are looked up only for what is reported."""

from __future__ import annotations

from collections.abc import Sequence

from pluribus.conformance.graph.classes import path_of
from pluribus.conformance.graph.contents import ABSENT
from pluribus.conformance.graph.places import Place, Places
from pluribus.conformance.graph.text import path_text
from pluribus.conformance.graph.walk import Graph, Parents, Walker

Steps = list[tuple[object, str]]
"""Each an object and the label of what it leads to."""


class Paths:
    def __init__(self, walker: Walker) -> None:
        self._walker = walker
        self._places = Places(walker.shapes.is_project_module)

    def steps(self, graph: Graph, parents: Parents, item: int) -> Steps:
        found: Steps = []
        child = item
        while (parent := parents[child]) is not None:
            holder = graph.objects[parent]
            found.append((holder, self._walker.label(holder, graph.objects[child])))
            child = parent
        return found[::-1]

    def both(self, users: Sequence[str], paths: Sequence[Steps]) -> tuple[str, str]:
        first, second = (
            path_text(user, [label for _, label in steps])
            for user, steps in zip(users, paths, strict=True)
        )
        return first, second

    def pair(self, reaching: Sequence[str], preferred: Sequence[str]) -> tuple[str, str]:
        """Two of the users who reach it: those who wrote it or whose data it holds, if any."""
        chosen = [user for user in dict.fromkeys([*preferred, *reaching]) if user in reaching]
        first, second = sorted(chosen[:2], key=reaching.index)
        return first, second

    def inside(self, steps: Sequence[tuple[object, str]]) -> str:
        return path_text("", [label for _, label in steps])

    def defined(self, paths: Sequence[Steps]) -> Place | None:
        """By the first path that says so."""
        found = (self._places.of(steps) for steps in paths)
        return next((each for each in found if each is not None), None)

    def type_of(self, value: object) -> str:
        return "nothing" if value is ABSENT else path_of(type(value))

    def is_nothing(self, value: object) -> bool:
        return value is ABSENT or value is None
