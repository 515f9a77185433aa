"""Watches over running agents."""

from __future__ import annotations

from chat.agents.notifier import notifier
from chat.context import UserContext
from chat.events import AGENT_THINKING

try:
    from chat.realtime.manager import get_websocket_manager
except ImportError:  # the first release had no `realtime`
    from chat.ws.factory import get_websocket_manager


async def report_progress(user_context: UserContext, thought: str) -> int:
    """Tell a user what an agent thinks."""
    await notifier.emit_agent_event(user_context.user_id, AGENT_THINKING, {"thought": thought})
    manager = get_websocket_manager(user_context)
    return await manager.emit_agent_event(AGENT_THINKING, {"thought": thought})


async def replay(user_context: UserContext) -> None:
    """Send again what a user has missed."""
    from chat.ws.manager import WebSocketManagerRegistry

    await WebSocketManagerRegistry.replay(user_context)
