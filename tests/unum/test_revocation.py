"""Tokens that are revoked: connections end everywhere, and nobody comes back by them."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from pluribus_unum import BrokerDown, CloseCode, Hub, Identity, Limits, Revocation, UnumError
from pluribus_unum.auth.jwt import JWTAuth
from pluribus_unum.brokers.revocations import Revocations
from pluribus_unum.testing import FakeClock, FakeSocket
from tests.unum.brokers.nodes import ANN, BROKERS, MISSING, SERVERS, becomes, server_of
from tests.unum.brokers.servers import Server, running
from tests.unum.proxy import Proxy
from tests.unum.running import BOB, runs
from tests.unum.server import Tab, served, subprotocols
from tests.unum.test_jwt import SECRET, closed_with, token


def hub_of(server: Server | None = None, *, port: int | None = None) -> Hub:
    """A node, of that server, by another port perhaps, or on its own."""
    auth = JWTAuth(SECRET, algorithms=["HS256"])
    if server is None:
        return Hub(auth=auth)
    url = f"{server.scheme}://127.0.0.1:{port or server.port}"
    return Hub(auth=auth, broker=BROKERS[type(server)](url, timeout_s=2))


@asynccontextmanager
async def welcomed(address: str, **claims: Any) -> AsyncIterator[ClientConnection]:
    """A client that has been let in."""
    async with connect(address, subprotocols=subprotocols(token(**claims))) as socket:
        client = Tab(socket)
        await client.say({"type": "hello"})
        (found,) = await client.hear()
        assert found["type"] == "welcome"
        yield socket


async def is_refused(address: str, **claims: Any) -> bool:
    """Whether a token opens nothing."""
    try:
        async with welcomed(address, **claims):
            return False
    except InvalidStatus as refused:
        return refused.response.status_code == 401


async def is_alive(socket: ClientConnection) -> bool:
    """Whether a connection answers."""
    client = Tab(socket)
    await client.say({"type": "ping", "t": 1})
    return [each["type"] for each in await client.hear()] == ["pong"]


@dataclass
class Nodes:
    """Two nodes of a broker; or one alone, without."""

    server: Server | None
    hubs: list[Hub]
    addresses: list[str]


def nodes(test: Callable[[Nodes], Awaitable[None]], folder: Path, kind: str) -> None:
    """Run a test on nodes that are served."""
    if missing := MISSING.get(kind):
        pytest.skip(f"needs {missing}: pip install -r requirements/dev.txt")

    @runs
    async def whole() -> None:
        async with AsyncExitStack() as stack:
            server = None
            if kind != "memory":
                server = stack.enter_context(running(server_of(kind, folder)))
            hubs = [hub_of(server) for _ in range(1 if server is None else 2)]
            addresses = [await stack.enter_async_context(served(each)) for each in hubs]
            await test(Nodes(server, hubs, addresses))

    whole()


EACH = pytest.mark.parametrize("kind", ["memory", *SERVERS])


@EACH
def test_a_user_who_is_revoked_is_let_go_on_every_node_and_needs_a_new_token(
    kind: str, tmp_path: Path
) -> None:
    async def test(given: Nodes) -> None:
        hubs, addresses = given.hubs, given.addresses
        here, there = addresses[0], addresses[-1]
        old = {"iat": time.time() - 60}
        async with (
            welcomed(here, **old) as first,
            welcomed(there, **old) as second,
            welcomed(here, user="bob", **old) as bob,
        ):
            await hubs[0].revoke(user_id="ann")
            revoked_at = time.time()
            codes = [await closed_with(each) for each in (first, second)]

            assert codes == [CloseCode.REVOKED] * 2
            assert await is_alive(bob)
        for address in (here, there):
            assert await is_refused(address, **old)
            assert await is_refused(address, iat=None)
            assert not await is_refused(address, iat=revoked_at + 1)
            assert not await is_refused(address, user="bob", **old)

    nodes(test, tmp_path, kind)


@EACH
def test_a_session_that_is_revoked_stays_so_and_the_others_of_its_user_go_on(
    kind: str, tmp_path: Path
) -> None:
    async def test(given: Nodes) -> None:
        hubs, addresses = given.hubs, given.addresses
        there = addresses[-1]
        async with welcomed(there, sid="stolen") as stolen, welcomed(there, sid="own") as own:
            await hubs[0].revoke(session_id="stolen")

            assert await closed_with(stolen) == CloseCode.REVOKED
            assert await is_alive(own)
        for address in addresses:
            assert await is_refused(address, sid="stolen", iat=time.time() + 1)
            assert not await is_refused(address, sid="own")

    nodes(test, tmp_path, kind)


@EACH
def test_a_session_of_one_user_is_not_that_of_another(kind: str, tmp_path: Path) -> None:
    async def test(given: Nodes) -> None:
        hubs, addresses = given.hubs, given.addresses
        await hubs[0].revoke(user_id="ann", session_id="1")
        there = hubs[-1].broker.revocations
        await becomes(lambda: len(there), 1)

        assert await is_refused(addresses[-1], sid="1")
        assert not await is_refused(addresses[-1], user="bob", sid="1")
        assert not await is_refused(addresses[-1], sid="2")

    nodes(test, tmp_path, kind)


@EACH
def test_a_token_that_is_revoked_renews_nothing(kind: str, tmp_path: Path) -> None:
    async def test(given: Nodes) -> None:
        hubs, addresses = given.hubs, given.addresses
        await hubs[0].revoke(session_id="stolen")
        await becomes(lambda: len(hubs[-1].broker.revocations), 1)
        async with welcomed(addresses[-1], sid="own") as socket:
            await Tab(socket).say({"type": "auth", "token": token(sid="stolen")})

            assert await closed_with(socket) == CloseCode.REVOKED

    nodes(test, tmp_path, kind)


@pytest.mark.parametrize("kind", SERVERS)
def test_a_node_that_starts_later_knows_what_was_revoked_before(kind: str, tmp_path: Path) -> None:
    async def test(given: Nodes) -> None:
        await given.hubs[0].revoke(user_id="ann")
        async with served(hub_of(given.server)) as address:
            assert await is_refused(address, iat=time.time() - 60)

    nodes(test, tmp_path, kind)


@pytest.mark.parametrize("kind", SERVERS)
def test_what_is_revoked_while_the_broker_is_away_is_in_force_here_and_elsewhere_later(
    kind: str, tmp_path: Path
) -> None:
    async def test(given: Nodes) -> None:
        assert given.server is not None
        old = {"iat": time.time() - 60}
        here, there = given.addresses
        async with welcomed(here, **old) as first, welcomed(there, **old) as second:
            given.server.kill()
            with pytest.raises(BrokerDown):
                await given.hubs[0].revoke(user_id="ann")
            assert await closed_with(first) == CloseCode.REVOKED
            assert await is_refused(here, **old)
            assert await is_alive(second)
            await asyncio.to_thread(given.server.start)

            assert await closed_with(second) == CloseCode.REVOKED
            assert await is_refused(there, **old)

    nodes(test, tmp_path, kind)


@pytest.mark.parametrize("kind", SERVERS)
def test_a_node_that_was_cut_off_from_the_broker_hears_what_was_revoked_meanwhile(
    kind: str, tmp_path: Path
) -> None:
    async def test(given: Nodes) -> None:
        assert given.server is not None
        network = Proxy(given.server.port)
        await network.start()
        far = hub_of(given.server, port=network.port)
        old = {"iat": time.time() - 60}
        async with served(far) as address, welcomed(address, **old) as socket:
            network.is_down = True
            network.cut()
            await given.hubs[0].revoke(user_id="ann")
            assert await is_alive(socket)
            network.is_down = False

            assert await closed_with(socket) == CloseCode.REVOKED
            assert await is_refused(address, **old)
        await network.stop()

    nodes(test, tmp_path, kind)


@pytest.mark.parametrize("kind", SERVERS)
def test_a_broker_that_forgot_what_was_revoked_is_told_by_the_nodes(
    kind: str, tmp_path: Path
) -> None:
    async def test(given: Nodes) -> None:
        assert given.server is not None
        await given.hubs[0].revoke(user_id="ann")
        await becomes(lambda: len(given.hubs[1].broker.revocations), 1)
        given.server.kill()
        shutil.rmtree(tmp_path / "jetstream", ignore_errors=True)
        await asyncio.to_thread(given.server.start)
        # As soon as one that knows it is back.
        later = hub_of(given.server)
        async with served(later) as address:
            await becomes(lambda: len(later.broker.revocations), 1)

            assert await is_refused(address, iat=time.time() - 60)

    nodes(test, tmp_path, kind)


@runs
async def test_who_is_added_by_the_application_is_let_go_and_can_be_added_again() -> None:
    hub = Hub(clock=FakeClock())
    async with hub.lifespan():
        before, after, other = FakeSocket(), FakeSocket(), FakeSocket()
        await hub.manager(ANN).add_connection(before)
        await hub.manager(BOB).add_connection(other)
        await hub.revoke(user_id="ann")
        await becomes(lambda: before.close_code, CloseCode.REVOKED)
        assert isinstance(hub.clock, FakeClock)
        hub.clock.advance(1)
        await hub.manager(ANN).add_connection(after)
        await hub.manager(ANN).emit_agent_event("x", 1)
        await becomes(lambda: [each["payload"] for each in after.events], [1])

        assert other.close_code is None
        assert before.events == []


@runs
async def test_a_socket_that_accepts_nothing_is_cut_off_as_well() -> None:
    hub = Hub()
    async with hub.lifespan():
        stalled = FakeSocket()
        stalled.stall()
        await hub.manager(ANN).add_connection(stalled)
        await hub.revoke(user_id="ann")
        await becomes(lambda: stalled.close_code, CloseCode.REVOKED, within_s=2)

        assert hub.connected.counts() == {"users": 0, "connections": 0}


@runs
async def test_somebody_has_to_be_named() -> None:
    async with Hub().lifespan() as state:
        for nobody in ({}, {"user_id": ""}, {"session_id": ""}):
            with pytest.raises(UnumError, match="is given a `user_id`"):
                await state["hub"].revoke(**nobody)


def test_a_revocation_ends_when_no_token_can_have_outlived_it() -> None:
    clock = FakeClock()
    known = Revocations(Limits(revocation_s=100), clock.wall)
    bearer = Identity("ann", issued_at=clock.wall() - 1)

    assert known.take(Revocation("ann", None, clock.wall()))
    clock.advance(99)
    known.sweep()
    assert known.covers(bearer)
    clock.advance(2)
    known.sweep()
    assert not known.covers(bearer)
    assert len(known) == 0
    assert not known.take(Revocation("ann", None, clock.wall() - 101))


def test_of_two_revocations_the_later_counts_in_whatever_order_they_come() -> None:
    clock = FakeClock()
    first, second = (Revocation("ann", None, clock.wall() + each) for each in (0, 10))
    between = Identity("ann", issued_at=clock.wall() + 5)
    for order in ((first, second), (second, first)):
        known = Revocations(Limits(), clock.wall)
        for each in order:
            known.take(each)

        assert known.covers(between)
        assert known.missing_from([first]) == [second]
        assert known.missing_from([second]) == []
