"""The rest of the chat, and what its fragments do to each other."""

from __future__ import annotations

import asyncio
import logging

import pytest
from chat.admin import describe, has_metrics
from chat.agents.notifier import UnifiedWebSocketManager
from chat.context import UserContext
from chat.jobs import Worker, send_digest
from chat.logs import log_delivery
from chat.plugins import default_manager_factory, manager_factory
from chat.realtime import get_websocket_manager
from chat.routes import connect, disconnect
from chat.storage.pool import DatabaseConnectionManager
from chat.ws.compat import WebSocketManager as MobileManager
from chat.ws.connection_manager import ConnectionManager, connection_manager
from chat.ws.factory import create_websocket_manager
from tests.fakes import FakeWebSocket

ADA = UserContext(user_id="ada", thread_id="app")


def test_a_socket_is_registered_and_forgotten_in_both_managers() -> None:
    websocket = FakeWebSocket()

    async def come_and_go() -> tuple[int, int]:
        manager = await connect(websocket, "ada", "app", "c1")
        seen = await manager.send_message({"type": "hello"})
        await disconnect(websocket, "ada", "app", "c1")
        return seen, await manager.send_message({"type": "bye"})

    assert asyncio.run(come_and_go()) == (1, 0)
    assert connection_manager.active_connections == {"ada": []}


def test_a_digest_reaches_nobody_because_its_manager_is_another() -> None:
    async def digest() -> int:
        await get_websocket_manager(ADA).add_connection("c1", FakeWebSocket())
        return await send_digest(ADA, "quiet")

    assert asyncio.run(digest()) == 0


def test_the_notifier_numbers_its_events() -> None:
    websocket = FakeWebSocket()
    manager = UnifiedWebSocketManager()

    async def notify() -> None:
        await manager.add_connection("c1", websocket, ADA)
        await manager.tool_executing("ada", "search")

    asyncio.run(notify())

    assert [message["sequence"] for message in websocket.received] == [1]


def test_the_old_factory_returns_a_manager_of_its_own() -> None:
    assert create_websocket_manager("ada") is not create_websocket_manager("ada")
    assert manager_factory() is create_websocket_manager
    assert default_manager_factory() is get_websocket_manager


def test_the_name_for_the_mobile_gateway_is_another_class() -> None:
    assert MobileManager is ConnectionManager


def test_operators_see_names_and_no_numbers() -> None:
    assert describe(get_websocket_manager(ADA)) == "ada/app"
    assert describe(None) == "unknown"
    assert not has_metrics()


def test_deliveries_are_logged_by_the_old_name(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="chat.ws.manager"):
        log_delivery("ada", 1)

    assert caplog.messages == ["delivered to 1 sockets of ada"]


def test_a_worker_and_a_pool_are_no_managers() -> None:
    worker = Worker()
    worker.start()
    worker.close()
    pool = DatabaseConnectionManager("db://", 1)
    pool.release(pool.acquire())

    assert not worker.is_running
