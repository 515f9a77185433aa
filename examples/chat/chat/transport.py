"""What the chat needs of a web framework: the parts of FastAPI that it uses, as protocols."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class ConnectionClosedError(Exception):
    """The peer has gone."""


class WebSocket(Protocol):
    """The side of a socket that the server writes to."""

    async def send_json(self, message: Mapping[str, object]) -> None: ...


class WebSocketManagerProtocol(Protocol):
    """What an agent may ask of a manager."""

    async def add_connection(self, connection_id: str, websocket: WebSocket) -> None: ...

    async def remove_connection(self, connection_id: str) -> None: ...

    async def send_message(self, message: Mapping[str, object]) -> int: ...

    async def emit_agent_event(self, event: str, payload: Mapping[str, object]) -> int: ...
