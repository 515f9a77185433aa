"""What a property is."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.ruling import Declined
from pluribus.conformance.schedules.search import Bounds
from pluribus.conformance.stage import Stage

ANY = frozenset({"connection", "user", "thread", "all"})
"""Whom a delivery may be for."""
SEVERAL = ANY - {"connection"}
"""More than one socket."""
PERSONAL = ANY - {"all"}
"""Not everybody."""
IN_MEMORY = frozenset({"memory"})
"""The transport of what needs the kit's own sockets."""


@dataclass(frozen=True)
class Property:
    """One promise, and how it is judged.

    A judge returns when there is no counterexample, and raises `Failed`, `Unexercised` or
    `Declined` otherwise. Without a single witness its silence is NOT_EXERCISED, not PASS.
    """

    name: str
    title: str
    about: tuple[str, ...]
    """The operations at whose source a failure points: `factory`, `add`, `remove`, `delivery`."""
    judge: Callable[[Stage], Awaitable[None]] | None = None
    judge_delivery: Callable[[Stage, BoundOperation], Awaitable[None]] | None = None
    """The same, once for each operation that delivers, each in a run of its own."""
    audiences: frozenset[str] = ANY
    """The deliveries that it is about."""
    otherwise: str = ""
    """Why it is not promised of any other delivery."""
    takes_long: bool = False
    """Whether the self-test asks it of good managers, and of those that it must refuse, alone."""
    has_own_runs: bool = False
    """Whether it judges by runs of other properties, each of which is surrounded by itself."""

    @property
    def says(self) -> str:
        """What it asks, as its judge says it: a paragraph or two of Markdown."""
        return inspect.getdoc(self.judge or self.judge_delivery) or ""

    bounds: Bounds | None = None
    """How far schedules are searched, each in a run of its own; None to run it once."""
    is_sequential: bool = True
    """Whether what it does is one call after the other, so that a program can repeat it."""
    transports: frozenset[str] = frozenset({"memory", "asgi", "sockets"})
    """The transports over which it can be seen."""

    @property
    def unseen(self) -> str:
        """Why it is not asked over the other transports."""
        if "memory" in self.transports:
            return "it needs sockets that only the subject holds, and a clock that can be set"
        return "only real sockets show it"

    @property
    def page(self) -> str:
        """What it means, as Markdown under a heading."""
        lines = [f"# {self.name}: {self.title}", "", self.says]
        if self.otherwise:
            audiences = ", ".join(sorted(self.audiences))
            lines += [
                "",
                f"Asked of what is for: {audiences}. Of any other: DECLINED, because"
                f" {self.otherwise}.",
            ]
        if len(self.transports) == 1:
            only = f"Judged with `--transport {min(self.transports)}` alone: {self.unseen}."
            lines += ["", only]
        return "\n".join([*lines, ""])


def decline_when(condition: object, reason: str) -> None:
    """End here, because the contract does not promise it."""
    if condition:
        raise Declined(reason)
