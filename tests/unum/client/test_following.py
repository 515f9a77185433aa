"""The client against the real endpoint, through a network that breaks."""

from __future__ import annotations

import asyncio
import http
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import serve
from websockets.datastructures import Headers
from websockets.exceptions import InvalidURI
from websockets.http11 import Request, Response

from pluribus_unum import (
    CloseCode,
    Credentials,
    Hub,
    Identity,
    Limits,
    Manager,
    Message,
    UnumError,
)
from pluribus_unum.client import Client, Closed, NotHandled, Position, State, connect
from tests.unum.proxy import Proxy
from tests.unum.running import Context, runs
from tests.unum.server import ByName, served

ANN = Context("ann")


@asynccontextmanager
async def behind_a_proxy(hub: Hub) -> AsyncIterator[tuple[str, Proxy]]:
    """Serve a hub; gives the address of a proxy before it, and the proxy."""
    async with served(hub) as address:
        proxy = Proxy(int(address.rsplit(":", 1)[1].removesuffix("/ws")))
        await proxy.start()
        try:
            yield f"ws://127.0.0.1:{proxy.port}/ws", proxy
        finally:
            await proxy.stop()


def following(url: str, **given: Any) -> Client:
    """A client that does not wait long before it comes back."""
    options: dict[str, Any] = {"token": "user:ann", "chance": lambda: 0.05}
    return connect(url, **options | given)


async def reaches(client: Client, state: State) -> None:
    """Wait until it is in a state."""
    while client.state is not state:
        await asyncio.sleep(0.001)


async def take(client: Client, number: int) -> list[Any]:
    """The payloads of the next so many events."""
    return [(await anext(client)).payload for _ in range(number)]


@runs
async def test_events_are_seen_once_and_in_order_through_cuts() -> None:
    hub, states = Hub(auth=ByName()), []
    async with (
        behind_a_proxy(hub) as (url, proxy),
        following(url, on_state=lambda *each: states.append(each)) as client,
    ):
        manager = hub.manager(ANN)

        async def emit() -> None:
            for number in range(200):
                await manager.emit_agent_event("x", number)
                await asyncio.sleep(0.002)
                if number % 50 == 25:
                    proxy.cut()

        await reaches(client, State.OPEN)
        emitting = asyncio.create_task(emit())
        seen = await take(client, 200)
        await emitting

    assert seen == list(range(200))
    assert proxy.connections >= 4
    assert (State.WAITING, 1006) in states
    assert states[-1] == (State.CLOSED, None)


@runs
async def test_a_process_that_begins_again_goes_on_where_it_was() -> None:
    hub = Hub(auth=ByName())
    async with served(hub) as url:
        manager = hub.manager(ANN)
        async with following(url) as first:
            await reaches(first, State.OPEN)
            for number in range(5):
                await manager.emit_agent_event("x", number)
            before = await take(first, 2)
            kept = first.position  # three have arrived, and were not iterated over
        await manager.emit_agent_event("x", 5)
        async with following(url, resume=kept) as second:
            after = await take(second, 4)

    assert (before, after) == ([0, 1], [2, 3, 4, 5])


@runs
async def test_a_reset_is_told_where_something_is_missing() -> None:
    hub, told = Hub(auth=ByName()), []

    async def note(reset: Any) -> None:
        told.append((reset.reason, client.position))

    async with served(hub) as url:
        await hub.manager(ANN).emit_agent_event("x", 1)
        forged = Position("another", 7)
        async with following(url, resume=forged, on_reset=note) as client:
            await reaches(client, State.OPEN)
            await hub.manager(ANN).emit_agent_event("x", 2)
            seen = await take(client, 1)
            epoch = (await hub.broker.join("ann")).epoch

    assert (seen, told) == ([2], [("epoch", Position(epoch, 1))])


