"""Real-time delivery; the public way in."""

from chat.events import AGENT_EVENTS
from chat.realtime.manager import WebSocketManager, get_websocket_manager

__all__ = ["AGENT_EVENTS", "WebSocketManager", "get_websocket_manager"]
