"""What a client knows of its stream: an event goes in, what it means comes out."""

from __future__ import annotations

from typing import Literal

from pluribus_unum.core.stream import Position
from pluribus_unum.core.wire import Event

Verdict = Literal["new", "known", "gap"]
"""It is for the application, was there already, or does not follow."""


class Cursor:
    """The last event that was seen, and whether the next one follows it."""

    def __init__(self, position: Position | None = None) -> None:
        self.position = position

    def begin(self, position: Position) -> None:
        """Go on where the server says."""
        self.position = position

    def take(self, event: Event) -> Verdict:
        """Take in an event. One without a number is new, and moves nothing."""
        if event.seq is None:
            return "new"
        at = self.position
        if at is None:
            return "gap"
        if event.seq <= at.seq:
            return "known"
        if (event.seq - 1 if event.prev is None else event.prev) > at.seq:
            return "gap"
        self.position = Position(at.epoch, event.seq)
        return "new"
