"""The old factory; new code calls `chat.realtime.manager.get_websocket_manager`."""

from __future__ import annotations

from chat.context import UserContext
from chat.ws.manager import WebSocketManager


def create_websocket_manager(user_id: str) -> WebSocketManager:
    """Return a manager of its own for every caller."""
    return WebSocketManager(UserContext(user_id=user_id, thread_id=""))
