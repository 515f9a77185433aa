"""`websockets.broadcast` with a text of each user's own, as all the others send."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from websockets.asyncio.server import broadcast

from bench.hub.peers.base import Peer, text
from bench.hub.peers.raw import Raw


class _Each(Raw):
    async def send(self, users: Sequence[int], values: Sequence[dict[str, Any]]) -> None:
        for user, held in zip(users, values, strict=True):
            broadcast([self.there[user]], text(held))


def make() -> Peer:
    """A server that is not running yet."""
    return _Each()
