"""What was written between two looks at the same objects and names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pluribus.conformance.graph.contents import ABSENT
from pluribus.conformance.graph.names import Binding
from pluribus.conformance.graph.shapes import Role
from pluribus.conformance.graph.walk import Graph, Walker

_JUDGED = (Role.DATA, Role.STATE, Role.MEMO)
_VALUES = (str, bytes, int, float, complex, bool, type(None))


class Snapshots:
    """The content of objects as it was; what was in it is kept, so that no id is used again."""

    def __init__(self, walker: Walker) -> None:
        self._walker = walker
        self._taken: dict[int, tuple[object, list[object]]] = {}

    def take(self, items: Iterable[object]) -> None:
        """Of objects that can be written at all; of one that was taken before, anew."""
        of = self._walker.shapes.of
        for item in items:
            if of(type(item)).role in _JUDGED:
                self._taken[id(item)] = (item, self._walker.content(item))

    def written(self) -> list[int]:
        """The ids of those that hold something else now."""
        found = []
        for each, (item, before) in self._taken.items():
            now = self._walker.content(item)
            if self._walker.shapes.of(type(item)).is_unordered:
                if {*map(id, before)} != {*map(id, now)}:
                    found.append(each)
            elif not _same_content(before, now):
                found.append(each)
        return found


def _same_content(before: list[Any], now: list[Any]) -> bool:
    return len(before) == len(now) and all(map(same, before, now))


def same(before: Any, now: Any) -> bool:
    """Whether nobody could tell: one object, or equal values of one type."""
    if before is now:
        return True
    kind = type(before)
    if kind is not type(now):
        return False
    if kind in _VALUES:
        # Not a number is equal to nothing, itself included.
        return bool(before == now) or (before != before and now != now)
    if kind is tuple:
        return _same_content(list(before), list(now))
    return False


@dataclass(frozen=True)
class Rebinding:
    """A name and what it was bound to before and after; either may be `ABSENT`."""

    before: object
    after: Binding
    users: tuple[int, ...]
    """The ids of the classes and functions that use it."""


def rebindings(before: Graph, after: Graph) -> list[Rebinding]:
    """Names that both walks came by and that are bound to something else."""
    found = []
    for key, uses in after.bindings.items():
        known, old = _before(before, key, uses[0])
        if known and not same(old, uses[0].value):
            found.append(Rebinding(old, uses[0], tuple(id(each.user) for each in uses)))
    for key, uses in before.bindings.items():
        old = uses[0]
        if key not in after.bindings and old.space is old.user and _is_seen(after, old):
            gone = Binding(old.owner, old.name, old.space, ABSENT, old.user)
            found.append(Rebinding(old.value, gone, (id(gone.user),)))
    return found


def _before(graph: Graph, key: tuple[int, str], use: Binding) -> tuple[bool, object]:
    """Whether that is known, and the value then: `ABSENT` if its class did not have it yet."""
    if key in graph.bindings:
        return True, graph.bindings[key][0].value
    return use.space is use.user and _is_seen(graph, use), ABSENT


def _is_seen(graph: Graph, use: Binding) -> bool:
    return id(use.user) in graph.code
