"""Logging.

The dashboards filter by the logger's name `chat.ws.manager`, so the name has outlived the module:
it is no import of it, and neither is this example:

    from chat.ws.manager import get_websocket_manager
"""

from __future__ import annotations

import logging

# from chat.ws.manager import WebSocketManager
logger = logging.getLogger("chat.ws.manager")


def log_delivery(user_id: str, sockets: int) -> None:
    """Log one delivery."""
    logger.info("delivered to %d sockets of %s", sockets, user_id)
