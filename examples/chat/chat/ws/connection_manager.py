"""The manager of the first release: it knows users, but no threads."""

from __future__ import annotations

from collections.abc import Mapping

from chat.transport import WebSocket


class ConnectionManager:
    """All sockets of all users."""

    def __init__(self) -> None:
        self.active_connections: dict[str, list[WebSocket]] = {}

    async def add_connection(self, user_id: str, websocket: WebSocket) -> None:
        self.active_connections.setdefault(user_id, []).append(websocket)

    async def remove_connection(self, user_id: str, websocket: WebSocket) -> None:
        self.active_connections[user_id].remove(websocket)

    async def send_message(self, user_id: str, message: Mapping[str, object]) -> int:
        websockets = self.active_connections.get(user_id, [])
        for websocket in websockets:
            await websocket.send_json(message)
        return len(websockets)

    async def broadcast(self, message: Mapping[str, object]) -> None:
        for user_id in self.active_connections:
            await self.send_message(user_id, message)

    async def agent_started(self, user_id: str, agent: str) -> None:
        await self.send_message(user_id, {"type": "agent_started", "agent": agent})

    async def agent_completed(self, user_id: str, agent: str) -> None:
        await self.send_message(user_id, {"type": "agent_completed", "agent": agent})


connection_manager = ConnectionManager()
