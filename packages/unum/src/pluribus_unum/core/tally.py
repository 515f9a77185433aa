"""What happened on a node, as plain numbers: counting costs next to nothing."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import Final

_MOST_NAMES: Final = 200
_OTHERS: Final = "others"
BOUNDS_S: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
"""Upper ends of the classes of a duration, in seconds; above the last there is one more."""


class Durations:
    """How often something took how long."""

    __slots__ = ("counts", "total_s")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS_S) + 1)
        """Of each class."""
        self.total_s = 0.0

    def add(self, taken_s: float) -> None:
        """Count one."""
        self.counts[bisect_left(BOUNDS_S, taken_s)] += 1
        self.total_s += taken_s


class Tally:
    """Counts of one hub since it was made."""

    __slots__ = (
        "closed",
        "delivered",
        "emitted",
        "latency",
        "publishing",
        "refused",
        "replayed",
        "resets",
    )

    def __init__(self) -> None:
        self.emitted: Counter[str] = Counter()
        """Events that were sent, by type."""
        self.delivered = 0
        """Events that were handed to sockets, each as often as to a socket."""
        self.replayed = 0
        """Events that came after a reconnect."""
        self.resets: Counter[str] = Counter()
        """By reason."""
        self.closed: Counter[int] = Counter()
        """Connections that ended, by code; 1000 where the client left."""
        self.refused: Counter[int] = Counter()
        """Handshakes, by HTTP status."""
        self.latency = Durations()
        """From the moment a node has an event to the socket that has taken it."""
        self.publishing = Durations()
        """How long the broker took to give an event its place."""

    def emit(self, event_type: str) -> None:
        """Count an event; of more names than anybody can look at, all together."""
        emitted = self.emitted
        if event_type not in emitted and len(emitted) >= _MOST_NAMES:
            event_type = _OTHERS
        emitted[event_type] += 1