@runs
async def test_a_message_is_handled_once_though_its_answer_was_lost() -> None:
    hub, handled = Hub(auth=ByName()), []
    async with behind_a_proxy(hub) as (url, proxy), following(url) as client:

        @hub.on("say")
        async def say(manager: Manager, message: Message) -> None:
            handled.append(message.payload)
            if len(handled) == 1:
                proxy.cut()

        @hub.on("fail")
        async def fail(manager: Manager, message: Message) -> None:
            raise ZeroDivisionError

        await client.send("say", "hi")
        with pytest.raises(NotHandled) as failed:
            await client.send("fail")
        with pytest.raises(NotHandled) as unknown:
            await client.send("nothing")

    assert handled == ["hi"]
    assert (failed.value.code, unknown.value.code) == ("failed", "unknown_type")


@runs
async def test_more_messages_than_the_server_takes_at_once_are_all_handled() -> None:
    hub = Hub(auth=ByName(), limits=Limits(messages_per_s=50, message_burst=5))
    handled: list[int] = []

    @hub.on("say")
    async def say(manager: Manager, message: Message) -> None:
        handled.append(message.payload)

    async with served(hub) as url, following(url) as client:
        await asyncio.gather(*(client.send("say", number) for number in range(30)))

    assert sorted(handled) == list(range(30))


@runs
async def test_a_network_that_freezes_is_noticed_and_left() -> None:
    hub = Hub(auth=ByName(), limits=Limits(heartbeat_s=0.2))
    async with behind_a_proxy(hub) as (url, proxy), following(url) as client:
        await reaches(client, State.OPEN)
        proxy.freeze()
        await hub.manager(ANN).emit_agent_event("x", 1)
        await reaches(client, State.WAITING)
        proxy.thaw()
        seen = await take(client, 1)

    assert seen == [1]
    assert proxy.connections >= 2


class Expiring:
    """Takes each token for a moment only."""

    async def identify(self, credentials: Credentials) -> Identity:
        """Say who it is."""
        found = await ByName().identify(credentials)
        return Identity(user_id=found.user_id.split("/")[0], expires_at=1.0)


@runs
async def test_a_token_that_has_expired_is_asked_for_anew() -> None:
    tokens: list[str] = []

    async def token() -> str:
        tokens.append(f"user:ann/{len(tokens)}")
        return tokens[-1]

    hub = Hub(auth=Expiring())
    async with served(hub) as url, following(url, token=token):
        while len(tokens) < 3:
            await asyncio.sleep(0.01)

    async with served(hub := Hub(auth=Expiring())) as url, following(url) as client:
        with pytest.raises(Closed) as closed:
            await anext(client)
        with pytest.raises(Closed):
            await client.send("say")
    assert closed.value.code == CloseCode.TOKEN_EXPIRED
    assert "give `token` a function" in str(closed.value)


@runs
async def test_who_is_nobody_is_told_so_and_does_not_come_back() -> None:
    async with served(Hub(auth=ByName())) as url, following(url, token="nobody") as client:
        with pytest.raises(Closed) as closed:
            async for _ in client:
                pass

    assert closed.value.code == CloseCode.UNAUTHENTICATED


@runs
async def test_a_message_without_an_answer_is_given_back_when_it_is_closed() -> None:
    async with connect("ws://127.0.0.1:9/ws", token="user:ann") as client:
        sending = asyncio.create_task(client.send("say"))
        await asyncio.sleep(0)
        await client.close()
        with pytest.raises(Closed):
            await sending
        assert [each async for each in client] == []


@runs
async def test_while_nobody_iterates_the_server_waits_and_nothing_is_lost() -> None:
    hub = Hub(auth=ByName(), limits=Limits(events_per_user=5_000, heartbeat_s=0.2))
    async with served(hub) as url, following(url) as client:

        @hub.on("say")
        async def say(manager: Manager, message: Message) -> None:
            pass

        await reaches(client, State.OPEN)
        for number in range(2_000):
            await hub.manager(ANN).emit_agent_event("x", number)
        await asyncio.sleep(1.0)  # five heartbeats: it must not be taken for dead
        await client.send("say")  # whose answer is behind all of them
        seen = await take(client, 2_000)

    assert seen == list(range(2_000))


