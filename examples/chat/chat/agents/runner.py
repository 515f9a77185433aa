"""Runs an agent and tells its user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.context import UserContext
from chat.events import AGENT_COMPLETED, AGENT_STARTED

if TYPE_CHECKING:
    from chat.realtime.manager import WebSocketManager


async def run_agent(user_context: UserContext, agent: str) -> int:
    """Run an agent; return how many sockets saw it complete."""
    # Inside the function, because the old package once imported the agents.
    from chat.ws.manager import get_websocket_manager

    manager: WebSocketManager = get_websocket_manager(user_context)
    await manager.emit_agent_event(AGENT_STARTED, {"agent": agent})
    return await manager.emit_agent_event(AGENT_COMPLETED, {"agent": agent})
