"""Clients at the other end of every transport, and what a server is told of what they do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from pluribus.conformance.peer import PeerLacks
from pluribus.conformance.transports import IMPLEMENTATIONS, Target, Transport, opening, transport
from pluribus.errors import ContractError, UsageError

# What uvicorn's deprecated implementation stands on warns when it is used.
pytestmark = pytest.mark.filterwarnings("ignore:remove second argument:DeprecationWarning")

SOCKETS = tuple(f"sockets:{each}" for each in IMPLEMENTATIONS)
WIRED = ("asgi", *SOCKETS)
APP = "tests.unit.conformance.applications:APP"
SOON_S = 0.15
RAISES = {
    SOCKETS[0]: ("RuntimeError", "RuntimeError"),
    **dict.fromkeys(("asgi", *SOCKETS[1:]), ("WebSocketDisconnect", "WebSocketDisconnected")),
}
"""What the first send raises whose client has gone, and what the next."""


def run(
    name: str, act: Callable[[Transport], Awaitable[None]], application: str = "", **keys: Any
) -> None:
    async def main() -> None:
        made = transport(name, application, **keys)
        try:
            await act(made)
        finally:
            await made.close()

    asyncio.run(main())


async def _ended(send: Awaitable[None]) -> str:
    """How a send ends: `returned`, `waits`, or the name of what it raises."""
    try:
        async with asyncio.timeout(SOON_S):
            await send
    except TimeoutError:
        return "waits"
    except Exception as error:  # noqa: BLE001  # whichever it is
        return type(error).__name__
    return "returned"


@pytest.mark.parametrize("name", WIRED)
def test_what_is_sent_in_any_way_is_read_by_the_client_in_order(name: str) -> None:
    async def act(made: Transport) -> None:
        client = made.client("client")
        await client.dial()
        socket: Any = client.websocket

        await socket.accept()
        await socket.send_text("a")
        await socket.send_json({"b": "ü"})
        await socket.send_bytes(b"c\xff")
        await socket.send_str("d")
        await socket.send("e")
        await socket.send(b"f")
        await socket.send({"type": "websocket.send", "text": "g"})
        await made.settle()

        texts = [each.text for each in client.frames]
        assert texts == ["a", '{"b":"ü"}', "c\\xff", "d", "e", "f", "g"]
        assert client.tries == 7
        assert client.refusals == []

    run(name, act)


@pytest.mark.parametrize("name", WIRED)
def test_the_kits_own_message_arrives_and_is_no_frame(name: str) -> None:
    async def act(made: Transport) -> None:
        client = made.client("client")
        await client.dial()

        is_reached = await client.is_reached(1)

        assert is_reached
        assert client.frames == []
        assert client.tries == 0

    run(name, act)


@pytest.mark.parametrize("name", WIRED)
def test_what_is_not_offered_is_remembered_and_what_is_refused_too(name: str) -> None:
    async def act(made: Transport) -> None:
        client = made.client("client")
        await client.dial()
        socket: Any = client.websocket
        await socket.accept()

        with pytest.raises(PeerLacks):
            _ = socket.send_pigeon
        with pytest.raises(TypeError):
            await socket.send_json({"a": object()})
        with pytest.raises(RuntimeError):
            await socket.accept()

        assert client.lacks == ["send_pigeon"]
        assert len(client.refusals) == 2

    run(name, act)


@pytest.mark.parametrize("name", WIRED)
def test_what_no_utf_8_holds_is_refused_and_the_connection_lives(name: str) -> None:
    async def act(made: Transport) -> None:
        client = made.client("client")
        await client.dial()
        socket: Any = client.websocket

        ended = await _ended(socket.send_text("a\ud800"))

        assert ended == "UnicodeEncodeError"
        assert await client.is_reached(1)

    run(name, act)


@pytest.mark.parametrize("name", WIRED)
def test_a_server_is_told_of_a_client_that_hangs_up_and_cannot_write_to_it(name: str) -> None:
    async def act(made: Transport) -> None:
        client = made.client("client")
        await client.dial()
        socket: Any = client.websocket
        assert not await client.gone(0.01)

        await client.hang_up()

        assert await client.gone(2)
        assert socket.closed
        ends = tuple([await _ended(socket.send_text(each)) for each in ("late", "later")])
        assert ends == RAISES[name]
        assert (client.tries, client.frames) == (2, [])
        assert not await client.is_reached(SOON_S)

    run(name, act)


@pytest.mark.parametrize("name", WIRED)
def test_what_sends_raise_after_a_reset_depends_on_the_implementation(name: str) -> None:
    """As soon as the system has told; before, a send may still return."""

    async def act(made: Transport) -> None:
        client = made.client("client")
        await client.dial()
        socket: Any = client.websocket

        client.reset()
        assert await client.gone(2)

        ends = tuple([await _ended(socket.send_text(each)) for each in "ab"])

        assert ends == RAISES[name]
        assert (client.tried, client.failures) == (["a", "b"], 2)

    run(name, act)


@pytest.mark.parametrize("name", WIRED)
def test_who_sends_to_a_client_that_does_not_read_waits_until_it_does(name: str) -> None:
    async def act(made: Transport) -> None:
        client = made.client("client")
        await client.dial()
        socket: Any = client.websocket
        client.stall()
        sending = asyncio.ensure_future(socket.send_text("held"))
        done, _ = await asyncio.wait({sending}, timeout=SOON_S)
        assert (done, client.frames) == (set(), [])

        client.resume()
        await sending
        await made.settle()

        assert [each.text for each in client.frames] == ["held"]
        assert client.is_sound

    run(name, act)


@pytest.mark.parametrize("name", WIRED)
def test_nobody_is_told_of_a_client_that_vanishes(name: str) -> None:
    async def act(made: Transport) -> None:
        client = made.client("client")
        await client.dial()
        socket: Any = client.websocket

        client.vanish()

        assert [await _ended(socket.send_text(each)) for each in "ab"] == ["returned"] * 2
        assert not await client.gone(0.05)
        assert client.frames == []
        assert not await client.is_reached(SOON_S)

    run(name, act)


@pytest.mark.parametrize("name", SOCKETS)
def test_to_close_a_socket_whose_client_does_not_read_waits_too(name: str) -> None:
    async def act(made: Transport) -> None:
        client = made.client("client")
        await client.dial()
        socket: Any = client.websocket
        client.stall()

        ended = await _ended(socket.close(1013))

        assert ended == "waits"
        assert (client.is_open, client.close_code) == (False, 1013)
        assert not made.closes_at_once

    run(name, act)


@pytest.mark.parametrize(
    ("name", "second"),
    [(SOCKETS[0], "AssertionError"), (SOCKETS[1], "waits"), (SOCKETS[2], "waits")],
)
def test_a_second_send_that_has_to_wait_raises_with_one_implementation(
    name: str, second: str
) -> None:
    async def act(made: Transport) -> None:
        client = made.client("client")
        await client.dial()
        socket: Any = client.websocket
        client.stall()
        first = asyncio.ensure_future(socket.send_text("a"))
        await asyncio.sleep(0)

        ended = await _ended(socket.send_text("b"))

        assert ended == second
        client.resume()
        await first

    run(name, act)


@pytest.mark.parametrize("name", SOCKETS)
def test_a_connection_outlives_a_pause_of_its_server(name: str) -> None:
    async def act(made: Transport) -> None:
        client = made.client("client")
        await client.dial()
        socket: Any = client.websocket
        await socket.send_text("before")

        assert not await client.gone(SOON_S)

        await socket.send_text("after")
        await made.settle()
        assert [each.text for each in client.frames] == ["before", "after"]

    run(name, act)


class Lost(Exception):
    """What sockets of a subject's own raise."""


