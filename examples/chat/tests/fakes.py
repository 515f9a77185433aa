"""Stand-ins for the outside world."""

from __future__ import annotations

from collections.abc import Mapping

from chat.transport import ConnectionClosedError, WebSocket


class FakeWebSocket:
    """Remembers what was sent, until its peer goes."""

    def __init__(self) -> None:
        self.received: list[Mapping[str, object]] = []
        self.is_open = True

    async def send_json(self, message: Mapping[str, object]) -> None:
        if not self.is_open:
            raise ConnectionClosedError
        self.received.append(message)


class FakeWebSocketManager:
    """Remembers events; a test double with every method of the manager is no rival."""

    def __init__(self) -> None:
        self.events: list[str] = []

    async def add_connection(self, connection_id: str, websocket: WebSocket) -> None: ...

    async def remove_connection(self, connection_id: str) -> None: ...

    async def send_message(self, message: Mapping[str, object]) -> int:
        return 1

    async def emit_agent_event(self, event: str, payload: Mapping[str, object]) -> int:
        self.events.append(event)
        return 1
