"""An event's id is its place, and the place is all that who comes back has to know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluribus_unum import Position, Receipt
from pluribus_unum.protocol import WebSocketManager
from pluribus_unum.testing import FakeSocket, settle
from tests.unum.running import ANN, BOB, hub, runs


@runs
async def test_the_id_of_an_event_is_handed_back_as_it_is_and_nothing_is_missed() -> None:
    async with hub() as it:
        manager, before, after = it.manager(ANN), FakeSocket(), FakeSocket()
        connection = await manager.add_connection(before)
        receipt = await manager.emit_agent_event("x", 1)
        await settle()
        await manager.remove_connection(connection)
        await manager.emit_agent_event("x", 2)
        await manager.add_connection(after, resume=before.events[-1]["id"])
        await settle()

        assert before.events[-1]["id"] == receipt.id == f"{receipt.epoch}:{receipt.seq}"
        assert after.messages[0]["recovered"] is True
        assert [each["payload"] for each in after.events] == [2]


NO_IDS = ["", ":", "x", "9f2c:", ":1", "9f2c:-1", "9f2c:+1", "9f2c:1.0", "9f2c:٣", "1" * 9_000]


@pytest.mark.parametrize("resume", NO_IDS)
def test_what_was_never_an_id_is_told_of_and_is_no_error(resume: str) -> None:
    @runs
    async def test() -> None:
        async with hub() as it:
            manager, socket = it.manager(ANN), FakeSocket()
            await manager.emit_agent_event("x", 1)
            await manager.add_connection(socket, resume=resume)
            await manager.emit_agent_event("x", 2)
            await settle()

            assert [each["type"] for each in socket.messages] == ["welcome", "reset", "x"]
            assert socket.messages[0]["recovered"] is False
            assert [each["payload"] for each in socket.events] == [2]

    test()


@runs
async def test_an_id_of_another_user_opens_nothing() -> None:
    async with hub() as it:
        receipt = await it.manager(ANN).emit_agent_event("x", "secret")
        await it.manager(ANN).emit_agent_event("x", "secret")
        socket = FakeSocket()
        await it.manager(BOB).add_connection(socket, resume=receipt.id)
        await settle()

        assert socket.events == []
        assert socket.messages[-1]["type"] == "reset"


@runs
async def test_what_is_kept_nowhere_has_a_name_that_is_no_place() -> None:
    async with hub() as it:
        socket = FakeSocket()
        await it.manager(ANN).add_connection(socket)
        await it.manager(ANN).send_message({"type": "typing"})
        await it.broadcast("notice", 1)
        await settle()

        names = {each["id"] for each in socket.events}
        assert len(names) == 2
        assert not any(":" in each for each in names)


@given(st.text(max_size=20), st.integers(0, 10**18 - 1))
def test_a_position_is_read_back_as_it_was_written(epoch: str, seq: int) -> None:
    position = Position(epoch, seq)

    assert Position.parse(str(position)) == position


@given(st.text(max_size=40))
def test_any_text_is_read_without_an_error(text: str) -> None:
    position = Position.parse(text)

    assert str(position) == text or position == Position("", 0) or position.seq < 10**18


@runs
async def test_code_that_asks_for_the_protocol_is_served_by_a_manager() -> None:
    async def greet(manager: WebSocketManager) -> Receipt:
        return await manager.emit_agent_event("greeting", "hello")

    async with hub() as it:
        receipt = await greet(it.manager(ANN))

    assert receipt.seq == 1
