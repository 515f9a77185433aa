"""unum's `hub.broadcast`: one event to all, which is kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.hub.peers.base import EVENT, Peer
from bench.hub.peers.unum import Unum


class _ToAll(Unum):
    async def send(self, users: Sequence[int], values: Sequence[dict[str, Any]]) -> None:
        await self.hub.broadcast(EVENT, values[0])


def make() -> Peer:
    """A server that is not running yet."""
    return _ToAll()
