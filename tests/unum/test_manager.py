"""What one user's code can do, and what it cannot do to another."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from pluribus_unum import (
    CloseCode,
    EventRefused,
    Hub,
    HubClosed,
    Limits,
    NoHub,
    NoUser,
    Position,
    Refused,
    UnumError,
    get_websocket_manager,
    serving,
)
from pluribus_unum.testing import FakeSocket, settle
from tests.unum.running import ANN, BOB, Context, hub, runs


@runs
async def test_every_connection_of_the_user_gets_an_event_once_and_nobody_elses_does() -> None:
    async with hub() as it:
        first, second, other = FakeSocket(), FakeSocket(), FakeSocket()
        await it.manager(ANN).add_connection(first)
        await it.manager(ANN).add_connection(second)
        await it.manager(BOB).add_connection(other)

        receipt = await it.manager(ANN).emit_agent_event("agent_thinking", {"thought": "hm"})
        await settle()

        assert (receipt.seq, receipt.live, receipt.is_duplicate) == (1, 2, False)
        for socket in (first, second):
            assert [each["payload"] for each in socket.events] == [{"thought": "hm"}]
        assert other.events == []


@runs
async def test_the_same_user_has_the_same_manager_and_another_user_has_another() -> None:
    async with hub() as it:
        ann = it.manager(ANN)

        assert it.manager(Context("ann", "t", "r")) is ann
        assert it.manager(BOB) is not ann


@runs
async def test_a_manager_that_nobody_holds_is_let_go() -> None:
    async with hub() as it:
        it.manager(ANN)
        gc.collect()

        assert len(it._managers) == 0  # noqa: SLF001 # what must not grow


@pytest.mark.parametrize("user", [None, "", "  ", 7, b"ann", ["ann"]])
def test_a_context_without_a_user_has_no_manager(user: object) -> None:
    with pytest.raises(NoUser, match="user_id"):
        Hub().manager(Context(user))


@pytest.mark.parametrize("context", [None, object(), {"user_id": "ann"}])
def test_what_is_no_context_has_no_manager(context: Any) -> None:
    with pytest.raises(NoUser):
        Hub().manager(context)


@runs
async def test_who_is_away_gets_what_was_sent_meanwhile() -> None:
    async with hub() as it:
        manager = it.manager(ANN)
        before = FakeSocket()
        connection = await manager.add_connection(before)
        await manager.emit_agent_event("x", 1)
        await settle()
        await manager.remove_connection(connection)
        await manager.emit_agent_event("x", 2)
        after = FakeSocket()
        welcome = before.messages[0]
        await manager.add_connection(after, resume=Position(welcome["epoch"], 1))
        await settle()

        assert [each["payload"] for each in before.events] == [1]
        assert after.messages[0]["recovered"] is True
        assert [each["payload"] for each in after.events] == [2]


@runs
async def test_who_saw_nothing_yet_and_was_cut_off_gets_everything() -> None:
    async with hub() as it:
        manager = it.manager(ANN)
        before, after = FakeSocket(), FakeSocket()
        connection = await manager.add_connection(before)
        await settle()
        await manager.remove_connection(connection)
        await manager.emit_agent_event("x", 1)
        welcome = before.messages[0]
        await manager.add_connection(after, resume=Position(welcome["epoch"], welcome["seq"]))
        await settle()

        assert [each["payload"] for each in after.events] == [1]


@runs
async def test_nothing_arrives_after_a_removal_and_removing_twice_does_no_harm() -> None:
    async with hub() as it:
        socket, manager = FakeSocket(), it.manager(ANN)
        connection = await manager.add_connection(socket)
        await settle()
        await manager.remove_connection(connection.id)
        await manager.remove_connection(connection.id)
        await manager.remove_connection("nobody")
        await manager.emit_agent_event("x", 1)
        await settle()

        assert socket.events == []
        assert socket.close_code == 1000


@runs
async def test_the_end_of_an_old_socket_does_not_take_away_the_new_one_of_the_same_name() -> None:
    async with hub() as it:
        old, new, manager = FakeSocket(), FakeSocket(), it.manager(ANN)
        first = await manager.add_connection(old, connection_id="tab")
        await manager.add_connection(new, connection_id="tab")
        await manager.remove_connection(first)
        await manager.emit_agent_event("x", 1)
        await settle()

        assert [each["payload"] for each in new.events] == [1]
        assert old.close_code is not None


@runs
async def test_the_same_socket_added_twice_is_one_connection() -> None:
    async with hub() as it:
        socket, manager = FakeSocket(), it.manager(ANN)
        first = await manager.add_connection(socket, connection_id="tab")
        again = await manager.add_connection(socket, connection_id="tab")
        await manager.emit_agent_event("x", 1)
        await settle()

        assert first is again
        assert len(socket.events) == 1


@runs
async def test_another_users_connection_cannot_be_removed_by_its_name() -> None:
    async with hub() as it:
        socket = FakeSocket()
        theirs = await it.manager(ANN).add_connection(socket, connection_id="tab")
        await it.manager(BOB).remove_connection("tab")
        await it.manager(BOB).remove_connection(theirs)

        assert len(it.manager(ANN).get_active_connections()) == 1
        assert socket.close_code is None


@runs
async def test_more_connections_than_may_be_are_refused_and_the_others_stay() -> None:
    async with hub(limits=Limits(connections_per_user=2)) as it:
        manager = it.manager(ANN)
        kept = [FakeSocket(), FakeSocket()]
        for socket in kept:
            await manager.add_connection(socket)
        with pytest.raises(Refused) as refused:
            await manager.add_connection(FakeSocket())
        await manager.emit_agent_event("x", 1)
        await settle()

        assert refused.value.code == CloseCode.TOO_MANY_CONNECTIONS
        assert [len(socket.events) for socket in kept] == [1, 1]


@runs
async def test_an_event_sent_again_under_its_key_is_one_event() -> None:
    async with hub() as it:
        socket, manager = FakeSocket(), it.manager(ANN)
        await manager.add_connection(socket)
        receipts = [await manager.emit_agent_event("x", 1, key="once") for _ in range(10)]
        other = await it.manager(BOB).emit_agent_event("x", 2, key="once")
        await settle()

        assert {each.seq for each in receipts} == {1}
        assert [each.is_duplicate for each in receipts] == [False, *[True] * 9]
        assert not other.is_duplicate
        assert len(socket.events) == 1


@runs
async def test_a_message_is_for_those_who_are_there_and_moves_no_number() -> None:
    async with hub() as it:
        socket, manager = FakeSocket(), it.manager(ANN)
        connection = await manager.add_connection(socket)
        await manager.send_message({"type": "typing", "payload": True})
        await manager.send_message({"type": "hint"}, connection_id=connection.id)
        receipt = await manager.emit_agent_event("x", 1)
        await settle()

        assert receipt.seq == 1
        assert [each["type"] for each in socket.messages] == ["welcome", "typing", "hint", "x"]


@runs
async def test_a_broadcast_of_the_hub_reaches_everybody_and_one_of_a_manager_its_user() -> None:
    async with hub() as it:
        ann, bob = FakeSocket(), FakeSocket()
        await it.manager(ANN).add_connection(ann)
        await it.manager(BOB).add_connection(bob)
        await it.broadcast("maintenance", {"at": 8})
        await it.manager(ANN).broadcast_event("notice", 1)
        await settle()

        assert [each["type"] for each in ann.events] == ["maintenance", "notice"]
        assert [each["type"] for each in bob.events] == ["maintenance"]


@runs
async def test_threads_and_runs_may_be_named_as_a_database_does() -> None:
    row = SimpleNamespace(user_id="ann", thread_id=UUID(int=1), run_id=7)
    async with hub() as it:
        here, elsewhere = FakeSocket(), FakeSocket()
        await it.manager(ANN).add_connection(here, threads=[str(row.thread_id)])
        await it.manager(ANN).add_connection(elsewhere, threads=["another"])
        async with it.manager(row).run(row):
            pass
        await it.manager(row).emit_agent_event("x", 1, run=row)
        await settle()

    assert {(each["thread_id"], each["run_id"]) for each in here.events} == {
        ("00000000-0000-0000-0000-000000000001", "7")
    }
    assert (len(here.events), elsewhere.events) == (3, [])


@runs
async def test_who_has_no_isolation_key_is_asked_for_as_nobody() -> None:
    def nothing(context: object) -> Any:
        return None

    async with hub(key=nothing) as it:
        with pytest.raises(NoUser, match="isolation key"):
            await it.presence(ANN)


@runs
async def test_the_hub_of_a_request_is_found_and_none_is_made_up() -> None:
    async with hub() as it:
        with pytest.raises(NoHub):
            get_websocket_manager(ANN)
        with serving(it):
            found = get_websocket_manager(ANN)

        assert found is it.manager(ANN)
        assert get_websocket_manager(ANN, hub=it) is found


@runs
async def test_a_thread_can_send_and_the_loop_may_not_wait_for_itself() -> None:
    async with hub() as it:
        socket = FakeSocket()
        await it.manager(ANN).add_connection(socket)
        position = await asyncio.to_thread(it.emit_threadsafe, ANN, "x", 1)
        await settle()
        with pytest.raises(UnumError, match="other threads"):
            it.emit_threadsafe(ANN, "x", 2)

        assert position.seq == 1
        assert len(socket.events) == 1


@runs
async def test_another_loop_is_told_that_it_is_another() -> None:
    async with hub() as it:

        def elsewhere() -> None:
            with pytest.raises(HubClosed, match="another event loop"):
                asyncio.run(it.manager(ANN).emit_agent_event("x", 1))

        await asyncio.to_thread(elsewhere)


@runs
async def test_a_hub_that_was_stopped_says_so_and_its_sockets_are_sent_elsewhere() -> None:
    socket = FakeSocket()
    async with hub() as it:
        manager = it.manager(ANN)
        await manager.add_connection(socket)
    with pytest.raises(HubClosed):
        await manager.emit_agent_event("x", 1)

    assert socket.close_code == CloseCode.DRAIN
    assert len(asyncio.all_tasks()) == 1, "only this test is left"


@runs
async def test_draining_asks_before_it_ends() -> None:
    async with hub() as it:
        sockets = [FakeSocket() for _ in range(3)]
        for socket in sockets:
            await it.manager(ANN).add_connection(socket)
        await it.drain(within_s=0.1)
        with pytest.raises(Refused):
            await it.manager(BOB).add_connection(FakeSocket())

        for socket in sockets:
            assert [each["type"] for each in socket.messages] == ["welcome", "drain"]
            assert socket.close_code == CloseCode.DRAIN


@runs
async def test_a_server_that_is_full_takes_nobody_new_and_forgets_whom_it_refused() -> None:
    async with hub(limits=Limits(users=1)) as it:
        await it.manager(ANN).add_connection(FakeSocket())
        with pytest.raises(Refused) as refused:
            await it.manager(BOB).add_connection(FakeSocket())
        await it.manager(ANN).add_connection(FakeSocket())

        assert refused.value.code == CloseCode.OVER_CAPACITY
        assert it.connected.counts() == {"users": 1, "connections": 2}


def test_two_threads_that_ask_at_once_get_one_manager() -> None:
    it, found = Hub(), []
    gate = threading.Barrier(8)

    def ask() -> None:
        gate.wait()
        found.append(it.manager(ANN))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len({id(each) for each in found}) == 1


@runs
async def test_what_is_nested_deep_is_sent_or_refused() -> None:
    async with hub() as it:
        manager, socket, sent = it.manager(ANN), FakeSocket(), 0
        await manager.add_connection(socket)
        for depth in range(900, 1_100):
            payload: list[Any] = []
            for _ in range(depth):
                payload = [payload]
            with contextlib.suppress(EventRefused):
                await manager.emit_agent_event("tool_executing", {"p": payload}, run_id="r")
                sent += 1
        await settle()

        stream = await it.broker.join("ann")
        assert stream.seq == sent
        assert sent
