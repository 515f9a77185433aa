"""What managers need of the node that they belong to."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from typing import Any, Protocol

from pluribus_unum.brokers.base import Published
from pluribus_unum.clock import Clock
from pluribus_unum.connected import Connected
from pluribus_unum.connection import Connection
from pluribus_unum.core.stream import Position
from pluribus_unum.core.tally import Tally
from pluribus_unum.identity import Bearer
from pluribus_unum.limits import Limits
from pluribus_unum.runs import Runs
from pluribus_unum.sockets import Socket


class Tracing(Protocol):
    """Spans around what is sent."""

    def sending(
        self, event_type: str, attributes: dict[str, Any]
    ) -> AbstractContextManager[dict[str, str]]:
        """A span; gives what goes into `meta` of the event, so that others go on from it."""


class Node(Protocol):
    """The side of a hub that its managers and its endpoint see."""

    limits: Limits
    clock: Clock
    tally: Tally
    connected: Connected
    """Those of this node."""
    runs: Runs
    """Those that have begun and not ended."""
    tracing: Tracing | None

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
