"""One walk over everything that the users reach: each object is looked into once."""

from __future__ import annotations

import gc
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import is_
from typing import Any, TypeVar

from pluribus.conformance.graph.allowed import Allowances
from pluribus.conformance.graph.classes import (
    attributes,
    is_class,
    is_enum,
    is_one,
    mro,
    path_of,
)
from pluribus.conformance.graph.contents import ABSENT
from pluribus.conformance.graph.names import Binding, Names
from pluribus.conformance.graph.shapes import Role, Shape, Shapes

T = TypeVar("T")

Parents = dict[int, int | None]
"""Each object that a user reaches, nearest first, and the one it was first reached from."""

Cuts = Mapping[int, Mapping[str, frozenset[int]]]
"""Of a partitioned registry: which of its children each user may not enter."""


@dataclass
class Graph:
    """Objects by id, all kept alive, so that an id stays the name of one object."""

    objects: dict[int, object] = field(default_factory=dict)
    contents: dict[int, list[object]] = field(default_factory=dict)
    """All that each object held, atoms too."""
    data: dict[int, list[int]] = field(default_factory=dict)
    """Of that, what can be entered."""
    edges: dict[int, list[int]] = field(default_factory=dict)
    """That, and what the code behind an object names: its classes, their attributes, the globals
    of functions."""
    bindings: dict[tuple[int, str], list[Binding]] = field(default_factory=dict)
    infrastructure: set[int] = field(default_factory=set)
    opaque: dict[int, str] = field(default_factory=dict)
    """What could not be looked into, and why."""

    def reach(self, user: str, root: int, cuts: Cuts, blocked: frozenset[int]) -> Parents:
        """Breadth first, so that paths are shortest; `blocked` objects are not entered."""
        # Closed objects are taken for known, and forgotten in the end.
        parents: Parents = {**dict.fromkeys(blocked), root: None}
        queue = [root]
        edges = self.edges
        for item in queue:
            children: Iterable[int] = edges.get(item, ())
            if item in cuts:
                hidden = cuts[item].get(user, _NONE)
                children = [each for each in children if each not in hidden]
            for child in children:
                if child not in parents:
                    parents[child] = item
                    queue.append(child)
        for each in blocked - {root}:
            del parents[each]
        return parents


_NONE = frozenset[int]()


def shared_of(reached: Mapping[str, Parents]) -> dict[int, int]:
    """What at least two users reach, each with its rank: nearest to the first user first."""
    first, *others = reached.values()
    if len(others) == 1:
        shared = [each for each in first if each in others[0]]
    else:
        shared = [each for each in first if any(each in other for other in others)]
        rest = shared_of({user: reached[user] for user in list(reached)[1:]})
        shared += [each for each in rest if each not in first]
    return {each: rank for rank, each in enumerate(shared)}


