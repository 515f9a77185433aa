"""Old signatures over a hub: what they keep of their promises, and what they say."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest

from pluribus_unum import CloseCode, EventRefused, Hub, Limits, NoUser, Refused, serving
from pluribus_unum.compat import ConnectionManager, LegacyManager
from pluribus_unum.testing import FakeSocket, settle
from tests.unum.running import ANN, BOB, Context, hub, runs

quietly = pytest.mark.filterwarnings("ignore:.*is an old signature:DeprecationWarning")


class Browser(FakeSocket):
    """A socket that has to be accepted."""

    def __init__(self) -> None:
        super().__init__()
        self.is_accepted = False

    async def accept(self) -> None:
        assert not self.is_accepted, "accepted twice"
        self.is_accepted = True


@asynccontextmanager
async def room(**given: Any) -> AsyncIterator[tuple[ConnectionManager, Browser, Browser]]:
    async with hub(limits=Limits(**given)) as it:
        manager = ConnectionManager(it)
        first, second = Browser(), Browser()
        await manager.connect(first)
        await manager.connect(second)
        yield manager, first, second


@quietly
@runs
async def test_a_room_is_sent_bare_text_in_one_order_and_what_is_personal_to_one_alone() -> None:
    async with room() as (manager, first, second):
        await manager.broadcast("one")
        await manager.send_personal_message("two", second)
        await manager.broadcast("three\nlines {}")
        await settle()

        assert first.frames == ["one", "three\nlines {}"]
        assert second.frames == ["one", "two", "three\nlines {}"]
        assert first.is_accepted
        assert manager.active_connections == [first, second]


@quietly
@runs
async def test_who_is_there_already_stays_as_they_are() -> None:
    async with room() as (manager, first, second):
        await manager.connect(first)
        await manager.broadcast("once")
        await settle()

        assert first.frames == ["once"]
        assert first.close_code is None
        assert manager.active_connections == [first, second]


@quietly
@runs
async def test_who_left_gets_nothing_more_and_is_not_closed() -> None:
    async with room() as (manager, first, second):
        manager.disconnect(first)
        manager.disconnect(first)
        manager.disconnect(Browser())
        await manager.send_personal_message("to who left", first)
        await manager.broadcast("to who is there")
        await settle()

        assert first.frames == []
        assert first.close_code is None
        assert second.frames == ["to who is there"]
        assert manager.active_connections == [second]


@quietly
@runs
async def test_who_left_can_come_back() -> None:
    async with room() as (manager, first, _):
        manager.disconnect(first)
        await manager.broadcast("missed")
        first.is_accepted = False
        await manager.connect(first)
        await manager.broadcast("new")
        await settle()

        assert first.frames == ["new"]


@quietly
@runs
async def test_one_that_does_not_read_holds_up_nobody_and_one_that_is_gone_stops_nobody() -> None:
    async with room() as (manager, slow, gone):
        third = Browser()
        await manager.connect(third)
        slow.stall()
        gone.is_gone = True
        for number in range(3):
            await asyncio.wait_for(manager.broadcast(str(number)), 0.1)
        await settle()

        assert third.frames == ["0", "1", "2"]
        assert manager.active_connections == [slow, third]


@quietly
@runs
async def test_a_room_that_is_full_closes_whom_it_refuses() -> None:
    async with room(connections_per_user=2) as (manager, _, _):
        late = Browser()
        with pytest.raises(Refused):
            await manager.connect(late)

        assert late.close_code == CloseCode.TOO_MANY_CONNECTIONS
        assert late not in manager.active_connections


@quietly
@runs
async def test_a_room_is_no_users_and_another_room_is_another() -> None:
    async with hub() as it:
        everybody, other, user = Browser(), Browser(), FakeSocket()
        await ConnectionManager(it).connect(everybody)
        await ConnectionManager(it, room="other").connect(other)
        await it.manager(Context("everybody")).add_connection(user)
        await ConnectionManager(it).broadcast("hello")
        await settle()
        await it.broadcast("notice", {"to": "all"})
        await settle()

        assert everybody.frames == ["hello", '{"to":"all"}']
        assert other.frames == ['{"to":"all"}']
        assert [each["type"] for each in user.events] == ["notice"]


@quietly
@runs
async def test_a_manager_without_a_hub_has_one_that_takes_many() -> None:
    manager = ConnectionManager()
    async with manager.hub.lifespan():
        sockets = [Browser() for _ in range(11)]
        for each in sockets:
            await manager.connect(each)
        await manager.broadcast("hello")
        await settle()

        assert all(each.frames == ["hello"] for each in sockets)


@quietly
@pytest.mark.parametrize("text", ["\ud800", "x" * 300_000])
def test_text_that_cannot_be_sent_is_refused_and_the_room_goes_on(text: str) -> None:
    @runs
    async def test() -> None:
        async with room() as (manager, first, _):
            with pytest.raises(EventRefused):
                await manager.broadcast(text)
            await manager.broadcast("next")
            await settle()
            assert first.frames == ["next"]

    test()


CALLS: list[tuple[str, Callable[[LegacyManager], Awaitable[object]]]] = [
    ("event_data", lambda old: old.emit({"type": "x", "payload": 1}, ANN)),
    ("data", lambda old: old.emit({"type": "x", "data": 1, "timestamp": 7}, ANN)),
    ("critical", lambda old: old.emit_critical_event("ann", "x", 1)),
    ("user", lambda old: old.send_to_user("ann", {"type": "x", "data": 1})),
]


@quietly
@pytest.mark.parametrize(("name", "call"), CALLS)
def test_each_way_to_send_reaches_the_user_and_nobody_else(
    name: str, call: Callable[[LegacyManager], Awaitable[object]]
) -> None:
    @runs
    async def test() -> None:
        async with hub() as it:
            old, mine, theirs = LegacyManager(it), FakeSocket(), FakeSocket()
            await old.connect_user("ann", mine)
            await old.add_connection(theirs, BOB)
            await call(old)
            await settle()
            assert [(each["type"], each["payload"]) for each in mine.events] == [("x", 1)]
            assert theirs.events == []

    test()


@quietly
@runs
async def test_a_table_without_a_payload_is_one_and_its_labels_are_the_events() -> None:
    async with hub() as it:
        socket, context = FakeSocket(), Context("ann", "t1", "r1")
        await LegacyManager(it).add_connection(socket, context)
        await LegacyManager(it).emit({"type": "x", "text": "hi", "run_id": 2}, context)
        with pytest.raises(EventRefused):
            await LegacyManager(it).emit({"text": "no type"}, context)
        await settle()

        (event,) = socket.events
        assert event["payload"] == {"text": "hi"}
        assert (event["thread_id"], event["run_id"]) == ("t1", "2")


@quietly
@runs
async def test_sockets_leave_one_by_one_or_all_together() -> None:
    async with hub() as it:
        old, first, second, third = LegacyManager(it), FakeSocket(), FakeSocket(), FakeSocket()
        await old.connect_user("ann", first)
        assert await old.register_connection("tab", "ann", second) == "tab"
        await old.connect_user("ann", third)
        await old.disconnect_user("ann", first)
        await old.disconnect_user("ann", FakeSocket())
        await old.disconnect_user("bob")
        assert len(it.manager(ANN).get_active_connections()) == 2
        await old.disconnect_user("ann")

        assert it.manager(ANN).get_active_connections() == ()
        assert [each.close_code for each in (first, second, third)] == [1000, 1000, 1000]


@quietly
@runs
async def test_numbers_and_uuids_are_users_and_what_is_none_is_not() -> None:
    uuid = UUID(int=7)
    async with hub() as it:
        with serving(it):
            old = LegacyManager()
            for user in (7, uuid):
                socket = FakeSocket()
                await old.connect_user(user, socket)
                await old.emit_critical_event(str(user), "x", 1)
                await settle()
                assert len(socket.events) == 1
            for nobody in (None, "", " ", True, b"ann", ["ann"]):
                with pytest.raises(NoUser):
                    await old.emit_critical_event(nobody, "x", 1)


@runs
async def test_each_call_names_the_new_one_at_the_line_that_makes_it() -> None:
    async with hub() as it:
        browser, socket = Browser(), FakeSocket()
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            manager, old = ConnectionManager(it), LegacyManager(it)
            await manager.connect(browser)
            await manager.send_personal_message("x", browser)
            await manager.broadcast("x")
            manager.disconnect(browser)
            await old.add_connection(socket, ANN)
            await old.connect_user("ann", FakeSocket())
            await old.register_connection("tab", "ann", FakeSocket())
            await old.emit({"type": "x"}, ANN)
            await old.emit_critical_event("ann", "x", 1)
            await old.send_to_user("ann", {"type": "x"})
            await old.disconnect_user("ann")

    assert len(said) == 12
    assert {each.category for each in said} == {DeprecationWarning}
    assert {each.filename for each in said} == {__file__}
    assert len({each.lineno for each in said}) == 12
    assert all(": call `" in str(each.message) for each in said)
    named = {str(each.message).rpartition("call `")[2].split("(")[0] for each in said}
    for name in named - {"Hub", "await get_websocket_manager"}:
        whose, _, method = name.removeprefix("await ").partition(".")
        assert hasattr(Hub() if whose == "hub" else it.manager(ANN), method), name
