"""The WebSocket endpoint."""

from __future__ import annotations

from chat.dependencies import SocketManager, current_manager
from chat.transport import WebSocket
from chat.ws.connection_manager import connection_manager


async def connect(
    websocket: WebSocket, user_id: str, thread_id: str, connection_id: str
) -> SocketManager:
    """Register a socket with the new manager, and with the old one for the broadcasts."""
    manager = current_manager(user_id, thread_id)
    await manager.add_connection(connection_id, websocket)
    await connection_manager.add_connection(user_id, websocket)
    return manager


async def disconnect(
    websocket: WebSocket, user_id: str, thread_id: str, connection_id: str
) -> None:
    """Forget a socket in both."""
    await current_manager(user_id, thread_id).remove_connection(connection_id)
    await connection_manager.remove_connection(user_id, websocket)
