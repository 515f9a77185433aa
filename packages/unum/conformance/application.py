"""An application as unum is meant to be used, for `pluribus conform`."""

from __future__ import annotations

from pluribus_unum import Hub, Manager, UserContext, get_websocket_manager

hub = Hub()


def manager(user_context: UserContext) -> Manager:
    """The manager of one user."""
    return get_websocket_manager(user_context, hub=hub)
