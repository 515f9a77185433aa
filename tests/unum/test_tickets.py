"""Tickets: taken once, for a while, by whoever they were given to."""

from __future__ import annotations

import asyncio

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from pluribus_unum import Credentials, Hub, Identity, Limits, MemoryBroker, NoUser, Refused
from pluribus_unum.auth import AnyOf, Tickets
from pluribus_unum.testing import FakeClock
from tests.unum.running import Context, runs
from tests.unum.server import ByName, served

SECRET = b"thirty-two bytes that nobody knows"


def shown(ticket: str) -> Credentials:
    return Credentials(token=None, cookies={}, query={"ticket": ticket})


@runs
async def test_a_ticket_is_its_users_and_is_taken_once() -> None:
    tickets = Tickets(SECRET, MemoryBroker())
    ticket = tickets.issue(Context("ann", thread_id="t1"), expires_at=5e9)

    identity = await tickets.identify(shown(ticket))

    assert (identity.user_id, identity.thread_id, identity.expires_at) == ("ann", "t1", 5e9)
    with pytest.raises(Refused, match="has been used"):
        await tickets.identify(shown(ticket))


@runs
async def test_another_node_knows_that_it_has_been_used() -> None:
    broker = MemoryBroker()
    one, other = Tickets(SECRET, broker), Tickets(SECRET, broker)
    ticket = one.issue(Context("ann"))

    taken = await asyncio.gather(
        one.identify(shown(ticket)), other.identify(shown(ticket)), return_exceptions=True
    )

    assert sum(isinstance(each, Refused) for each in taken) == 1


@runs
async def test_it_is_taken_once_also_where_the_broker_has_too_much_to_keep() -> None:
    broker = MemoryBroker(Limits(bytes=20_000))
    tickets = Tickets(SECRET, broker)
    ticket = tickets.issue(Context("ann"))
    await tickets.identify(shown(ticket))

    for _ in range(30):
        await broker.publish("bob", "{" + "x" * 900 + "}", thread=None, idempotency=None)

    with pytest.raises(Refused, match="has been used"):
        await tickets.identify(shown(ticket))


@runs
async def test_those_that_are_too_old_are_not_remembered() -> None:
    clock = FakeClock()
    tickets = Tickets(SECRET, MemoryBroker(clock=clock), lives_s=30, clock=clock)
    for _ in range(100):
        await tickets.identify(shown(tickets.issue(Context("ann"))))
        clock.advance(10)

    assert len(tickets._used) <= 5  # noqa: SLF001  # what must not grow


@runs
async def test_what_is_old_forged_or_none_is_refused() -> None:
    clock = FakeClock()
    tickets = Tickets(SECRET, MemoryBroker(), lives_s=30, clock=clock)
    forged = Tickets(b"thirty-two bytes that nobody knew.", MemoryBroker(), clock=clock)
    old = tickets.issue(Context("ann"))
    content, _, signature = old.partition(".")
    other, _, _ = tickets.issue(Context("bob")).partition(".")
    worthless = [
        forged.issue(Context("ann")),
        f"{other}.{signature}",
        f"{content}.",
        content,
        "",
        "ä.ö",
        "...",
    ]

    for each in worthless:
        with pytest.raises(Refused):
            await tickets.identify(shown(each))
    clock.advance(31)
    with pytest.raises(Refused, match="too old"):
        await tickets.identify(shown(old))


@runs
async def test_a_ticket_is_revoked_as_a_token_is_and_a_later_one_is_good() -> None:
    clock = FakeClock()
    broker = MemoryBroker(clock=clock)
    tickets = Tickets(SECRET, broker, clock=clock)
    async with Hub(broker=broker, clock=clock).lifespan() as state:
        hub: Hub = state["hub"]
        before = await tickets.identify(shown(tickets.issue(Context("ann"))))
        clock.advance(1)
        await hub.revoke(user_id="ann")
        await hub.revoke(session_id="s1")
        clock.advance(1)
        after = await tickets.identify(shown(tickets.issue(Context("ann"))))
        of_session = Identity("bob", session_id="s1")
        ended = await tickets.identify(shown(tickets.issue(of_session)))

        hub.must_be_good(after)
        for each in (before, ended):
            with pytest.raises(Refused, match="revoked"):
                hub.must_be_good(each)


def test_nobody_has_no_ticket_and_a_short_secret_is_none() -> None:
    with pytest.raises(NoUser):
        Tickets(SECRET, MemoryBroker()).issue(Context(""))
    with pytest.raises(ValueError, match="32"):
        Tickets(b"short", MemoryBroker())


@runs
async def test_a_ticket_is_as_good_as_what_its_user_was_authenticated_by() -> None:
    clock = FakeClock()
    broker = MemoryBroker(clock=clock)
    tickets, hub = Tickets(SECRET, broker, clock=clock), Hub(broker=broker, clock=clock)
    stolen, others = [Identity("ann", session_id=each) for each in ("stolen", "own")]
    before = [tickets.issue(each) for each in (Context("ann"), stolen, others)]
    old = Identity("ann", issued_at=clock.wall())
    await hub.revoke(session_id="stolen")

    async def is_let_in(ticket: str) -> bool:
        try:
            hub.must_be_good(await tickets.identify(shown(ticket)))
        except Refused:
            return False
        return True

    assert [await is_let_in(each) for each in before] == [True, False, True]
    await hub.revoke(user_id="ann")
    clock.advance(1)
    again = [tickets.issue(each) for each in (Context("ann"), old)]
    assert [await is_let_in(each) for each in again] == [True, False]
    await hub.stop()


def test_a_client_connects_with_a_ticket_or_with_what_else_there_is() -> None:
    @runs
    async def test() -> None:
        broker = MemoryBroker()
        tickets = Tickets(SECRET, broker)
        hub = Hub(broker=broker, auth=AnyOf(tickets, ByName()))
        async with served(hub) as address:
            with_ticket = f"{address}?ticket={tickets.issue(Context('ann'))}"
            async with connect(with_ticket) as socket:
                await hub.manager(Context("ann")).emit_agent_event("x", "for ann")
                assert "welcome" in str(await socket.recv())
                assert "for ann" in str(await socket.recv())
            with pytest.raises(InvalidStatus, match="401"):
                await connect(with_ticket)
            async with connect(address, additional_headers={"Authorization": "Bearer user:bob"}):
                assert hub.connected.of("bob")

    test()
