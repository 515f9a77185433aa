"""What is known of an event once it has been sent."""

from __future__ import annotations

from typing import NamedTuple


class Receipt(NamedTuple):
    """Where an event stands, and who was there when it was sent."""

    epoch: str
    seq: int
    live: int
    """Connections of the user on this node. What they have read is told by `ack` alone."""
    is_duplicate: bool
