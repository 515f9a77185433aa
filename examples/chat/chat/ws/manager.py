"""Moved to `chat.realtime.manager`; this module forwards until its users have followed."""

from chat.realtime.manager import WebSocketManager, get_websocket_manager

__all__ = ["WebSocketManager", "get_websocket_manager"]
