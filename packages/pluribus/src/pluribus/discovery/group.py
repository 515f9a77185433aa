"""A group: things that one kind of evidence takes for owners of the same concept."""

from __future__ import annotations

import msgspec

from pluribus.discovery.landscape import Thing
from pluribus.findings import Confidence, Evidence


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of evidence says."""

    kind: str
    things: tuple[Thing, ...]
    evidence: tuple[Evidence, ...]
    confidence: Confidence
    completeness: dict[str, float] = {}
    """Of each rival's path, how much it has of what the group has together, from 0 to 1."""
    subject: tuple[str, ...] = ()
    """Names that tell the concept better than those of the things."""
    ends_in: str = ""
    """The path of the one that the others hand on or stand for; empty for none."""
    detours: frozenset[int] = frozenset()
    """Files that import it by a path that is not its own."""
    is_of_parts: bool = False
    """Whether it speaks only of something in the things, or in their modules: those may be of
    concepts of their own."""

    @property
    def modules(self) -> frozenset[str]:
        return frozenset(each.module for each in self.things)


SUREST_FIRST = (Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE)


def lowered(confidence: Confidence) -> Confidence | None:
    """One step less sure; None for what was only possible."""
    at = SUREST_FIRST.index(confidence) + 1
    return SUREST_FIRST[at] if at < len(SUREST_FIRST) else None
