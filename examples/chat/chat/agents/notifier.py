"""The manager that the agents' team wrote for itself."""

from __future__ import annotations

from collections.abc import Mapping

from chat.context import UserContext
from chat.transport import WebSocket


class UnifiedWebSocketManager:
    """Delivers events to whoever listens to an agent."""

    def __init__(self) -> None:
        self._listeners: dict[str, dict[str, WebSocket]] = {}
        self._sequence = 0

    async def add_connection(
        self, connection_id: str, websocket: WebSocket, user_context: UserContext
    ) -> None:
        self._listeners.setdefault(user_context.user_id, {})[connection_id] = websocket

    async def remove_connection(self, connection_id: str) -> None:
        for listeners in self._listeners.values():
            listeners.pop(connection_id, None)

    async def emit_agent_event(
        self, user_id: str, event: str, payload: Mapping[str, object] | None = None
    ) -> bool:
        self._sequence += 1
        message = {"type": event, "sequence": self._sequence, "payload": payload or {}}
        for websocket in self._listeners.get(user_id, {}).values():
            await websocket.send_json(message)
        return user_id in self._listeners

    async def tool_executing(self, user_id: str, tool: str) -> bool:
        return await self.emit_agent_event(user_id, "tool_executing", {"tool": tool})

    async def tool_completed(self, user_id: str, tool: str) -> bool:
        return await self.emit_agent_event(user_id, "tool_completed", {"tool": tool})


notifier = UnifiedWebSocketManager()
