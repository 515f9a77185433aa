"""What is easily done wrong with a hub: it is refused by a word of help, or does no harm."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect

from pluribus_unum import Hub, HubClosed, MemoryBroker, NoUser, UnumError
from pluribus_unum.testing import FakeSocket, settle
from tests.unum.running import ANN, hub, runs
from tests.unum.server import ByName, served, tab


@dataclass(frozen=True)
class Member:
    user_id: str
    team: Any


def team_of(context: Any) -> Any:
    return context.team


@runs
async def test_the_same_socket_added_twice_without_a_name_is_one_connection_too() -> None:
    async with hub() as it:
        socket, manager = FakeSocket(), it.manager(ANN)
        first = await manager.add_connection(socket)
        again = await manager.add_connection(socket)
        await manager.emit_agent_event("x", 1)
        await settle()

        assert first is again
        assert len(socket.events) == 1


@runs
async def test_threads_are_a_collection_and_not_a_text_whose_every_part_is_one() -> None:
    async with hub() as it:
        with pytest.raises(UnumError, match="collection"):
            await it.manager(ANN).add_connection(FakeSocket(), threads="t12")


@runs
async def test_a_socket_that_was_not_accepted_is_refused_where_it_is_added() -> None:
    found, it = list[str](), Hub()

    async def chat(websocket: WebSocket) -> None:
        try:
            await it.manager(ANN).add_connection(websocket)
        except UnumError as error:
            found.append(error.hint)
        await websocket.accept()
        await it.manager(ANN).add_connection(websocket)
        await websocket.receive()

    async with (
        served(it, routes=[WebSocketRoute("/chat", chat)]) as address,
        connect(address.replace("/ws", "/chat")) as socket,
    ):
        assert "welcome" in str(await socket.recv())

    assert "accept" in found[0]


def test_a_hub_can_be_started_again_as_when_its_application_is_for_each_test() -> None:
    it, epochs = Hub(auth=ByName()), set[str]()

    @runs
    async def life() -> None:
        async with served(it) as address, tab(address) as client:
            (welcome,) = await client.hear()
            epochs.add(welcome["epoch"])

    life()
    life()

    assert len(epochs) == 2, "what was before is gone, and is told so"


@runs
async def test_who_shares_a_stream_has_a_manager_and_a_name_of_their_own() -> None:
    async with hub(key=team_of) as it:
        ann, bob = it.manager(Member("ann", "red")), it.manager(Member("bob", "red"))
        socket = FakeSocket()
        await ann.add_connection(socket)
        await bob.emit_agent_event("x", 1)
        await settle()

    assert (ann.user_id, bob.user_id) == ("ann", "bob")
    assert [each["user_id"] for each in socket.events] == ["bob"]


@pytest.mark.parametrize("team", [None, "", 7])
def test_who_has_no_isolation_key_is_nobody_rather_than_everybody(team: Any) -> None:
    with pytest.raises(NoUser, match="key"):
        Hub(key=team_of).manager(Member("ann", team))


@runs
async def test_a_thread_is_told_that_nothing_runs_any_more() -> None:
    told = list[BaseException]()

    def work() -> None:
        try:
            it.emit_threadsafe(ANN, "x", 1)
        except HubClosed as error:
            told.append(error)

    def live_and_die() -> None:
        asyncio.run(it.start())  # and nobody stopped it

    it = Hub()
    for each in (work, live_and_die, work):
        thread = threading.Thread(target=each)
        thread.start()
        await asyncio.to_thread(thread.join)

    assert len(told) == 2


def test_a_handler_is_registered_for_a_type() -> None:
    with pytest.raises(UnumError, match="type of messages"):
        Hub().on(lambda manager, message: None)  # type: ignore[arg-type]  # as by `@hub.on`


@runs
async def test_threads_and_runs_are_told_as_text_whatever_a_database_has() -> None:
    async with hub() as it:
        socket, manager = FakeSocket(), it.manager(ANN)
        await manager.add_connection(socket)
        ids: list[dict[str, Any]] = [
            {"thread_id": 7, "run_id": UUID(int=1)},
            {"thread_id": object(), "run_id": None},
        ]
        for each in ids:
            await manager.emit_agent_event("x", 1, **each)
        await settle()

        named, unnamed = socket.events
        assert (named["thread_id"], named["run_id"]) == ("7", str(UUID(int=1)))
        assert not {"thread_id", "run_id"} & set(unnamed)


@runs
async def test_a_broker_in_memory_is_one_hubs() -> None:
    broker = MemoryBroker()
    first, second = Hub(broker=broker), Hub(broker=broker)
    await first.start()
    with pytest.raises(UnumError, match="another hub"):
        await second.start()
    await first.stop()
    await second.start()
    await second.stop()
