"""What is known of an event once it has been sent."""

from __future__ import annotations

import msgspec

from pluribus_unum.core.stream import Position


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """Where an event stands, and who was there when it was sent."""

    epoch: str
    seq: int
    live: int
    """Connections of the user on this node. What they have read is told by `ack` alone."""
    is_duplicate: bool

    @property
    def id(self) -> str:
        """The event's `id`, as clients see it."""
        return str(Position(self.epoch, self.seq))
