"""The parts that the content of objects is made of: entries, attributes, slots, referents."""

from __future__ import annotations

import gc
import sys
import types
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pluribus.conformance.graph.classes import attributes, derives, is_one, mro, path_of
from pluribus.conformance.graph.text import shown

ABSENT = object()
"""In place of a value that is not there, so that content and labels stay in step."""


@dataclass(frozen=True, slots=True)
class Part:
    content: Callable[[Any], list[Any]]
    labels: Callable[[Any], list[str]]


def _is_namespace(item: dict[Any, Any]) -> bool:
    """Whether it is what a module holds, or the table of modules: the code, not the data."""
    return item is sys.modules or ("__spec__" in item and "__loader__" in item)


def _entries(item: dict[Any, Any]) -> list[Any]:
    return [] if _is_namespace(item) else [*dict.keys(item), *dict.values(item)]


def _entry_labels(item: dict[Any, Any]) -> list[str]:
    if _is_namespace(item):
        return []
    keys = [shown(each) for each in dict.keys(item)]
    return [".<key>"] * len(keys) + [f"[{each}]" for each in keys]


def _positions(item: Any) -> list[str]:
    return [f"[{position}]" for position in range(len(_sequence(item)))]


def _sequence(item: Any) -> list[Any]:
    kind = next(each for each in (list, tuple, deque) if derives(type(item), each))
    return list(kind.__iter__(item))


def _elements(item: Any) -> list[Any]:
    kind = set if derives(type(item), set) else frozenset
    found = list(kind.__iter__(item))
    # By type, because the order of a set is that of hashes, which is another in each run.
    found.sort(key=lambda each: path_of(type(each)))
    return found


def _element_labels(item: Any) -> list[str]:
    return [".<element>"] * len(_elements(item))


_ENTRIES = Part(_entries, _entry_labels)
_ELEMENTS = Part(_elements, _element_labels)
_FACTORY = Part(
    lambda item: [*_entries(item), item.default_factory],
    lambda item: [*_entry_labels(item), ".default_factory"],
)

CONTAINERS: dict[type, Part] = {
    dict: _ENTRIES,
    list: Part(list.copy, _positions),
    tuple: Part(lambda item: list(tuple.__iter__(item)), _positions),
    deque: Part(lambda item: list(deque.__iter__(item)), _positions),
    set: _ELEMENTS,
    frozenset: _ELEMENTS,
}


def leaf_part(kind: type, method: str) -> Part:
    """The bytes or the text in it, as one value; none when it is closed."""
    read = getattr(kind, method)

    def content(item: Any) -> list[Any]:
        try:
            found = read(item)
        except ValueError:
            return []
        return [bytes(found) if type(found) is bytearray else found]

    return Part(content, lambda item: [""] * len(content(item)))


def namespace_getter(kind: type) -> Callable[[Any], dict[str, Any] | None] | None:
    """What gives the `__dict__` of an instance, past properties of that name."""
    for each in mro(kind):
        found = attributes(each).get("__dict__")
        if is_one(type(found), types.GetSetDescriptorType, types.MemberDescriptorType):
            descriptor: Any = found
            get: Callable[[Any], dict[str, Any] | None] = descriptor.__get__
            return get
    return None


def attribute_part(kind: type) -> Part | None:
    get = namespace_getter(kind)
    if get is None:
        return None

    def content(item: Any) -> list[Any]:
        found = get(item)
        return [] if found is None else [*dict.keys(found), *dict.values(found)]

    def labels(item: Any) -> list[str]:
        names = list(dict.keys(get(item) or {}))
        return [".<name>"] * len(names) + [f".{each}" for each in names]

    return Part(content, labels)


def slot_part(kind: type) -> Part | None:
    slots = {
        name: found.__get__
        for each in reversed(mro(kind))
        for name, found in attributes(each).items()
        if type(found) is types.MemberDescriptorType and not _is_layout(name)
    }
    if not slots:
        return None

    def content(item: Any) -> list[Any]:
        return [_read(get, item) for get in slots.values()]

    names = [f".{each}" for each in slots]
    return Part(content, lambda _: names)


def _is_layout(name: str) -> bool:
    """Whether it says where something is in an object; `__func__` and `__wrapped__` are held."""
    return name in ("__dict__", "__weakref__") or name.endswith("offset__")


def _read(get: Callable[[Any], Any], item: Any) -> Any:
    try:
        return get(item)
    except AttributeError:
        return ABSENT


def referent_part(others: Sequence[Part]) -> Part:
    """What the garbage collector sees in an object and the other parts do not show."""
    if not others:
        return _REFERENTS

    def content(item: Any) -> list[Any]:
        known = {id(each) for part in others for each in part.content(item)}
        return [each for each in _referents(item) if id(each) not in known]

    return Part(content, lambda item: _referent_labels(content(item)))


def _referents(item: Any) -> list[Any]:
    kind = type(item)
    get = namespace_getter(kind)
    own = None if get is None else get(item)
    return [each for each in gc.get_referents(item) if each is not kind and each is not own]


def _referent_labels(found: list[Any]) -> list[str]:
    return [f"-referent {path_of(type(each))}->" for each in found]


_REFERENTS = Part(_referents, lambda item: _referent_labels(_referents(item)))
