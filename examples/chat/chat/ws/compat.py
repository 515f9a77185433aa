"""Names of the first release, for the mobile gateway."""

from __future__ import annotations

from chat.ws.connection_manager import ConnectionManager

WebSocketManager = ConnectionManager
