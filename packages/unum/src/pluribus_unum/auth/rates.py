"""How often somebody may come."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from pluribus_unum.core.bucket import Bucket
from pluribus_unum.core.wire import CloseCode
from pluribus_unum.errors import Refused
from pluribus_unum.limits import Limits

_MOST_NAMES: Final = 20_000


class Handshakes:
    """Refuses who connects again and again. Who has not come for long is forgotten, and may."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._users: OrderedDict[str, Bucket] = OrderedDict()
        self._addresses: OrderedDict[str, Bucket] = OrderedDict()

    def of_user(self, user_id: str) -> None:
        """Count a handshake of somebody who is authenticated.

        Raises:
            Refused: there were too many.
        """
        self._take(self._users, user_id, self._limits.handshakes_per_s)

    def from_address(self, address: str) -> None:
        """Count a handshake of whoever it is.

        Raises:
            Refused: there were too many from there.
        """
        self._take(self._addresses, address, self._limits.address_handshakes_per_s)

    def _take(self, buckets: OrderedDict[str, Bucket], name: str, per_s: float) -> None:
        if per_s <= 0:
            return
        now = self._clock()
        bucket = buckets.get(name)
        if bucket is None:
            bucket = buckets[name] = Bucket(per_s, self._limits.handshake_burst, now)
            while len(buckets) > _MOST_NAMES:
                buckets.popitem(last=False)
        else:
            buckets.move_to_end(name)
        if bucket.take(now):
            raise Refused(
                "too many connections in too short a time",
                code=CloseCode.RATE_LIMITED,
                status=429,
            )
