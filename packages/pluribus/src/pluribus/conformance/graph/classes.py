"""Reads classes and objects without running a line of theirs.

`kind.__mro__`, `item.__class__` and `isinstance` may all run code of a metaclass or a property.
"""

from __future__ import annotations

import enum
import types
from collections.abc import Mapping
from typing import cast

# What these descriptors give is typed as the attributes of a class are.
_MRO = type.__dict__["__mro__"]
_BASE = type.__dict__["__base__"]
_ATTRIBUTES = type.__dict__["__dict__"]
_MODULE = type.__dict__["__module__"]
_QUALNAME = type.__dict__["__qualname__"]
_SIZE = type.__dict__["__basicsize__"]
_NAMESPACE = vars(types.ModuleType)["__dict__"]


def mro(kind: type) -> tuple[type, ...]:
    return cast("tuple[type, ...]", _MRO.__get__(kind))


def derives(kind: type, *bases: type) -> bool:
    """Whether it is one of some classes, or comes from one: `==` of classes may run code too."""
    return any(each is one for each in mro(kind) for one in bases)


def is_one(kind: type, *others: type) -> bool:
    """Whether it is exactly one of some classes."""
    return any(kind is each for each in others)


def base(kind: type) -> type | None:
    return cast("type | None", _BASE.__get__(kind))


def attributes(kind: type) -> Mapping[str, object]:
    """What is in the class itself, not in its bases."""
    return cast("Mapping[str, object]", _ATTRIBUTES.__get__(kind))


def size(kind: type) -> int:
    return cast("int", _SIZE.__get__(kind))


def module_of(kind: type) -> str:
    """The module as the class says; `""` where it says nothing sensible."""
    try:
        said = _MODULE.__get__(kind)
    except AttributeError:
        return ""
    return str(said) if issubclass(type(said), str) else ""


def path_of(kind: type) -> str:
    """Like `shop.hub.Hub`, and `dict` for a builtin."""
    module = module_of(kind)
    name = str(_QUALNAME.__get__(kind))
    return name if module in ("", "builtins") else f"{module}.{name}"


def namespace(module: types.ModuleType) -> dict[str, object]:
    return cast("dict[str, object]", _NAMESPACE.__get__(module) or {})


def is_class(item: object) -> bool:
    return derives(type(item), type)


def is_enum(kind: type) -> bool:
    return derives(kind, enum.Enum)


def is_frozen(kind: type) -> bool:
    """Whether it is a dataclass that says it never changes."""
    for each in mro(kind):
        said = attributes(each).get("__dataclass_params__")
        if said is not None:
            return getattr(said, "frozen", False) is True
    return False
