"""What happens to nodes, and to the broker behind them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.unum.faults.fleet import Fleet, fleet
from tests.unum.faults.scale import Fault, Result, Scale, spread


async def node_is_killed(scale: Scale) -> Result:
    """`kill -9` of one of two nodes, which serves clients and is sent by, under load."""
    async with fleet(nodes=2, broker=scale.broker) as there:
        await there.arrive(scale.users, scale.tabs)
        load = asyncio.create_task(there.load(scale.per_s, scale.seconds))
        await asyncio.sleep(scale.seconds / 2)
        await there.kill(there.nodes[0])
        await load
        await there.settled()
        assert there.noted.away_s, "nobody was cut off"
        return {**there.audit(), "cut off": len(there.noted.away_s), **spread(there.noted.away_s)}


@asynccontextmanager
async def _killed_broker(scale: Scale, **given: Any) -> AsyncIterator[Fleet]:
    """A fleet whose broker is killed under load, and starts again; all has settled since."""
    async with fleet(nodes=2, broker=scale.broker, timeout_s=0.5, **given) as there:
        assert there.broker is not None
        await there.arrive(scale.users, scale.tabs)
        load = asyncio.create_task(there.load(scale.per_s, scale.seconds))
        await asyncio.sleep(scale.seconds / 3)
        there.broker.kill()
        await asyncio.sleep(scale.seconds / 6)
        there.broker.start()
        await load
        await there.settled()
        yield there


async def broker_is_killed_and_empty(scale: Scale) -> Result:
    """`kill -9` of the broker, which starts again with nothing."""
    async with _killed_broker(scale) as there:
        result = there.audit(resets=True)
        assert result["told of a reset"] == len(there.tabs), "somebody was not told"
        return result


async def broker_is_killed_and_keeps(scale: Scale) -> Result:
    """`kill -9` of a broker that writes to disk before it answers, and starts again."""
    async with _killed_broker(scale, keeps=True, trusts_disk=True) as there:
        return there.audit()


async def broker_is_frozen(scale: Scale) -> Result:
    """The broker answers nothing for a while."""
    async with fleet(nodes=2, broker=scale.broker, timeout_s=0.5) as there:
        assert there.broker is not None
        await there.arrive(scale.users, scale.tabs)
        load = asyncio.create_task(there.load(scale.per_s, scale.seconds * 2))
        await asyncio.sleep(scale.seconds / 3)
        there.broker.freeze()
        waited_s = []
        for _ in range(3):
            began = time.monotonic()
            await there.nodes[1].ask("emit", events=[["somebody else", f"{began}"]])
            waited_s.append(time.monotonic() - began)
        await asyncio.sleep(scale.seconds / 2)
        there.broker.thaw()
        await load
        await there.settled()
        assert max(waited_s) < 2, f"a call took {max(waited_s):.1f} s"
        return {**there.audit(), "a call took at most_s": round(max(waited_s), 3)}


async def nodes_are_drained(scale: Scale) -> Result:
    """SIGTERM of both nodes, one after the other, while a third takes over."""
    within_s = scale.seconds
    limits = {"drain_s": within_s}
    async with fleet(nodes=2, broker=scale.broker, limits=limits) as there:
        await there.arrive(scale.users, scale.tabs)
        there.nodes.append(there.nodes.pop(0))
        load = asyncio.create_task(there.load(scale.per_s, 4 * within_s))
        arrivals: list[float] = []
        for each in there.tabs:
            each.came_back = lambda: arrivals.append(time.monotonic())
        ending = there.nodes.pop()
        ended_s = [await there.drain(ending)]
        await there.start_node(limits)
        ending = there.nodes.pop(0)
        ended_s.append(await there.drain(ending))
        await load
        await there.settled()
        busiest = max(sum(at <= each < at + 1 for each in arrivals) for at in arrivals)
        most = max(10, 1.5 * len(there.tabs) / within_s)
        assert busiest <= most, f"{busiest} tabs came back within one second"
        assert max(ended_s) < within_s + 5, f"a node took {max(ended_s):.1f} s to end"
        return {
            **there.audit(),
            "drained_s": round(max(ended_s), 1),
            "came back at most in a second": busiest,
        }


FAULTS = (
    Fault(
        "both nodes are told to end, one after the other",
        "nothing is lost, twice or out of order; nobody comes back all at once",
        nodes_are_drained,
        needs_broker=True,
    ),
    Fault(
        "a node is killed",
        "nothing is lost, twice or out of order",
        node_is_killed,
        needs_broker=True,
    ),
    Fault(
        "the broker is killed, and starts empty",
        "every user is told",
        broker_is_killed_and_empty,
        needs_broker=True,
    ),
    Fault(
        "the broker is killed, and has kept all",
        "nothing is lost, twice or out of order",
        broker_is_killed_and_keeps,
        needs_broker=True,
    ),
    Fault(
        "the broker is frozen",
        "a call that sends returns within two seconds; nothing is lost that was acknowledged",
        broker_is_frozen,
        needs_broker=True,
        takes_long=True,
    ),
)
