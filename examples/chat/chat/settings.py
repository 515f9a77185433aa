"""Settings that name code by its path."""

from __future__ import annotations

SETTINGS: dict[str, object] = {
    "MANAGER_FACTORY": "chat.ws.factory.create_websocket_manager",
    "LIMITS": "chat.ws.manager_limits",
    "HELP": "import chat.realtime.manager, not chat.ws.manager",
}
