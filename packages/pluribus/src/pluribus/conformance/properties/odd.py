"""Values that JSON does not hold, or that break what was not made for them. Each is written as
Python writes it, so that a program that repeats a run can make it again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


def imports(value: object) -> frozenset[str]:
    """What a program needs to write `value`, an object of this module, or one that is as odd."""
    kind = type(value)
    if kind.__module__ == __name__:
        return frozenset({f"from {__name__} import {kind.__name__}"})
    if kind is float:
        return frozenset({"from math import nan"})
    module = kind.__module__
    return frozenset() if module == "builtins" else frozenset({f"import {module}"})


class Opaque:
    """Nothing that could be written."""

    def __repr__(self) -> str:
        return "Opaque()"


class Colour(Enum):
    """A choice."""

    RED = 1

    def __repr__(self) -> str:
        return f"Colour.{self.name}"


@dataclass(frozen=True)
class Point:
    """A small record."""

    x: int
