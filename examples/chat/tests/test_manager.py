"""The manager itself."""

from __future__ import annotations

import asyncio

import pytest
from chat.context import UserContext
from chat.realtime.audit import AuditedWebSocketManager
from chat.realtime.manager import WebSocketManager, get_websocket_manager
from tests.fakes import FakeWebSocket

ADA = UserContext(user_id="ada", thread_id="1")


def test_a_thread_has_one_manager() -> None:
    assert get_websocket_manager(ADA) is get_websocket_manager(UserContext("ada", "1"))


def test_two_threads_of_a_user_have_two_managers() -> None:
    assert get_websocket_manager(ADA) is not get_websocket_manager(UserContext("ada", "2"))


def test_a_socket_whose_peer_has_gone_is_dropped() -> None:
    manager = WebSocketManager(ADA)
    gone, here = FakeWebSocket(), FakeWebSocket()
    gone.is_open = False

    async def send() -> int:
        await manager.add_connection("gone", gone)
        await manager.add_connection("here", here)
        return await manager.emit_agent_event("agent_started", {})

    assert asyncio.run(send()) == 1
    assert here.received == [{"type": "agent_started", "payload": {}}]


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(ValueError, match="agent_lost"):
        asyncio.run(WebSocketManager(ADA).emit_agent_event("agent_lost", {}))


def test_the_audited_manager_remembers() -> None:
    manager = AuditedWebSocketManager(ADA)

    asyncio.run(manager.send_message({"type": "note"}))

    assert manager.audit_log == [{"type": "note"}]
