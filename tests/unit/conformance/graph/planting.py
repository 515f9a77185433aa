"""Object graphs made from a plan, with one object that users may share; and who reaches it, found
on the plan alone, slowly and without looking at any object.
"""

from __future__ import annotations

import functools
import weakref
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType, SimpleNamespace
from typing import Any

from hypothesis import strategies as st


class Plain:
    pass


class Slotted:
    __slots__ = ("__weakref__", "first", "others")

    def __init__(self) -> None:
        self.first: object = None
        self.others: list[object] = []

    def held(self) -> object:
        return self.first


@dataclass(frozen=True)
class Frozen:
    parts: tuple[object, ...]


class Listener:
    def heard(self) -> None:
        pass


def _closure(parts: tuple[object, ...]) -> Callable[[], object]:
    def function() -> object:
        return parts

    return function


def _default(parts: tuple[object, ...]) -> Callable[[], object]:
    def function(first: object = parts[0]) -> object:
        return first

    return function


def _keyword_default(parts: tuple[object, ...]) -> Callable[[], object]:
    def function(*, others: object = parts) -> object:
        return others

    return function


def _listener(parts: tuple[object, ...]) -> Callable[[], None]:
    listener = Listener()
    listener.parts = parts  # type: ignore[attr-defined]  # any attribute will do
    return listener.heard


def _appending(parts: tuple[object, ...]) -> Callable[[Any], None]:
    kept = list(parts)
    return kept.append


def _weak(parts: tuple[object, ...]) -> object:
    try:
        return weakref.ref(parts[0])
    except TypeError:
        # Lists and the like have none.
        return (parts[0],)


# Made at once, of what was made before.
FIXED: dict[str, Callable[[tuple[object, ...]], object]] = {
    "tuple": lambda parts: parts,
    "frozen": Frozen,
    "closure": _closure,
    "default": _default,
    "keyword default": _keyword_default,
    "partial": lambda parts: functools.partial(print, *parts),
    "method": _listener,
    "weak": _weak,
    "builtin method": _appending,
    "proxy": lambda parts: MappingProxyType(dict(enumerate(parts))),
}


def _fill_attributes(item: Any, parts: list[object]) -> None:
    for number, each in enumerate(parts):
        setattr(item, f"part{number}", each)


def _fill_slots(item: Any, parts: list[object]) -> None:
    item.first = parts[0] if parts else None
    item.others.extend(parts[1:])


# Made empty, and filled when all is made, so that there are circles.
FILLED: dict[str, tuple[Callable[[], Any], Callable[[Any, list[object]], None]]] = {
    "list": (list, lambda item, parts: item.extend(parts)),
    "dict": (dict, lambda item, parts: item.update(enumerate(parts))),
    "ordered": (OrderedDict, lambda item, parts: item.update(enumerate(parts))),
    "deque": (deque, lambda item, parts: item.extend(parts)),
    "plain": (Plain, _fill_attributes),
    "namespace": (SimpleNamespace, _fill_attributes),
    "slotted": (Slotted, _fill_slots),
}

WRITES: dict[str, Callable[[Any], None]] = {
    "list": lambda item: item.append(0),
    "dict": lambda item: item.update(written=1),
    "ordered": lambda item: item.update(written=1),
    "deque": lambda item: item.append(0),
    "plain": lambda item: setattr(item, "written", 1),
    "namespace": lambda item: setattr(item, "written", 1),
    "slotted": lambda item: setattr(item, "first", 7),
}


@dataclass(frozen=True)
class Plan:
    kinds: tuple[str, ...]
    parts: tuple[tuple[int, ...], ...]
    """Of each object, what it holds; a fixed one only what comes before it."""
    roots: tuple[tuple[int, ...], tuple[int, ...]]
    planted: int
    writers: tuple[bool, bool]

    def reaches(self, user: int) -> bool:
        """By going round until nothing is added."""
        known = set(self.roots[user])
        while True:
            more = {part for each in known for part in self.parts[each]} - known
            if not more:
                return self.planted in known
            known |= more

    def build(self) -> tuple[list[Any], list[Any]]:
        """The roots, and all other objects."""
        made: list[Any] = []
        for kind, parts in zip(self.kinds, self.parts, strict=True):
            fixed = FIXED.get(kind)
            made.append(
                FILLED[kind][0]() if fixed is None else fixed(tuple(made[part] for part in parts))
            )
        for kind, parts, item in zip(self.kinds, self.parts, made, strict=True):
            if kind in FILLED:
                FILLED[kind][1](item, [made[part] for part in parts])
        roots = [Plain(), Plain()]
        for root, parts in zip(roots, self.roots, strict=True):
            _fill_attributes(root, [made[part] for part in parts])
        return roots, made


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    size = draw(st.integers(3, 14))
    kinds = [draw(st.sampled_from([*FIXED, *FILLED])) for _ in range(size)]
    kinds[0] = draw(st.sampled_from(list(FILLED)))
    parts = []
    for number, kind in enumerate(kinds):
        most = number if kind in FIXED else size
        some = st.lists(st.integers(0, most - 1), min_size=1, max_size=3) if most else st.just([])
        drawn = draw(some)
        parts.append(tuple(drawn[:1] if kind in ("weak", "default") else drawn))
    mutable = [number for number, kind in enumerate(kinds) if kind in FILLED]
    root = st.lists(st.integers(0, size - 1), max_size=3).map(tuple)
    return Plan(
        tuple(kinds),
        tuple(parts),
        (draw(root), draw(root)),
        draw(st.sampled_from(mutable)),
        draw(st.tuples(st.booleans(), st.booleans())),
    )
