"""`allow_shared`: what the contract says may be shared, by module, class, or global."""

from __future__ import annotations

import sys
import types
from collections.abc import Collection

from pluribus.conformance.graph.classes import (
    attributes,
    is_class,
    module_of,
    mro,
    namespace,
    path_of,
)


class Allowances:
    """`shop.settings` (a package and all in it), `shop.hub:Hub` (a class and its subclasses),
    `shop.hub:HUB` (what a global is bound to at each walk) or `shop.hub:Hub.rooms` (what an
    attribute is)."""

    def __init__(self, entries: Collection[str]) -> None:
        self.entries = tuple(dict.fromkeys(entries))
        self.used: set[str] = set()
        self._classes: dict[int, tuple[type, str | None]] = {}
        self._objects: dict[int, tuple[object, str]] = {}

    def look_up(self) -> None:
        """Binds the entries that name a global anew."""
        for entry in self.entries:
            module, colon, name = entry.partition(":")
            if not colon or module not in sys.modules:
                continue
            value = _named(sys.modules[module], name)
            if value is not None and not is_class(value):
                self._objects[id(value)] = (value, entry)

    def of(self, item: object) -> str | None:
        """The entry that allows an object, if one does."""
        if not self.entries:
            return None
        found = self._objects.get(id(item))
        entry = found[1] if found else self._of_class(type(item))
        if entry is None and type(item) is types.FunctionType:
            entry = next((each for each in self.entries if _is_within(item, each)), None)
        if entry is None and is_class(item):
            entry = self._of_class(item)  # type: ignore[arg-type]  # the line above says so
        if entry is not None:
            self.used.add(entry)
        return entry

    def _of_class(self, kind: type) -> str | None:
        known = self._classes.get(id(kind))
        if known is None:
            known = (kind, next((each for each in self.entries if _names(each, kind)), None))
            self._classes[id(kind)] = known
        return known[1]


def _named(module: types.ModuleType, name: str) -> object:
    """What `HUB` or `Hub.rooms` stands for in a module; `None` where there is nothing."""
    first, *rest = name.split(".")
    value = namespace(module).get(first)
    for each in rest:
        if not is_class(value):
            return None
        value = attributes(value).get(each)  # type: ignore[arg-type]  # the line above says so
    return value


def _is_within(function: types.FunctionType, entry: str) -> bool:
    module = str(function.__globals__.get("__name__", ""))
    return module == entry or module.startswith(f"{entry}.")


def _names(entry: str, kind: type) -> bool:
    module, colon, name = entry.partition(":")
    for each in mro(kind):
        its = module_of(each)
        if colon and path_of(each) == f"{module}.{name}":
            return True
        if not colon and (its == module or its.startswith(f"{module}.")):
            return True
    return False
