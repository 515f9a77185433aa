"""A run that nobody will end any more is ended, once; one that lives is let alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from pluribus_unum import BrokerDown, Hub, Limits, MemoryBroker, Run
from pluribus_unum.brokers.base import Published
from pluribus_unum.brokers.presence import Presence
from pluribus_unum.testing import FakeClock, FakeSocket, settle
from pluribus_unum.watchdog import Watchdog
from tests.unum.running import Context, hub, runs

CONTEXT = Context("ann", "t1", "r1")
ENOUGH = 5
"""Looks in a row that find no lease."""


class Failing(MemoryBroker):
    """One that does not answer while it is told so."""

    is_down = False

    async def presence(self, key: str) -> tuple[Presence, ...]:
        self._must_answer()
        return await super().presence(key)

    async def publish(
        self, key: str, body: str, *, thread: str | None, idempotency: str | None
    ) -> Published:
        self._must_answer()
        return await super().publish(key, body, thread=thread, idempotency=idempotency)

    def _must_answer(self) -> None:
        if self.is_down:
            raise BrokerDown("nobody answers", hint="wait")


@asynccontextmanager
async def watched(**given: Any) -> AsyncIterator[tuple[Hub, FakeSocket]]:
    """A hub, and a socket of ann."""
    async with hub(**given) as it:
        socket = FakeSocket()
        await it.manager(CONTEXT).add_connection(socket)
        yield it, socket


async def begun(it: Hub, context: Context = CONTEXT) -> Run:
    """A run that goes on."""
    return await it.manager(context).run(context, agent_name="chief").__aenter__()


async def lost(it: Hub, context: Context = CONTEXT) -> Run:
    """A run whose node was killed: there is its beginning, and no lease any more."""
    run = await begun(it, context)
    it.runs.leave(run)
    return run


async def look(it: Hub, times: int) -> None:
    for _ in range(times):
        await it.watchdog.look()
    await settle()


def kinds(socket: FakeSocket) -> list[str]:
    return [each["type"] for each in socket.events]


@runs
async def test_a_run_without_a_lease_is_ended_once_and_its_tools_are_closed() -> None:
    async with watched() as (it, socket):
        run = await begun(it)
        tool = run.tool("search")
        await tool.__aenter__()
        it.runs.leave(run)
        await look(it, 1)  # it has just been found
        await look(it, ENOUGH - 1)
        before = kinds(socket)
        await look(it, 10)

    assert before == ["agent_started", "tool_executing"]
    assert kinds(socket) == ["agent_started", "tool_executing", "tool_completed", "agent_error"]
    started, executing, completed, error = socket.events
    assert completed["payload"]["tool_call_id"] == executing["payload"]["tool_call_id"]
    assert (completed["payload"]["success"], completed["payload"]["error"]) == (
        False,
        "Unfinished",
    )
    assert error["payload"] == {"code": "interrupted", "message": "The server was lost."}
    for name in ("user_id", "thread_id", "run_id", "agent_name"):
        assert error[name] == completed[name] == started[name]


@runs
async def test_a_run_that_lives_is_let_alone_for_as_long_as_it_takes() -> None:
    async with watched() as (it, socket):
        run = await begun(it)
        async with run.agent("inner"):
            await look(it, 100)
        await run.send_agent_completed()
        await look(it, 100)

    assert kinds(socket) == [
        "agent_started",
        "agent_started",
        "agent_completed",
        "agent_completed",
    ]


@runs
async def test_events_that_are_sent_by_hand_have_no_lease_and_are_let_alone() -> None:
    async with watched() as (it, socket):
        await it.manager(CONTEXT).send_agent_started(CONTEXT, "chief")
        await look(it, 100)

    assert kinds(socket) == ["agent_started"]


@runs
async def test_a_look_that_nobody_answers_begins_the_count_anew() -> None:
    broker = Failing()
    async with watched(broker=broker) as (it, socket):
        await lost(it)
        await look(it, ENOUGH)
        broker.is_down = True
        await look(it, 100)
        broker.is_down = False
        await look(it, ENOUGH - 1)
        before = kinds(socket)
        await look(it, 1)

    assert before == ["agent_started"]
    assert kinds(socket) == ["agent_started", "agent_error"]


@runs
async def test_several_nodes_that_notice_end_it_once() -> None:
    async with watched() as (it, socket):
        others = [Watchdog(it, it.broker) for _ in range(3)]
        await lost(it)
        for each in others:
            each.follow("ann", await it.broker.join("ann"))
        for _ in range(20):
            await asyncio.gather(it.watchdog.look(), *(each.look() for each in others))
        await settle()

    assert kinds(socket) == ["agent_started", "agent_error"]


@runs
async def test_a_run_is_found_in_the_stream_of_somebody_who_comes_later() -> None:
    async with hub() as it:
        await lost(it)
        await look(it, 100)
        socket = FakeSocket()
        await it.manager(CONTEXT).add_connection(socket)
        await look(it, 1 + ENOUGH)

    assert kinds(socket) == ["agent_error"]


@runs
async def test_a_run_whose_beginning_is_kept_no_more_is_known_by_its_lease() -> None:
    async with hub(limits=Limits(events_per_user=4)) as it:
        run = await begun(it)
        for number in range(10):
            await run.emit("delta", number)
        socket = FakeSocket()
        await it.manager(CONTEXT).add_connection(socket)
        await look(it, 100)
        before = kinds(socket)
        it.runs.leave(run)
        await look(it, 2 * ENOUGH)

    assert before == []
    assert kinds(socket) == ["agent_error"]
    assert (socket.events[0]["run_id"], socket.events[0]["thread_id"]) == ("r1", "t1")


@runs
async def test_what_a_stream_that_begins_anew_told_before_is_forgotten() -> None:
    async with watched() as (it, socket):
        await lost(it)
        await look(it, 1)
        (await it.broker.join("ann")).restart("another", 0)
        await look(it, 100)

    assert kinds(socket) == ["agent_started"]


@runs
async def test_an_end_that_may_be_among_what_is_gone_is_not_sent_again() -> None:
    async with watched() as (it, socket):
        await lost(it)
        stream = await it.broker.join("ann")
        stream.jump(stream.seq + 10)
        stream.wake()
        await look(it, 100)

    assert "agent_error" not in kinds(socket)


@runs
async def test_a_run_that_is_taken_up_again_elsewhere_lives() -> None:
    async with watched() as (it, socket):
        await lost(it)
        await look(it, ENOUGH)
        await begun(it)
        await look(it, 100)

    assert kinds(socket) == ["agent_started", "agent_started", "agent_error"], "as the hub stops"
    assert socket.events[-1]["payload"]["message"] == "The server stopped."


@pytest.mark.parametrize("fails", [False, True])
def test_a_node_that_was_only_away_does_not_end_its_run_again(fails: bool) -> None:
    @runs
    async def test() -> None:
        async with watched() as (it, socket):
            run = await lost(it)
            await look(it, 1 + ENOUGH)
            receipt = await (
                run.send_agent_error("failed", "Too late.")
                if fails
                else run.send_agent_completed("too late")
            )
            await settle()

        assert kinds(socket) == ["agent_started", "agent_error"]
        assert socket.events[-1]["payload"]["code"] == "interrupted"
        assert receipt.is_duplicate

    test()


@runs
async def test_a_run_whose_end_could_not_be_sent_is_ended_when_the_broker_is_back() -> None:
    broker = Failing()
    async with watched(broker=broker) as (it, socket):
        with pytest.raises(BrokerDown):
            async with it.manager(CONTEXT).run(CONTEXT):
                broker.is_down = True
        await look(it, 10)
        broker.is_down = False
        await look(it, 1 + ENOUGH)

    assert kinds(socket) == ["agent_started", "agent_error"]


@runs
async def test_a_run_whose_beginning_could_not_be_sent_is_no_run() -> None:
    broker = Failing()
    async with hub(broker=broker) as it:
        broker.is_down = True
        with pytest.raises(BrokerDown):
            await begun(it)

        assert len(it.runs) == 0


@runs
async def test_events_of_these_names_that_are_nothing_of_the_kind_do_no_harm() -> None:
    nonsense: tuple[Any, ...] = (None, 1, ["depth"], {"depth": [], "tool_call_id": {}})
    async with watched() as (it, _):
        manager = it.manager(CONTEXT)
        for name in ("agent_started", "tool_executing", "tool_completed", "agent_completed"):
            for payload in nonsense:
                await manager.emit_agent_event(name, payload, run=CONTEXT, meta={"node": "1"})
        for body in (
            '{"v":1,"type":"agent_started",',
            '{"v":1,"type":"agent_error","payload":{}}',
        ):
            await it.broker.publish("ann", body, thread=None, idempotency=None)
        it.broker.arrived("\0runs\0ann", "nonsense", 0.0)
        stream = await it.broker.join("ann")
        before = stream.seq
        await look(it, 100)

        assert stream.seq == before


@runs
async def test_who_has_left_is_looked_after_no_more() -> None:
    async with watched() as (it, _):
        await it.manager(CONTEXT).remove_all_connections()
        await settle()
        stream = await it.broker.join("ann")

        assert len(stream.watchers) == 0


@runs
async def test_it_looks_by_the_clock_and_never_twice_at_once() -> None:
    clock = FakeClock()
    async with Hub(clock=clock, limits=Limits(presence_s=20)).lifespan() as state:
        watchdog = state["hub"].watchdog
        due = [watchdog.is_due()]
        clock.advance(5)
        due.append(watchdog.is_due())
        looking = asyncio.ensure_future(watchdog.look())
        await asyncio.sleep(0)
        await looking
        due.append(watchdog.is_due())

    assert due == [False, True, False]