class Walker:
    """Walks again and again; what it has learnt of types and code is kept between walks."""

    def __init__(self, is_project: Callable[[str], bool], allowances: Allowances) -> None:
        self.shapes = Shapes(is_project)
        self._names = Names(is_project)
        self.allowances = allowances

    def walk(self, roots: Sequence[object], before: Graph | None = None) -> Graph:
        """From the roots on; what holds the same as `before` shares its lists with it."""
        graph = Graph(objects={id(each): each for each in roots})
        self.allowances.look_up()
        stack = list(roots)
        objects = graph.objects
        while stack:
            for child in self._look_into(graph, stack.pop(), before or graph):
                if id(child) not in objects:
                    objects[id(child)] = child
                    stack.append(child)
        return graph

    def content(self, item: object) -> list[object]:
        """What an object holds, atoms and all; empty where that fails, as `walk` notes."""
        return _guarded(self.shapes.of(type(item)).content, item)[0]

    def label(self, parent: object, child: object) -> str:
        """The step from one to the other."""
        for label, value in self._steps(parent):
            if value is child:
                return label
        return "-?->"

    def _steps(self, parent: object) -> Iterator[tuple[str, object]]:
        shape = self.shapes.of(type(parent))
        labels, _ = _guarded(shape.labels, parent)
        yield from zip(labels, self.content(parent), strict=False)
        for label, value, _ in self._code_of(parent, shape):
            yield label, value

    def _look_into(self, graph: Graph, item: object, before: Graph) -> Sequence[object]:
        shape = self.shapes.of(type(item))
        if shape.role is Role.ATOM:
            return []
        if shape.role is Role.INFRA or (
            self.allowances.entries and self.allowances.of(item) is not None
        ):
            graph.infrastructure.add(id(item))
            return []
        content, error = _guarded(shape.content, item)
        if error is not None:
            graph.opaque[id(item)] = f"could not be read ({error})"
        elif shape.is_opaque and not content:
            graph.opaque[id(item)] = "shows nothing of what it holds"
        number = id(item)
        was = before.contents.get(number)
        if was is not None and len(was) == len(content) and all(map(is_, was, content)):
            graph.contents[number] = was
            graph.data[number] = data = before.data[number]
            children = [before.objects[each] for each in data]
        else:
            atoms = self.shapes.atoms
            children = [each for each in content if id(type(each)) not in atoms]
            graph.contents[number] = content
            graph.data[number] = data = list(map(id, children))
        graph.edges[number] = data
        named: Sequence[object] = shape.classes
        if shape.role is Role.CLASS or type(item) is types.FunctionType:
            named = self._code_children(graph, item, shape)
        if named:
            children += named
            graph.edges[number] = [*data, *map(id, named)]
        return children

    def _code_children(self, graph: Graph, item: object, shape: Shape) -> list[object]:
        children = []
        for _, value, binding in self._code_of(item, shape):
            if binding is not None:
                graph.bindings.setdefault((id(binding.space), binding.name), []).append(binding)
            if value is not ABSENT and id(type(value)) not in self.shapes.atoms:
                children.append(value)
        return children

    def _code_of(self, item: object, shape: Shape) -> Iterator[tuple[str, object, Binding | None]]:
        for each in shape.classes:
            yield f"-class {path_of(each)}->", each, None
        if type(item) is types.FunctionType:
            for binding in self._names.of(item):
                yield f"-global-> {binding.path}", binding.value, binding
        if is_class(item):
            yield from self._of_class(item)  # type: ignore[arg-type]  # the line above says so

    def _of_class(self, kind: type) -> Iterator[tuple[str, object, Binding | None]]:
        if not self.shapes.is_project(kind) or is_enum(kind):
            return
        for name, value in list(attributes(kind).items()):
            if _is_state(name, value):
                # The class stands for its namespace, which is another object at each look.
                yield f".{name}", value, Binding(path_of(kind), name, kind, value, kind)
        for each in mro(kind)[1:]:
            if self.shapes.is_project(each):
                yield f"-base {path_of(each)}->", each, None
        if self.shapes.is_project(type(kind)):
            yield f"-metaclass {path_of(type(kind))}->", type(kind), None


def _guarded(read: Callable[[Any], list[T]], item: object) -> tuple[list[T], str | None]:
    """What is read, or nothing and the name of the error: an object may be of any make, written
    in C, half made, or changed meanwhile by another thread."""
    try:
        return read(item), None
    except Exception as error:
        return [], type(error).__name__


def _is_state(name: str, value: object) -> bool:
    """Whether an attribute of a class is the project's: its methods, special ones too, and data
    under names that are not Python's own (`__slots__`, `__annotations__`, …)."""
    is_special = name.startswith("__") and name.endswith("__")
    return not is_special or is_one(type(value), types.FunctionType, classmethod, staticmethod)


@contextmanager
def no_collection() -> Iterator[None]:
    """Walks make much and drop nothing: the collector would only look at it over and over."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