@runs
async def test_an_answer_behind_more_than_is_held_is_waited_for_at_once() -> None:
    hub = Hub(auth=ByName(), limits=Limits(events_per_user=5_000))
    async with served(hub) as url, following(url) as client:

        @hub.on("say")
        async def say(manager: Manager, message: Message) -> None:
            pass

        await reaches(client, State.OPEN)
        for number in range(2_000):
            await hub.manager(ANN).emit_agent_event("x", number)
        await asyncio.sleep(0.5)  # so that it has stopped reading
        async with asyncio.timeout(5):
            await client.send("say")


@runs
async def test_a_message_for_whose_answer_nobody_waits_any_more_is_not_sent_later() -> None:
    hub, handled = Hub(auth=ByName()), []
    async with behind_a_proxy(hub) as (url, proxy):

        @hub.on("say")
        async def say(manager: Manager, message: Message) -> None:
            handled.append(message.payload)

        proxy.is_down = True
        async with following(url) as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await client.send("say", 1)
            proxy.is_down = False
            await client.send("say", 2)

    assert handled == [2]


@runs
async def test_what_was_iterated_over_is_acknowledged_within_a_second_or_so() -> None:
    hub = Hub(auth=ByName())
    async with served(hub) as url, following(url, acks=True) as client:
        await reaches(client, State.OPEN)
        manager = hub.manager(ANN)
        for number in range(3):
            await manager.emit_agent_event("x", number)
        await take(client, 3)
        going_on = asyncio.ensure_future(anext(client))
        while manager.get_active_connections()[0].acked < 3:
            await asyncio.sleep(0.01)
        going_on.cancel()


@runs
async def test_a_client_that_was_not_entered_says_so() -> None:
    client = following("ws://127.0.0.1:9/ws")

    for asking in (anext(client), client.send("say")):
        with pytest.raises(UnumError, match="async with"):
            await asking


@runs
async def test_what_the_application_does_wrong_is_not_hidden() -> None:
    def fails(state: State, code: int | None) -> None:
        if state is State.OPEN:
            raise ZeroDivisionError

    async with served(Hub(auth=ByName())) as url:
        with pytest.raises(ZeroDivisionError):
            async with following(url, on_state=fails) as client:
                await anext(client)


def test_what_is_no_address_is_refused_at_once() -> None:
    with pytest.raises(InvalidURI):
        connect("https://shop.example/ws")


def test_a_source_of_tokens_that_fails_is_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    asked: list[int] = []

    def token() -> str:
        asked.append(1)
        if len(asked) == 1:
            raise ConnectionError("the token service is away")
        return "user:ann"

    @runs
    async def test() -> None:
        async with served(Hub(auth=ByName())) as url, following(url, token=token) as client:
            await reaches(client, State.OPEN)

    with caplog.at_level(logging.ERROR):
        test()

    assert "there is no token" in caplog.messages


@pytest.mark.parametrize(
    ("status", "code"), [(401, 4001), (403, 4001), (429, 4100), (503, 4100), (404, 1006)]
)
def test_what_an_http_status_means(status: int, code: int) -> None:
    @runs
    async def test() -> None:
        def refuse(_: object, request: Request) -> Response:
            response = http.HTTPStatus(status)
            return Response(response.value, response.phrase, Headers({"Content-Length": "0"}), b"")

        seen: list[tuple[State, int | None]] = []
        async with serve(lambda _: asyncio.sleep(0), "127.0.0.1", 0, process_request=refuse) as it:
            url = f"ws://127.0.0.1:{it.sockets[0].getsockname()[1]}"
            async with connect(url, token=lambda: "x", on_state=lambda *s: seen.append(s)):
                while len(seen) < 2:
                    await asyncio.sleep(0.01)
        assert seen[1] == (State.WAITING, code)

    test()


@runs
async def test_a_server_of_another_protocol_is_left_for_good() -> None:
    async with serve(lambda _: asyncio.sleep(5), "127.0.0.1", 0) as it:
        url = f"ws://127.0.0.1:{it.sockets[0].getsockname()[1]}"
        async with connect(url) as client:
            with pytest.raises(Closed, match="does not speak unum"):
                await anext(client)
