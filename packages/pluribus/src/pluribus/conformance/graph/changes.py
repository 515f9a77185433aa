"""What was written between two looks at the same objects and names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import is_
from typing import Any

from pluribus.conformance.graph.classes import is_one
from pluribus.conformance.graph.contents import ABSENT
from pluribus.conformance.graph.names import Binding
from pluribus.conformance.graph.shapes import Role
from pluribus.conformance.graph.walk import Graph, Walker

_JUDGED = (Role.DATA, Role.STATE)
_VALUES = (str, bytes, int, float, complex, bool, type(None))


def altered(before: Graph, after: Graph, items: Iterable[int], walker: Walker) -> frozenset[int]:
    """Of objects in `before`, those that hold other objects now, equal ones too, whether or not
    they are still in `after`."""
    found = []
    contents = after.contents
    for each in items:
        was = before.contents.get(each)
        if was is None:
            continue
        now = contents.get(each)
        if now is was:
            continue
        if now is None:
            now = walker.content(before.objects[each])
        if len(was) != len(now) or not all(map(is_, was, now)):
            found.append(each)
    return frozenset(found)


def written(before: Graph, after: Graph, items: Iterable[int], walker: Walker) -> list[int]:
    """Of those that were altered, the ones that can be judged, and where somebody can tell."""
    found = []
    for each in items:
        item = before.objects[each]
        was = before.contents[each]
        now = after.contents[each] if each in after.contents else walker.content(item)
        shape = walker.shapes.of(type(item))
        is_same = {*map(id, was)} == {*map(id, now)} if shape.is_unordered else _alike(was, now)
        if not is_same and shape.role in _JUDGED:
            found.append(each)
    return found


def _alike(was: list[Any], now: list[Any]) -> bool:
    return len(was) == len(now) and all(map(same, was, now))


def same(before: Any, now: Any) -> bool:
    """Whether nobody could tell: one object, or equal values of one type."""
    if before is now:
        return True
    kind = type(before)
    if kind is not type(now):
        return False
    if is_one(kind, *_VALUES):
        # Not a number is equal to nothing, itself included.
        return bool(before == now) or (before != before and now != now)
    if kind is tuple:
        return _alike(list(before), list(now))
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
    return id(use.user) in graph.edges
