"""Connections of applications that say how tasks are made."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

import pytest

from pluribus_unum.testing import FakeSocket, settle
from tests.unum.running import ANN, hub, runs


@runs
async def test_a_connection_works_inside_of_what_traces_its_task() -> None:
    def tracing(
        loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, Any], **how: Any
    ) -> asyncio.Task[Any]:
        async def traced() -> Any:
            return await coro

        return asyncio.Task(traced(), loop=loop, **how)

    factory: Any = tracing
    asyncio.get_running_loop().set_task_factory(factory)
    async with hub() as it:
        manager, socket = it.manager(ANN), FakeSocket()
        connection = await manager.add_connection(socket)
        for number in range(3):
            await manager.emit_agent_event("agent_thinking", number)
            await settle()
        socket.stall()
        await manager.emit_agent_event("agent_thinking", 3)
        await settle()
        socket.resume()
        await settle()

        assert [each["payload"] for each in socket.events] == [0, 1, 2, 3]
        await connection.close(4000, "over")
        assert not connection.is_alive
        assert socket.close_code == 4000


@runs
async def test_a_connection_that_cannot_begin_is_none() -> None:
    def once(*_: object, **__: object) -> asyncio.Task[None]:
        asyncio.get_running_loop().set_task_factory(None)
        raise TypeError("no task")

    factory: Any = once
    async with hub() as it:
        manager = it.manager(ANN)
        stream = await it.broker.join("ann")
        asyncio.get_running_loop().set_task_factory(factory)
        with pytest.raises(TypeError, match="no task"):
            await manager.add_connection(FakeSocket())

        assert manager.get_active_connections() == ()
        assert len(stream.watchers) == 0


@pytest.mark.skipif(sys.version_info < (3, 12), reason="needs tasks that are eager: Python 3.12")
@runs
async def test_where_tasks_are_eager_what_ends_at_once_is_not_watched_for() -> None:
    async with hub() as it:
        eager: Any = getattr(asyncio, "eager_task_factory")  # noqa: B009  # 3.11 has none
        asyncio.get_running_loop().set_task_factory(eager)
        stream = await it.broker.join("ann")
        gone = FakeSocket()
        gone.is_gone = True
        await it.manager(ANN).add_connection(gone)
        await settle()

        assert len(stream.watchers) == 0
        there = FakeSocket()
        await it.manager(ANN).add_connection(there)
        for number in range(3):
            await it.manager(ANN).emit_agent_event("agent_thinking", number)
            await settle()
        assert [each["payload"] for each in there.events] == [0, 1, 2]
