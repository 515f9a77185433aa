"""Sockets that do not read, are gone, or are let go: what becomes of them, and of the others."""

from __future__ import annotations

import asyncio

from pluribus_unum import CloseCode, Limits
from pluribus_unum.testing import FakeClock, FakeSocket, settle
from tests.unum.running import ANN, BOB, hub, runs


@runs
async def test_sending_waits_for_no_socket_and_a_stalled_one_holds_up_nobody() -> None:
    async with hub() as it:
        stalled, other = FakeSocket(), FakeSocket()
        manager = it.manager(ANN)
        await manager.add_connection(stalled)
        await manager.add_connection(other)
        await settle()
        stalled.stall()

        for number in range(50):
            await asyncio.wait_for(manager.emit_agent_event("x", number), 0.1)
        await settle(200)

        assert [each["payload"] for each in other.events] == list(range(50))


@runs
async def test_a_socket_that_does_not_read_is_let_go_and_can_come_back() -> None:
    limits = Limits(send_s=5)
    async with hub(limits=limits) as it:
        assert isinstance(it.clock, FakeClock)
        socket, manager = FakeSocket(), it.manager(ANN)
        await manager.add_connection(socket)
        await settle()
        socket.stall()
        await manager.emit_agent_event("x", 1)
        await settle()
        it.clock.advance(6)
        await asyncio.sleep(0.7)  # the ticker looks twice a second

        assert manager.get_active_connections() == ()
        assert socket.close_code == CloseCode.SLOW_CONSUMER


@runs
async def test_a_socket_that_is_gone_is_forgotten_and_the_others_go_on() -> None:
    async with hub() as it:
        gone, other = FakeSocket(), FakeSocket()
        manager = it.manager(ANN)
        await manager.add_connection(gone)
        await manager.add_connection(other)
        gone.is_gone = True

        await manager.emit_agent_event("x", 1)
        await settle()

        assert [each["payload"] for each in other.events] == [1]
        assert len(manager.get_active_connections()) == 1
        assert gone.close_code == CloseCode.FAILED, "it may be there after all, and come back"


@runs
async def test_a_socket_that_is_far_behind_is_let_go_while_it_is_being_sent_to() -> None:
    """What it was to be told of its end waited for the very send that did not end."""
    async with hub(limits=Limits(events_per_user=8)) as it:
        assert isinstance(it.clock, FakeClock)
        socket, manager = FakeSocket(), it.manager(ANN)
        await manager.add_connection(socket)
        await settle()
        socket.stall()
        for number in range(6):
            await manager.emit_agent_event("x", number)
        await settle()
        it.clock.advance(1)  # less than a send may take
        await asyncio.sleep(1.2)  # two looks of the hub

        assert socket.close_code == CloseCode.SLOW_CONSUMER
        assert manager.get_active_connections() == ()


class Stubborn(FakeSocket):
    """Goes on waiting for the other side when it is cancelled, as some servers do."""

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        while not self.is_gone:
            try:
                await asyncio.sleep(5)
            except asyncio.CancelledError:
                continue


@runs
async def test_a_removal_does_not_wait_for_a_socket_that_never_answers() -> None:
    async with hub() as it:
        socket, manager = Stubborn(), it.manager(ANN)
        connection = await manager.add_connection(socket)
        async with asyncio.timeout(3):
            await manager.remove_connection(connection)

        assert manager.get_active_connections() == ()
        socket.is_gone = True


@runs
async def test_all_connections_of_a_user_are_let_go_and_nobody_elses() -> None:
    async with hub() as it:
        mine, theirs = [FakeSocket(), FakeSocket()], FakeSocket()
        for socket in mine:
            await it.manager(ANN).add_connection(socket)
        await it.manager(BOB).add_connection(theirs)
        await it.manager(ANN).remove_all_connections(4001, "signed out")
        await it.manager(ANN).emit_agent_event("x", 1)
        await settle()

        assert [each.close_code for each in mine] == [4001, 4001]
        assert [each.events for each in mine] == [[], []]
        assert theirs.close_code is None