@pytest.mark.parametrize("name", WIRED)
def test_a_lost_connection_raises_what_the_subject_knows(name: str) -> None:
    async def act(made: Transport) -> None:
        client = made.client("client")
        await client.dial()
        socket: Any = client.websocket
        await client.hang_up()
        await client.gone(2)

        with pytest.raises(Lost):
            await socket.send_text("late")

    run(name, act, loss=Lost)


@pytest.mark.parametrize("name", WIRED)
def test_an_application_is_reached_by_its_route_with_what_it_asks_for(name: str) -> None:
    async def act(made: Transport) -> None:
        told = made.client("told")
        await told.dial(
            Target("/asking", headers={"x-key": "secret"}, says=['{"type":"auth","user":"u"}'])
        )
        mute = made.client("mute")
        await mute.dial(Target("/asking", headers={"x-key": "secret"}))
        wrong = made.client("wrong")
        await wrong.dial(Target("/asking", says=['{"type":"auth","user":"u"}']))
        refused = made.client("refused")
        await refused.dial(Target("/refusing"))
        await wrong.news(1)

        assert (told.is_open, mute.is_open) == (True, True)
        assert (wrong.close_code, wrong.close_reason) == (4001, "who are you?")
        assert not refused.is_open
        assert await told.is_reached(1)

    run(name, act, APP)


def test_a_missing_library_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(opening.NEEDS, "sockets", ("starlette", "no_such_library"))

    with pytest.raises(UsageError, match="needs no_such_library") as caught:
        transport(SOCKETS[0])

    assert caught.value.hint == "install `pluribus[sockets]` where the code runs"


def test_what_cannot_be_called_is_no_application() -> None:
    with pytest.raises(ContractError, match="is no ASGI application"):
        transport("asgi", "json.decoder:NaN")
