"""The endpoint, over real sockets and with each WebSocket implementation of uvicorn."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from pluribus_unum import SUBPROTOCOL, CloseCode, Hub, Limits, Manager, Message
from tests.unum.running import Context, runs
from tests.unum.server import IMPLEMENTATIONS, ByName, served, subprotocols, tab

pytestmark = pytest.mark.filterwarnings(
    # Of one of the implementations that are tried.
    "ignore:The `websockets` implementation:Warning",
    "ignore:websockets.* is deprecated:DeprecationWarning",
    "ignore:remove second argument of ws_handler:DeprecationWarning",
)
everywhere = pytest.mark.parametrize("implementation", IMPLEMENTATIONS)


def made(**given: Any) -> Hub:
    return Hub(auth=ByName(), **given)


@everywhere
def test_events_arrive_and_are_gone_on_from_after_a_cut(implementation: str) -> None:
    @runs
    async def test() -> None:
        hub = made()
        async with served(hub, implementation) as address:
            manager = hub.manager(Context("ann"))
            async with tab(address) as first:
                (welcome,) = await first.hear()
                await manager.emit_agent_event("x", 1)
                (event,) = await first.hear()
                assert first.socket.subprotocol == SUBPROTOCOL
            await manager.emit_agent_event("x", 2)
            since = {"epoch": welcome["epoch"], "seq": event["seq"]}
            async with tab(address, resume=since) as second:
                back, missed = await second.hear(2)

        assert (welcome["type"], welcome["seq"], event["payload"]) == ("welcome", 0, 1)
        assert (back["recovered"], back["replay"], missed["payload"]) == (True, 1, 2)

    test()


@everywhere
def test_a_forged_epoch_is_told_to_start_anew_and_learns_nothing(implementation: str) -> None:
    @runs
    async def test() -> None:
        hub = made()
        async with served(hub, implementation) as address:
            await hub.manager(Context("ann")).emit_agent_event("x", "secret")
            other = hub.broker
            epoch = (await other.join("ann")).epoch
            async with tab(address, "bob", {"epoch": epoch, "seq": 0}) as thief:
                welcome, reset = await thief.hear(2)

        assert (welcome["recovered"], reset["type"], reset["reason"]) == (False, "reset", "epoch")
        assert "secret" not in json.dumps([welcome, reset])

    test()


@everywhere
@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"binary", CloseCode.PROTOCOL),
        ("no json", CloseCode.PROTOCOL),
        ("[1]", CloseCode.PROTOCOL),
        ('{"type":7}', CloseCode.PROTOCOL),
        ('{"type":"hello"}', CloseCode.PROTOCOL),
        ('{"type":"ping","t":NaN}', CloseCode.PROTOCOL),
        ('{"type":"x","payload":' + "[" * 20_000 + "]" * 20_000 + "}", CloseCode.PROTOCOL),
        ('{"type":"x","payload":"' + "a" * 70_000 + '"}', CloseCode.TOO_BIG),
        ('{"type":"x","payload":"' + "é" * 40_000 + '"}', CloseCode.TOO_BIG),
    ],
    ids=["binary", "text", "list", "type", "hello", "nan", "deep", "big", "bytes"],
)
def test_what_is_not_of_the_protocol_ends_the_connection_with_its_code(
    implementation: str, sent: str | bytes, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    @runs
    async def test() -> None:
        hub = made()
        async with served(hub, implementation) as address, tab(address) as client:
            await client.hear()
            await client.socket.send(sent)
            with pytest.raises(ConnectionClosed) as closed:
                await client.hear()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == code
            await _until(lambda: hub.connected.counts()["connections"] == 0)

    with caplog.at_level(logging.WARNING):
        test()
    assert caplog.messages == []


@everywhere
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer nobody"}, 401),
        ({"Authorization": "Basic user:ann"}, 401),
        ({"Authorization": "Bearer user:ann", "Origin": "https://evil.example"}, 403),
        ({"Cookie": "session=user:ann"}, 401),
        ({"Cookie": "session=user:ann", "Origin": "https://evil.example"}, 403),
    ],
)
def test_who_may_not_is_refused_before_anything_is_accepted(
    implementation: str, headers: dict[str, str], status: int
) -> None:
    @runs
    async def test() -> None:
        async with served(made(), implementation) as address:
            with pytest.raises(InvalidStatus) as refused:
                async with connect(address, additional_headers=headers):
                    pass
            assert refused.value.response.status_code == status

    test()


@everywhere
def test_a_cookie_counts_on_a_page_of_the_same_host(implementation: str) -> None:
    @runs
    async def test() -> None:
        async with served(made(), implementation) as address:
            host = address.removeprefix("ws://").removesuffix("/ws")
            headers = {"Cookie": "session=user:ann", "Origin": f"http://{host}"}
            async with connect(address, additional_headers=headers) as socket:
                assert json.loads(await socket.recv())["type"] == "welcome"

    test()


@everywhere
def test_a_token_is_never_echoed(implementation: str) -> None:
    @runs
    async def test() -> None:
        async with (
            served(made(), implementation) as address,
            connect(address, subprotocols=subprotocols("user:ann")[1:]) as socket,
        ):
            assert socket.subprotocol is None

    test()


@everywhere
def test_the_user_of_a_socket_is_who_the_token_says_whatever_is_claimed(
    implementation: str,
) -> None:
    @runs
    async def test() -> None:
        hub, heard = made(), []

        @hub.on("say")
        async def say(manager: Manager, message: Message) -> None:
            heard.append((manager.user_id, message.payload))
            await manager.emit_agent_event("said", message.payload)

        async with served(hub, implementation) as address, tab(address) as client:
            await client.hear()
            for _ in range(2):
                await client.say({"type": "say", "id": "1", "user_id": "bob", "payload": "hi"})
            await client.say({"type": "nothing", "id": "2"})
            answers = await client.hear(4)

        assert heard == [("ann", "hi")], "the same message twice is handled once"
        assert sorted(each["type"] for each in answers) == ["ack", "ack", "error", "said"]

    test()


@runs
async def test_a_handler_that_fails_is_answered_and_the_connection_lives() -> None:
    hub = made()

    @hub.on("divide")
    async def divide(manager: Manager, message: Message) -> None:
        raise ZeroDivisionError("secret")

    async with served(hub) as address, tab(address) as client:
        await client.hear()
        await client.say({"type": "divide", "id": "1"})
        (failed,) = await client.hear()
        await client.say({"type": "ping", "t": 7})
        (pong,) = await client.hear()

    assert (failed["type"], failed["code"], failed["ref"]) == ("error", "failed", "1")
    assert "secret" not in json.dumps(failed)
    assert pong == {"type": "pong", "t": 7}


@runs
async def test_who_says_too_much_is_told_and_then_let_go() -> None:
    hub = made(limits=Limits(messages_per_s=1, message_burst=2))
    async with served(hub) as address, tab(address) as client:
        await client.hear()
        for number in range(120):
            await client.say({"type": "x", "id": str(number)})
        seen = []
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                seen += await client.hear()

    assert closed.value.rcvd is not None
    told = {each["code"] for each in seen}
    if closed.value.rcvd.code == CloseCode.RATE_LIMITED:
        assert told == {"unknown_type", "rate_limited"}
    else:
        # All came before any of it could be answered.
        assert closed.value.rcvd.code == CloseCode.SLOW_CONSUMER
        assert told <= {"unknown_type", "rate_limited"}


@runs
async def test_a_client_that_never_says_hello_is_let_go() -> None:
    hub = made(limits=Limits(hello_s=0.1))
    async with (
        served(hub) as address,
        connect(address, subprotocols=subprotocols("user:ann")) as socket,
    ):
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(socket.recv(), 3)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == CloseCode.PROTOCOL


@runs
async def test_a_client_that_falls_silent_is_let_go_and_one_that_pings_is_not() -> None:
    hub = made(limits=Limits(heartbeat_s=0.25))
    async with served(hub) as address, tab(address) as silent, tab(address) as alive:
        await silent.hear()
        await alive.hear()
        with pytest.raises(ConnectionClosed) as closed:
            async with asyncio.timeout(5):
                while True:
                    await alive.say({"type": "ping"})
                    await alive.hear()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(silent.socket.recv(), 0.1)

        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == CloseCode.SILENT
        await alive.say({"type": "ping"})
        assert (await alive.hear())[0]["type"] == "pong"


@runs
async def test_a_socket_that_speaks_no_protocol_may_be_silent() -> None:
    hub = made(limits=Limits(heartbeat_s=0.1))
    async with served(hub) as address:
        headers = {"Authorization": "Bearer user:ann"}
        async with connect(address, additional_headers=headers) as socket:
            assert json.loads(await socket.recv())["type"] == "welcome"
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(socket.recv(), 1.5)


@runs
async def test_a_socket_without_the_protocol_is_welcomed_at_once() -> None:
    hub = made()
    async with served(hub) as address:
        headers = {"Authorization": "Bearer user:ann"}
        async with connect(address, additional_headers=headers) as socket:
            welcome = json.loads(await socket.recv())
            await hub.manager(Context("ann")).emit_agent_event("x", 1)
            event = json.loads(await socket.recv())

    assert (welcome["type"], event["payload"]) == ("welcome", 1)


@runs
async def test_whoever_goes_is_forgotten() -> None:
    hub = made()
    async with served(hub) as address:
        async with tab(address) as client:
            await client.hear()
            assert hub.connected.counts() == {"users": 1, "connections": 1}
        await _until(lambda: hub.connected.counts() == {"users": 0, "connections": 0})


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():
            await asyncio.sleep(0.01)
