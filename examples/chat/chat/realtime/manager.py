"""The one manager: a user's sockets in one thread."""

import asyncio
from collections.abc import Mapping
from typing import Final

from chat.context import UserContext
from chat.events import AGENT_EVENTS
from chat.transport import ConnectionClosedError, WebSocket


class WebSocketManager:
    """Keeps the sockets of one user's thread and delivers agent events to them."""

    def __init__(self, user_context: UserContext) -> None:
        self.user_context = user_context
        self._connections: dict[str, WebSocket] = {}

    async def add_connection(self, connection_id: str, websocket: WebSocket) -> None:
        self._connections[connection_id] = websocket

    async def remove_connection(self, connection_id: str) -> None:
        self._connections.pop(connection_id, None)

    async def send_message(self, message: Mapping[str, object]) -> int:
        for websocket in self._connections.values():
            await websocket.send_json(message)
        return len(self._connections)

    async def emit_agent_event(self, event: str, payload: Mapping[str, object]) -> int:
        if event not in AGENT_EVENTS:
            raise ValueError(event)
        return await self.send_message({"type": event, "payload": payload})

    async def send_message(self, message: Mapping[str, object]) -> int:
        """Send to every socket at once, drop those whose peer has gone, and count the others."""
        sockets = list(self._connections.items())
        sends = (self._send(message, key, websocket) for key, websocket in sockets)
        return sum(await asyncio.gather(*sends))

    async def _send(
        self, message: Mapping[str, object], connection_id: str, websocket: WebSocket
    ) -> bool:
        try:
            await websocket.send_json(message)
        except ConnectionClosedError:
            await self.remove_connection(connection_id)
            return False
        return True


_managers: Final[dict[tuple[str, str], WebSocketManager]] = {}


def get_websocket_manager(user_context: UserContext) -> WebSocketManager:
    """Return the manager of a user's thread, always the same one."""
    key = (user_context.user_id, user_context.thread_id)
    if key not in _managers:
        _managers[key] = WebSocketManager(user_context)
    return _managers[key]
