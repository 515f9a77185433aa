"""What code may ask of a manager: to be named in annotations, and played by a fake in a test."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from pluribus_unum.connection import Connection
from pluribus_unum.core.stream import Position
from pluribus_unum.identity import UserContext
from pluribus_unum.manager import ConnectionInfo
from pluribus_unum.receipt import Receipt
from pluribus_unum.run import Run
from pluribus_unum.sockets import Socket


class WebSocketManager(Protocol):
    """One user's connections and events, as `Manager` offers them, which says more of each."""

    async def add_connection(
        self,
        websocket: Socket,
        *,
        connection_id: str | None = None,
        resume: Position | str | None = None,
        threads: Collection[str] | None = None,
        batches: bool = False,
    ) -> Connection:
        """Let a socket follow this user's events."""

    async def remove_connection(
        self, connection: str | Connection, code: int = 1000, reason: str = ""
    ) -> None:
        """Let a socket go."""

    async def remove_all_connections(self, code: int = 1000, reason: str = "") -> None:
        """Let every socket of this user on this node go."""

    def get_active_connections(self) -> tuple[ConnectionInfo, ...]:
        """The connections of this user on this node."""

    async def emit_agent_event(
        self,
        event_type: str,
        payload: Any,
        *,
        run: UserContext | None = None,
        thread_id: str | None = None,
        run_id: str | None = None,
        agent_name: str | None = None,
        key: str | None = None,
    ) -> Receipt:
        """Send an event, and keep it for those who come back."""

    async def broadcast_event(self, event_type: str, payload: Any) -> Receipt:
        """Send an event that belongs to no thread and no run."""

    async def send_message(
        self, message: Mapping[str, Any], *, connection_id: str | None = None
    ) -> None:
        """Send something to those who are there now; it is kept nowhere."""

    def run(self, context: object, *, agent_name: str = "agent") -> Run:
        """A run of an agent, to be entered by `async with`."""
