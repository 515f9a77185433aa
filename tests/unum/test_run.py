"""One run: it begins once, ends once, and closes what it opens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from pluribus_unum import EventRefused, Hub, Limits, Run, RunOver
from pluribus_unum.testing import FakeSocket, settle
from tests.unum.running import Context, hub, runs

CONTEXT = Context("ann", "t1", "r1")


async def seen(it: Hub, work: Callable[[Run], Awaitable[None]]) -> list[dict[str, Any]]:
    """The events of one run, which may end by an exception that it was asked to raise."""
    socket, manager = FakeSocket(), it.manager(CONTEXT)
    await manager.add_connection(socket)
    try:
        async with manager.run(CONTEXT, agent_name="chief") as run:
            await work(run)
    except (ZeroDivisionError, asyncio.CancelledError):
        pass
    await settle()
    return socket.events


def types(events: list[dict[str, Any]]) -> list[str]:
    return [each["type"] for each in events]


@runs
async def test_the_five_events_are_those_of_one_run() -> None:
    async def work(run: Run) -> None:
        await run.send_agent_thinking("hm", step=1, total_steps=2)
        async with run.tool("cost", {"month": 1}) as tool:
            tool.results = [3]
        await run.send_agent_completed("done")

    async with hub() as it:
        events = await seen(it, work)

    assert types(events) == [
        "agent_started",
        "agent_thinking",
        "tool_executing",
        "tool_completed",
        "agent_completed",
    ]
    assert {(e["thread_id"], e["run_id"], e["agent_name"]) for e in events} == {
        ("t1", "r1", "chief")
    }
    executing, completed = events[2]["payload"], events[3]["payload"]
    assert executing["tool_call_id"] == completed["tool_call_id"]
    assert (completed["success"], completed["results"]) == (True, [3])
    assert events[4]["payload"]["final_response"] == "done"


@runs
async def test_a_run_that_says_nothing_of_its_end_ends_all_the_same() -> None:
    async def work(run: Run) -> None:
        pass

    async with hub() as it:
        assert types(await seen(it, work)) == ["agent_started", "agent_completed"]


@runs
async def test_an_exception_closes_the_tool_and_is_the_one_end() -> None:
    async def work(run: Run) -> None:
        async with run.tool("cost"):
            raise ZeroDivisionError

    async with hub() as it:
        events = await seen(it, work)

    assert types(events) == ["agent_started", "tool_executing", "tool_completed", "agent_error"]
    assert events[2]["payload"]["success"] is False
    assert events[3]["payload"]["code"] == "failed"
    assert "ZeroDivision" not in events[3]["payload"]["message"], "that is nobody's business"


@runs
async def test_a_cancelled_run_still_says_that_it_ended() -> None:
    async with hub() as it:
        socket, manager = FakeSocket(), it.manager(CONTEXT)
        await manager.add_connection(socket)
        begun = asyncio.Event()

        async def work() -> None:
            async with manager.run(CONTEXT):
                begun.set()
                await asyncio.sleep(60)

        task = asyncio.create_task(work())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await settle()

    assert types(socket.events) == ["agent_started", "agent_error"]
    assert socket.events[1]["payload"]["code"] == "cancelled"


@runs
async def test_agents_inside_of_a_run_do_not_end_it() -> None:
    async def work(run: Run) -> None:
        async with run.agent("data") as inner, inner.agent("deeper") as deepest:
            await deepest.send_agent_thinking("hm")

    async with hub() as it:
        events = await seen(it, work)

    assert [(each["type"], each["payload"].get("depth", 0)) for each in events] == [
        ("agent_started", 0),
        ("agent_started", 1),
        ("agent_started", 2),
        ("agent_thinking", 0),
        ("agent_completed", 2),
        ("agent_completed", 1),
        ("agent_completed", 0),
    ]
    assert {each["run_id"] for each in events} == {"r1"}


@runs
async def test_an_agent_that_fails_inside_of_a_run_leaves_the_end_to_the_run() -> None:
    async def work(run: Run) -> None:
        async with run.agent("data"):
            raise ZeroDivisionError

    async with hub() as it:
        events = await seen(it, work)

    assert types(events) == ["agent_started", "agent_started", "agent_completed", "agent_error"]
    assert events[2]["payload"]["status"] == "failed"


@runs
async def test_what_is_still_at_work_ends_before_the_run_and_says_nothing_more() -> None:
    async def work(run: Run) -> None:
        async with run.tool("outer"), run.agent("data") as inner, inner.tool("query"):
            await run.send_agent_completed("enough")
            with pytest.raises(RunOver):
                await inner.send_agent_thinking("too late")

    async with hub() as it:
        events = await seen(it, work)

    assert types(events) == [
        "agent_started",
        "tool_executing",
        "agent_started",
        "tool_executing",
        "tool_completed",
        "agent_completed",
        "tool_completed",
        "agent_completed",
    ]
    assert [each["payload"].get("status") for each in events[5:]] == ["unfinished", None, None]
    assert "depth" not in events[7]["payload"]


@runs
async def test_an_error_that_an_agent_inside_sends_is_the_one_end_of_the_run() -> None:
    async def work(run: Run) -> None:
        async with run.agent("data") as inner, inner.agent("deeper") as deepest:
            await deepest.send_agent_error("quota", "There is no more today.")
        assert run.is_over

    async with hub() as it:
        events = await seen(it, work)

    assert types(events)[3:] == ["agent_completed", "agent_completed", "agent_error"]
    assert [each["payload"].get("status") for each in events[3:5]] == ["failed", "failed"]


@runs
async def test_a_tool_whose_results_cannot_be_sent_is_closed_all_the_same() -> None:
    results: Any = object()

    async def work(run: Run) -> None:
        with pytest.raises(EventRefused):
            async with run.tool("search") as tool:
                tool.results = results
        with pytest.raises(EventRefused):
            async with run.tool("search") as tool:
                tool.results = results
                raise ZeroDivisionError

    async with hub() as it:
        events = await seen(it, work)

    assert types(events)[1:-1] == ["tool_executing", "tool_completed"] * 2
    closed = [each["payload"] for each in events if each["type"] == "tool_completed"]
    assert [(each["success"], each["error"]) for each in closed] == [
        (False, "EventRefused"),
        (False, "ZeroDivisionError"),
    ]


@runs
async def test_a_tool_that_could_not_be_told_of_is_not_closed() -> None:
    async def work(run: Run) -> None:
        with pytest.raises(EventRefused):
            async with run.tool("search", object()):
                raise AssertionError("it is not called")

    async with hub() as it:
        events = await seen(it, work)

    assert types(events) == ["agent_started", "agent_completed"]


@runs
async def test_nothing_of_a_run_is_sent_before_it_begins_or_after_it_ended() -> None:
    async with hub() as it:
        run = it.manager(CONTEXT).run(CONTEXT)
        with pytest.raises(RunOver, match="before"):
            await run.send_agent_thinking("early")
        async with run:
            await run.send_agent_completed()
            with pytest.raises(RunOver, match="after"):
                await run.send_agent_thinking("late")
        with pytest.raises(RunOver, match="once"):
            await run.__aenter__()


@runs
async def test_two_calls_of_one_tool_at_once_are_told_apart() -> None:
    async def work(run: Run) -> None:
        async def call(number: int) -> None:
            async with run.tool("cost", number) as tool:
                await asyncio.sleep(0)
                tool.results = number

        await asyncio.gather(call(1), call(2))

    async with hub() as it:
        events = await seen(it, work)

    asked = {e["payload"]["tool_call_id"]: e["payload"]["parameters"] for e in events[1:3]}
    told = {e["payload"]["tool_call_id"]: e["payload"]["results"] for e in events[3:5]}
    assert asked == told
    assert len(asked) == 2


@runs
async def test_the_flat_form_says_the_same() -> None:
    async with hub() as it:
        socket, manager = FakeSocket(), it.manager(CONTEXT)
        await manager.add_connection(socket)
        await manager.send_agent_started(CONTEXT, "chief", task="sum up")
        await manager.send_agent_thinking(CONTEXT, "hm")
        await manager.send_tool_executing(CONTEXT, "cost", tool_call_id="1", parameters={})
        await manager.send_tool_completed(CONTEXT, "cost", tool_call_id="1", results=3)
        await manager.send_agent_completed(CONTEXT, final_response="done")
        await manager.send_agent_error(CONTEXT, "late", "Too late.")
        await settle()

    assert types(socket.events) == [
        "agent_started",
        "agent_thinking",
        "tool_executing",
        "tool_completed",
        "agent_completed",
        "agent_error",
    ]
    assert {each["run_id"] for each in socket.events} == {"r1"}


@runs
async def test_what_still_runs_when_the_server_stops_is_ended_once() -> None:
    socket = FakeSocket()
    going_on = asyncio.Event()
    made = Hub(limits=Limits(drain_s=0))
    async with made.lifespan():
        await made.manager(CONTEXT).add_connection(socket)

        async def work() -> None:
            async with made.manager(CONTEXT).run(CONTEXT) as run:
                async with run.tool("search"):
                    await going_on.wait()
                await run.send_agent_thinking("too late")

        task = asyncio.create_task(work())
        await settle()
    going_on.set()
    with pytest.raises(RunOver):
        await task

    kinds = [each["type"] for each in socket.events]
    assert kinds == ["agent_started", "tool_executing", "tool_completed", "agent_error"]
    assert socket.events[-1]["payload"]["code"] == "interrupted"
