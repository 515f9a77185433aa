"""What can be sent, what cannot, and what becomes of it."""

from __future__ import annotations

import dataclasses
import enum
from datetime import UTC, datetime

import pytest

from pluribus_unum import EventRefused
from pluribus_unum.testing import FakeSocket, settle
from tests.unum.running import ANN, hub, runs


class Colour(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Point:
    x: int


@pytest.mark.parametrize(
    ("payload", "arrives"),
    [
        ({"a": [1, None, True, 2.5, "Grüße 🎈"]}, {"a": [1, None, True, 2.5, "Grüße 🎈"]}),
        (Colour.RED, "red"),
        (Point(1), {"x": 1}),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00Z"),
        (float("nan"), None),
        (2**63 - 1, 2**63 - 1),
        ("x" * 100_000, "x" * 100_000),
    ],
)
def test_what_json_can_hold_arrives(payload: object, arrives: object) -> None:
    @runs
    async def test() -> None:
        async with hub() as it:
            socket = FakeSocket()
            await it.manager(ANN).add_connection(socket)
            await it.manager(ANN).emit_agent_event("x", payload)
            await settle()
            assert [each["payload"] for each in socket.events] == [arrives]

    test()


@pytest.mark.parametrize("payload", [object(), "\ud800", {"deep": [..., ...]}, "x" * 300_000])
def test_what_cannot_be_sent_is_refused_and_the_connection_lives(payload: object) -> None:
    @runs
    async def test() -> None:
        async with hub() as it:
            socket = FakeSocket()
            await it.manager(ANN).add_connection(socket)
            with pytest.raises(EventRefused):
                await it.manager(ANN).emit_agent_event("x", payload)
            await it.manager(ANN).emit_agent_event("x", 1)
            await settle()
            assert [(each["seq"], each["payload"]) for each in socket.events] == [(1, 1)]

    test()


@pytest.mark.parametrize("name", ["welcome", "reset", "error", ""])
def test_a_word_of_the_protocol_is_no_name_of_an_event(name: str) -> None:
    @runs
    async def test() -> None:
        async with hub() as it:
            with pytest.raises(EventRefused):
                await it.manager(ANN).emit_agent_event(name, 1)

    test()


@runs
async def test_what_is_changed_after_it_was_sent_arrives_as_it_was() -> None:
    async with hub() as it:
        socket, payload = FakeSocket(), {"n": 1}
        await it.manager(ANN).add_connection(socket)
        await it.manager(ANN).emit_agent_event("x", payload)
        payload["n"] = 2
        await settle()

        assert socket.events[0]["payload"] == {"n": 1}
