"""Which events were sent before, by their idempotency keys."""

from __future__ import annotations

import hashlib
from typing import Final

from pluribus_unum.core.stream import Position
from pluribus_unum.limits import Limits

_LONGEST: Final = 64
"""Characters that are kept as they are: whoever makes keys out of whole messages takes no more
room than others."""


class Once:
    """Where the events of each stream stand that were sent under a key, for as long as events are
    kept: by number and by age."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._places: dict[str, dict[str, tuple[Position, float]]] = {}

    def place(self, stream: str, key: str, epoch: str) -> Position | None:
        """Where the event of a key stands in an epoch of a stream; None where there is none."""
        found = self._places.get(stream, {}).get(short(key))
        return found[0] if found is not None and found[0].epoch == epoch else None

    def put(self, stream: str, key: str, position: Position, now: float) -> None:
        """Remember it; the oldest of too many is forgotten."""
        known = self._places.setdefault(stream, {})
        known.pop(short(key), None)  # or it would keep its turn of the last epoch
        known[short(key)] = (position, now)
        while len(known) > self._limits.events_per_user:
            del known[next(iter(known))]

    def sweep(self, stream: str, now: float) -> None:
        """Forget what is too old."""
        known = self._places.get(stream)
        if known is None:
            return
        oldest = now - self._limits.age_s
        while known and known[first := next(iter(known))][1] < oldest:
            del known[first]
        if not known:
            del self._places[stream]

    def forget(self, stream: str) -> None:
        """Forget all of a stream."""
        self._places.pop(stream, None)

    def clear(self) -> None:
        """Forget everything."""
        self._places.clear()


def short(key: str) -> str:
    """An idempotency key as it is kept. One that is long never comes out as another's."""
    if len(key) <= _LONGEST:
        return key
    return f"sha256:{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}"
