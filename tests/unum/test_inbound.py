"""What clients say: handled once and in order, however long that takes and whoever goes."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from pluribus_unum import Hub, Limits, Manager, Message, UnumError
from pluribus_unum.core.session import Session
from pluribus_unum.core.stream import Stream
from pluribus_unum.inbound import Inbox
from pluribus_unum.testing import FakeClock
from tests.unum.running import ANN, runs
from tests.unum.server import ByName, served, tab

ASK = {"type": "ask", "id": "1"}


def made(**given: float) -> Hub:
    return Hub(auth=ByName(), limits=Limits(**given))  # type: ignore[arg-type]  # one of its fields


async def becomes(states: list[str], *expected: str) -> None:
    while states != list(expected):
        await asyncio.sleep(0.01)


@runs
async def test_a_client_that_pings_may_wait_for_as_long_as_its_message_takes() -> None:
    hub, gate = made(heartbeat_s=0.1), asyncio.Event()

    @hub.on("ask")
    async def ask(manager: Manager, message: Message) -> None:
        await gate.wait()

    async with served(hub) as address, tab(address) as client:
        await client.hear()
        await client.say(ASK)
        for number in range(20):
            await client.say({"type": "ping", "t": number})
            await client.hear()
            await asyncio.sleep(0.05)
        await client.say({"type": "auth", "token": "user:ann"})
        renewed = await client.hear()
        gate.set()
        answer = await client.hear()

    assert [each["type"] for each in renewed + answer] == ["auth_ok", "ack"]


@runs
async def test_what_was_cut_off_in_the_middle_is_handled_when_it_is_sent_again() -> None:
    hub, states = made(), list[str]()

    @hub.on("ask")
    async def ask(manager: Manager, message: Message) -> None:
        states.append("begun")
        if states == ["begun"]:
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            states.append("cut off")
            raise asyncio.CancelledError
        states.append("handled")

    async with served(hub) as address:
        async with tab(address) as client:
            await client.hear()
            await client.say(ASK)
            await becomes(states, "begun")
        # To somebody who is gone: by that it is noticed.
        await hub.manager(ANN).emit_agent_event("x", 1)
        await becomes(states, "begun", "cut off")
        async with tab(address) as client:
            await client.say(ASK)
            await client.say(ASK)
            answers = await client.hear(3)

    assert states == ["begun", "cut off", "begun", "handled"]
    assert [each["type"] for each in answers] == ["welcome", "ack", "ack"]


@runs
async def test_what_is_being_handled_is_not_acknowledged_before_it_has_been() -> None:
    hub, gate, count = made(), asyncio.Event(), list[int]()

    @hub.on("ask")
    async def ask(manager: Manager, message: Message) -> None:
        count.append(len(count))
        await gate.wait()
        if len(count) == 1:
            raise ValueError("the first time")

    async with served(hub) as address, tab(address) as one, tab(address) as other:
        await asyncio.gather(one.hear(), other.hear())
        await one.say(ASK)
        while not count:
            await asyncio.sleep(0.01)
        await other.say(ASK)
        await other.say({"type": "ping"})
        (pong,) = await other.hear()
        gate.set()
        (first,), (second,) = await one.hear(), await other.hear()

    assert (pong["type"], first["code"], second["type"]) == ("pong", "failed", "ack")
    assert count == [0, 1]


@runs
async def test_whoever_says_much_and_goes_has_said_it_in_order() -> None:
    hub, heard = made(), list[int]()

    @hub.on("say")
    async def say(manager: Manager, message: Message) -> None:
        await asyncio.sleep(0.005)
        heard.append(message.payload)

    async with served(hub) as address:
        async with tab(address) as client:
            await client.hear()
            for number in range(39):
                await client.say({"type": "say", "payload": number})
        while len(heard) < 39:
            await asyncio.sleep(0.01)

    assert heard == list(range(39))


@runs
async def test_who_is_not_listened_to_is_not_silent() -> None:
    hub, gate, heard = made(heartbeat_s=0.1), asyncio.Event(), list[int]()

    @hub.on("say")
    async def say(manager: Manager, message: Message) -> None:
        await gate.wait()
        heard.append(message.payload)

    async with served(hub) as address, tab(address) as client:
        await client.hear()
        for number in range(30):
            await client.say({"type": "say", "payload": number})
        await asyncio.sleep(1.2)
        gate.set()
        while len(heard) < 30:
            await asyncio.sleep(0.01)
        await client.say({"type": "ping"})
        (pong,) = await client.hear()

    assert pong["type"] == "pong"


@runs
async def test_a_handler_that_fails_after_all_ids_were_forgotten_is_answered_too() -> None:
    limits, clock = Limits(), FakeClock()
    inbox, hub = Inbox(limits, clock), Hub()
    session = Session("tab", Stream(limits, "e"), limits, 0, batches=False)

    async def ask(manager: Manager, message: Message) -> None:
        clock.advance(limits.age_s + 1)
        inbox.sweep()
        raise ValueError("after a long time")

    inbox.register("ask", ask)
    await inbox.handle("ann", hub.manager(ANN), session, Message(type="ask", id="1"))

    assert '"code":"failed"' in (session.frame() or "")


def test_a_word_of_the_protocol_is_no_message_of_the_application() -> None:
    for word in ("hello", "ack", "auth", "ping"):
        with pytest.raises(UnumError, match="reaches no handler"):
            Hub().on(word)(lambda manager, message: asyncio.sleep(0))
