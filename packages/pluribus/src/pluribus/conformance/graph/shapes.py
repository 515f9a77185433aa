"""What an object of each type holds: one shape a type, made when the type is first met.

A shape gives the content (the fast way, for walking, comparing and searching) and the labels of
that content, in the same order (for paths, which are few).
"""

from __future__ import annotations

import functools
import struct
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pluribus.conformance.graph.atoms import LEAVES, is_atom, is_fixed, is_infrastructure
from pluribus.conformance.graph.callables import CALLABLES
from pluribus.conformance.graph.classes import (
    attributes,
    base,
    derives,
    is_enum,
    is_one,
    module_of,
    mro,
    size,
)
from pluribus.conformance.graph.contents import (
    CONTAINERS,
    Part,
    attribute_part,
    leaf_part,
    referent_part,
    slot_part,
)
from pluribus.conformance.graph.memos import MEMO, memo_part


class Role(Enum):
    """What an object of a shape means to the judge."""

    ATOM = "nothing inside"
    INFRA = "shared by design, not looked into"
    PLAIN = "passed through"
    STATE = "judged when it is written"
    DATA = "judged, and latent when it is not written"
    CLASS = "judged by its bindings"


@dataclass(frozen=True, slots=True)
class Shape:
    role: Role
    content: Callable[[Any], list[Any]]
    labels: Callable[[Any], list[str]]
    is_unordered: bool = False
    """The order of the content means nothing: sets, and tables that sort by use."""
    is_opaque: bool = False
    """Has no referents, and nobody knows what it holds."""
    classes: tuple[type, ...] = ()
    """The classes of the project along the MRO."""


class Shapes:
    """The shapes of one examination; keeps every type that it has met."""

    def __init__(self, is_project: Callable[[str], bool]) -> None:
        self.is_project_module = is_project
        self._shapes: dict[int, Shape] = {}
        self._kept: list[type] = []
        self.atoms: set[int] = set()
        """Ids of the types that are known to be atoms."""

    def of(self, kind: type) -> Shape:
        shape = self._shapes.get(id(kind))
        if shape is None:
            shape = self._made(kind)
            self._kept.append(kind)
            self._shapes[id(kind)] = shape
            if shape.role is Role.ATOM:
                self.atoms.add(id(kind))
        return shape

    def is_project(self, kind: type) -> bool:
        return self.is_project_module(module_of(kind))

    def _made(self, kind: type) -> Shape:
        bases = mro(kind)
        if is_atom(kind):
            return Shape(Role.ATOM, _nothing, _nothing)
        if derives(kind, type):
            return Shape(Role.CLASS, _nothing, _nothing)
        if is_infrastructure(kind, is_project=self.is_project(kind)):
            return Shape(Role.INFRA, _nothing, _nothing)
        classes = tuple(each for each in bases if self.is_project(each) and not is_enum(each))
        parts, role = _parts(kind)
        content, labels = _joined(parts)
        return Shape(
            role,
            content,
            labels,
            is_unordered=derives(kind, set, frozenset),
            is_opaque=[each.content for each in parts] == [referent_part([]).content],
            classes=classes,
        )


def _nothing(_: object) -> list[Any]:
    return []


def _parts(kind: type) -> tuple[list[Part], Role]:
    for each, part, is_state in CALLABLES:
        if derives(kind, each):
            return [part], Role.STATE if is_state else Role.PLAIN
    if derives(kind, MEMO):
        return [memo_part], Role.PLAIN
    for leaf, method in LEAVES.items():
        if derives(kind, leaf):
            return [leaf_part(leaf, method), *_own(kind)], Role.DATA
    parts = [part for each, part in CONTAINERS.items() if derives(kind, each)]
    parts += _own(kind)
    if not parts or _hides(kind):
        parts.append(referent_part(list(parts)))
    if is_fixed(kind) or derives(kind, *_WRAPPERS):
        return parts, Role.PLAIN
    is_data = len(parts) > 1 or derives(kind, *CONTAINERS) or bool(_own(kind))
    return parts, _role_of_foreign(kind) if not is_data else Role.DATA


# What is set in them is set once; an error is given its context each time that it is raised.
_WRAPPERS = (property, staticmethod, classmethod, functools.partial, BaseException)


def _role_of_foreign(kind: type) -> Role:
    return Role.PLAIN if module_of(kind) == "builtins" else Role.STATE


def _own(kind: type) -> list[Part]:
    own = [attribute_part(kind), slot_part(kind)]
    return [each for each in own if each is not None]


def _hides(kind: type) -> bool:
    """Whether some class of it keeps fields that no descriptor shows: one written in C.

    A class written in Python is larger than its base by its slots, and one pointer each for
    `__dict__` and `__weakref__` at the most.
    """
    return any(_has_fields_of_its_own(each) for each in mro(kind) if not is_one(each, *_KNOWN))


_POINTER = struct.calcsize("P")
_KNOWN = (object, dict, list, tuple, set, frozenset, deque, *CONTAINERS)


def _has_fields_of_its_own(kind: type) -> bool:
    under = base(kind)
    if under is None:
        return False
    own = attributes(kind)
    fields = sum(type(each).__name__ == "member_descriptor" for each in own.values())
    fields += ("__dict__" in own) + ("__weakref__" in own)
    return size(kind) - size(under) > fields * _POINTER


def _joined(parts: list[Part]) -> tuple[Callable[[Any], list[Any]], Callable[[Any], list[str]]]:
    if len(parts) == 1:
        return parts[0].content, parts[0].labels

    def content(item: Any) -> list[Any]:
        return [each for part in parts for each in part.content(item)]

    def labels(item: Any) -> list[str]:
        return [each for part in parts for each in part.labels(item)]

    return content, labels


def each_child(shape: Shape, item: object) -> Iterator[tuple[str, object]]:
    """The content with its labels."""
    return zip(shape.labels(item), shape.content(item), strict=False)
