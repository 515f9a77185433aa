"""What the routes depend on, in the manner of FastAPI's `Depends`."""

from __future__ import annotations

from chat.context import UserContext
from chat.realtime.manager import WebSocketManager, get_websocket_manager

SocketManager = WebSocketManager


def current_manager(user_id: str, thread_id: str) -> SocketManager:
    """Return the manager of the request."""
    return get_websocket_manager(UserContext(user_id=user_id, thread_id=thread_id))
