"""Runs as they happen, for whoever maps them to AG-UI: `python -m tests.unum.agui` prints them.

Each is played by a real hub and seen by a client from every place in it on; the client for
browsers feeds what comes out to `verifyEvents` of `@ag-ui/client`.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import msgspec

from pluribus_unum import Hub, Manager, Run, RunOver
from pluribus_unum.agui import Mapper
from pluribus_unum.core.wire import Event
from pluribus_unum.testing import FakeSocket, settle
from tests.unum.running import Context

CONTEXT = Context("ann", "thread", "run")
Play = Callable[[Manager], Awaitable[None]]


def played(play: Callable[[Run], Awaitable[None]]) -> Play:
    """A run of the chief."""

    async def run(manager: Manager) -> None:
        async with manager.run(CONTEXT, agent_name="chief") as made:
            await play(made)

    return run


async def plain(run: Run) -> None:
    """The five events."""
    await run.send_agent_thinking("Looking it up.")
    async with run.tool("search", {"query": "costs"}) as tool:
        tool.results = [{"cost": 7}]
    await run.send_agent_completed("It costs 7.", result={"cost": 7})


async def in_pieces(run: Run) -> None:
    """A thought in pieces, between which others speak."""
    await run.send_agent_thinking("Look")
    await run.send_agent_thinking("ing", delta=True)
    async with run.agent("data") as data:
        await data.send_agent_thinking("I, too.", delta=True)
        await run.send_agent_thinking(" it up", delta=True)
        await data.send_agent_thinking(" Still.", delta=True)
    await run.send_agent_thinking("Done.")


async def nested(run: Run) -> None:
    """Agents inside of agents, two of one name at once, and one that fails."""
    async with run.agent("data") as data, data.agent("sql") as sql:
        async with sql.tool("query") as tool:
            tool.results = "rows"
        await sql.send_agent_completed("inner answer")
    await asyncio.gather(twin(run, 1), twin(run, 2), twin(run, 3))
    with suppress(ZeroDivisionError):
        async with run.agent("broken"):
            raise ZeroDivisionError


async def twin(run: Run, number: int) -> None:
    async with run.agent("twin") as each:
        await each.send_agent_thinking(f"I am {number}")
        await asyncio.sleep(0)


async def parallel(run: Run) -> None:
    """Calls of one tool at once, one of which fails."""

    async def call(number: int) -> None:
        with suppress(ValueError):
            async with run.tool("search", {"number": number}) as tool:
                await asyncio.sleep(0)
                if number == 2:
                    raise ValueError
                tool.results = number

    await asyncio.gather(*map(call, range(4)))
    await run.emit("chart", {"bars": [1, 2]})


async def failing(manager: Manager) -> None:
    """A run that ends in the middle of everything."""
    with suppress(ZeroDivisionError):
        async with manager.run(CONTEXT, agent_name="chief") as run:
            await run.send_agent_thinking("Looking", delta=True)
            async with run.agent("data") as data, data.tool("query"):
                raise ZeroDivisionError


async def inner_error(manager: Manager) -> None:
    """An agent inside that ends the run as a whole, which would go on all the same."""
    async with manager.run(CONTEXT, agent_name="chief") as run:
        async with run.agent("data") as data:
            await data.send_agent_error("quota", "There is no more today.")
        with suppress(RunOver):
            await run.send_agent_thinking("Nobody hears this.")


async def by_name(manager: Manager) -> None:
    """Events that are sent one by one, in no good order."""
    await manager.send_tool_completed(CONTEXT, "search", tool_call_id="t1", error="late")
    await manager.emit_agent_event("agent_thinking", {"wrong": 1}, run=CONTEXT)
    left = {"agent_name": "left open", "depth": 1}
    await manager.emit_agent_event("agent_started", left, run=CONTEXT)
    await manager.emit_agent_event(
        "agent_completed", {"agent_name": "who", "depth": 2}, run=CONTEXT
    )
    await manager.send_tool_executing(CONTEXT, "search", tool_call_id="t2", parameters="as text")
    await manager.emit_agent_event("agent_completed", {"status": 7}, run=CONTEXT)


def at_random(seed: int) -> Play:
    """A run in which anything happens, several things at once."""
    chance = random.Random(seed)

    async def something(run: Run, depth: int) -> None:
        for _ in range(chance.randint(0, 3)):
            await asyncio.sleep(0)
            if run.is_over:
                return
            match chance.choice(["think", "think", "tool", "agent", "own", "at once"]):
                case "think":
                    await run.send_agent_thinking("so", delta=chance.random() < 0.5)
                case "tool":
                    async with run.tool("search", chance.choice([None, {"a": 1}, [2]])) as tool:
                        await something(run, depth + 1)
                        tool.results = chance.choice([None, "text", {"b": 2}])
                case "agent" if depth < 3:
                    async with run.agent(chance.choice(["data", "sql"])) as inner:
                        await something(inner, depth + 1)
                case "at once" if depth < 3:
                    await asyncio.gather(something(run, depth + 1), something(run, depth + 1))
                case _:
                    await run.emit("chart", None)
        if depth == 2 and chance.random() < 0.1:
            raise ZeroDivisionError

    async def play(manager: Manager) -> None:
        with suppress(ZeroDivisionError, RunOver):
            async with manager.run(CONTEXT, agent_name="chief") as run:
                await something(run, 0)
                await something(run, 1)

    return play


RUNS: dict[str, Play] = {
    "plain": played(plain),
    "in pieces": played(in_pieces),
    "nested": played(nested),
    "parallel": played(parallel),
    "failing": failing,
    "inner error": inner_error,
    "by name": by_name,
    **{f"at random {seed}": at_random(seed) for seed in range(20)},
}


async def recorded(play: Play) -> list[Event]:
    """The events of a run, as a client sees them."""
    hub = Hub()
    async with hub.lifespan():
        manager, socket = hub.manager(CONTEXT), FakeSocket()
        await manager.add_connection(socket)
        await manager.emit_agent_event("agent_thinking", {"thought": "of another run"})
        await play(manager)
        await settle()
    return [msgspec.convert(each, Event) for each in socket.events]


def mapped(events: list[Event], seen: int, *, remembers: bool) -> list[dict[str, Any]]:
    """What a client gets that comes back after so many events."""
    mapper = Mapper("run", thread_id="thread")
    if remembers:
        for each in events[:seen]:
            mapper.pass_by(each)
    return [out for each in events[seen:] for out in mapper.map(each)]


def every_way(events: list[Event]) -> dict[str, list[dict[str, Any]]]:
    """From every place of a run on, with and without knowing what was before."""
    last = max(number for number, each in enumerate(events) if each.run_id == "run")
    end = next(number for number, each in enumerate(events) if each.ends_run)
    ways = {"from its beginning": mapped(events, 0, remembers=False)}
    for seen in range(1, min(last, end) + 1):
        ways[f"from {seen} on"] = mapped(events, seen, remembers=True)
        ways[f"from {seen} on, knowing nothing"] = mapped(events, seen, remembers=False)
    return ways


async def main() -> None:
    """Print all of them as JSON."""
    found = {name: every_way(await recorded(play)) for name, play in RUNS.items()}
    print(json.dumps(found))  # noqa: T201 # that is what it is for


if __name__ == "__main__":
    asyncio.run(main())
