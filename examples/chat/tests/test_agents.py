"""The agents, with the manager replaced by its old path."""

from __future__ import annotations

import asyncio
from unittest import mock

import pytest
from chat.agents.runner import run_agent
from chat.agents.supervisor import replay, report_progress
from chat.context import UserContext
from tests.fakes import FakeWebSocketManager

ADA = UserContext(user_id="ada", thread_id="agents")


def test_a_run_is_announced_and_completed() -> None:
    fake = FakeWebSocketManager()

    with mock.patch("chat.ws.manager.get_websocket_manager", return_value=fake):
        asyncio.run(run_agent(ADA, "writer"))

    assert fake.events == ["agent_started", "agent_completed"]


@mock.patch("chat.agents.supervisor.get_websocket_manager")
def test_progress_is_reported(factory: mock.Mock) -> None:
    factory.return_value = FakeWebSocketManager()

    assert asyncio.run(report_progress(ADA, "hm")) == 1


def test_nobody_noticed_that_replay_is_broken() -> None:
    with pytest.raises(ImportError):
        asyncio.run(replay(ADA))
