"""How much of everything a fault is tried with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Scale:
    """Users, tabs of each, events a second in all, and how long."""

    users: int
    tabs: int
    per_s: float
    seconds: float
    many: int
    """Connections or events where a fault is about many of them."""
    broker: str = "valkey"
    """That which nodes share: one of `SERVERS` of the tests of brokers."""


SMALL = Scale(users=10, tabs=2, per_s=100, seconds=2, many=200)
"""For every change."""
FULL = Scale(users=100, tabs=2, per_s=500, seconds=10, many=5_000)
"""For `make faults`."""

Result = Mapping[str, Any]
"""What is worth telling: counts, and seconds with a name that ends in `_s`."""


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong, and what must hold all the same."""

    name: str
    promise: str
    run: Callable[[Scale], Awaitable[Result]]
    """Raises AssertionError where the promise is broken."""
    needs_broker: bool = False
    takes_long: bool = False
    """Whether it is left to `make faults`."""


def spread(taken_s: list[float]) -> dict[str, float]:
    """The middle and the worst of some times; nothing of none."""
    if not taken_s:
        return {}
    ordered = sorted(taken_s)
    return {"median_s": round(ordered[len(ordered) // 2], 3), "worst_s": round(ordered[-1], 3)}
