"""What managers need of the node that they belong to."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from pluribus_unum.brokers.base import Published
from pluribus_unum.clock import Clock
from pluribus_unum.connection import Connection
from pluribus_unum.core.stream import Position
from pluribus_unum.identity import Bearer
from pluribus_unum.limits import Limits
from pluribus_unum.sockets import Socket


class Node(Protocol):
    """The side of a hub that its managers and its endpoint see."""

    limits: Limits
    clock: Clock

    async def connect(
        self,
        key: str,
        websocket: Socket,
        *,
        connection_id: str | None = None,
        resume: Position | None = None,
        threads: Collection[str] | None = None,
        batches: bool = False,
        is_waiting: bool = False,
        bearer: Bearer | None = None,
    ) -> Connection:
        """Let a socket follow the stream of a key."""

    async def publish(
        self, key: str, body: str, *, thread: str | None, idempotency: str | None
    ) -> Published:
        """Give an event its place in the stream of a key."""

    async def whisper(self, key: str, text: str) -> None:
        """Send something to those of a key who are there now."""

    def connections_of(self, key: str) -> tuple[Connection, ...]:
        """The connections of a key on this node."""

    def find(self, key: str, connection: str | Connection) -> Connection | None:
        """A connection of a key; never another user's."""
