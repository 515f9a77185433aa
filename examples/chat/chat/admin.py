"""What the operators see."""

from __future__ import annotations

from chat.realtime import WebSocketManager, get_websocket_manager

try:
    from chat.ws.metrics import WebSocketManagerMetrics
except ImportError:
    WebSocketManagerMetrics = None


def describe(thing: object) -> str:
    """Name the user whose manager this is."""
    if isinstance(thing, WebSocketManager):
        return f"{thing.user_context.user_id}/{thing.user_context.thread_id}"
    return "unknown"


def has_metrics() -> bool:
    """Whether the operators can see numbers: since `chat.ws.metrics` went, never."""
    return WebSocketManagerMetrics is not None and callable(get_websocket_manager)
