"""Values that JSON does not hold, or that break what was not made for them. Each is written as
Python writes it, so that a program that repeats a run can make it again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


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
