"""What becomes of the runs of agents when a node, or the broker, is away in the middle of them."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bench.told import Told
from tests.unum.faults.fleet import Fleet, fleet
from tests.unum.faults.scale import Fault, Result, Scale, spread

_PRESENCE_S = 1.0
_NOTICED_S = 6.0
"""After it a lost run is ended: the five looks after the last of its lease."""
_WHOLE = ["agent_started", "tool_executing", "tool_completed"]
_LOST = "agent_error: interrupted"
_OWN_ENDS = ("agent_completed", "agent_error: failed")
"""As when the broker cannot be reached in the middle of it."""
_ENDS = (*_OWN_ENDS, _LOST)


@asynccontextmanager
async def _fleet(scale: Scale, nodes: int, **limits: float) -> AsyncIterator[Fleet]:
    async with fleet(nodes=nodes, broker=scale.broker, timeout_s=0.5, limits=limits) as there:
        await there.arrive(scale.users, scale.tabs)
        yield there


async def _begin(there: Fleet, node: Told, name: str, lasts_s: float) -> Sequence[str]:
    """Let a run of each user begin on a node, which every tab hears of; gives their names."""
    users = sorted({each.client.user for each in there.tabs})
    runs = [(user, f"{user}/{name}") for user in users]
    await node.ask("begin", runs=runs, lasts_s=lasts_s)
    await _told(there, name, ("tool_executing",))
    return [run for _, run in runs]


async def _told(there: Fleet, name: str, kinds: Sequence[str], within_s: float = 30) -> None:
    """Wait until every tab has heard an event of one of these types of its run of that name."""

    def waits(client: Any) -> bool:
        return not set(kinds) & set(client.runs.get(f"{client.user}/{name}", ()))

    deadline = time.monotonic() + within_s
    while behind := [each.client for each in there.tabs if waits(each.client)]:
        if time.monotonic() > deadline:
            client = behind[0]
            raise AssertionError(f"{len(behind)} tabs lack {kinds} of {name}: {client.runs}")
        await asyncio.sleep(0.05)


def _must_be(there: Fleet, name: str, kinds: Sequence[str]) -> int:
    """Compare what each tab heard of its run of that name; gives how many runs there are."""
    assert not there.noted.problems, there.noted.problems[:3]
    for each in there.tabs:
        run = f"{each.client.user}/{name}"
        heard = each.client.runs.get(run)
        assert heard == list(kinds), f"{run}: {heard}"
    return len({each.client.user for each in there.tabs})


def _one_end(there: Fleet, name: str, ends: Sequence[str]) -> int:
    """Every tab has heard of one end of its run of that name, and after that nothing; gives how
    many runs there are."""
    assert not there.noted.problems, there.noted.problems[:3]
    for each in there.tabs:
        heard = each.client.runs.get(f"{each.client.user}/{name}", [])
        assert sum(kind in _ENDS for kind in heard) == 1, f"{each.client.user}/{name}: {heard}"
        assert heard[-1] in ends, f"{each.client.user}/{name}: {heard}"
    return len({each.client.user for each in there.tabs})


async def node_is_killed(scale: Scale) -> Result:
    """`kill -9` of one of three nodes, which has runs that go on and runs that are over."""
    async with _fleet(scale, 3, presence_s=_PRESENCE_S) as there:
        await _begin(there, there.nodes[0], "over", 0)
        await _told(there, "over", _ENDS)
        await _begin(there, there.nodes[0], "lost", 60)
        await _begin(there, there.nodes[1], "long", _PRESENCE_S + 2 * _NOTICED_S)
        began = time.monotonic()
        await there.kill(there.nodes.pop(0))
        await _told(there, "lost", _ENDS)
        taken_s = time.monotonic() - began
        await _told(there, "long", _ENDS)
        _must_be(there, "over", [*_WHOLE, "agent_completed"])
        lost = _must_be(there, "lost", [*_WHOLE, _LOST])
        lived = _must_be(there, "long", [*_WHOLE, "agent_completed"])
        return {
            "runs of the node": lost,
            "of others": lived,
            "ended within_s": round(taken_s, 1),
            **spread(there.noted.away_s),
        }


async def node_is_slow(scale: Scale) -> Result:
    """A node does nothing at all for longer than a lease holds, and then goes on."""
    async with _fleet(scale, 2, presence_s=2.0) as there:
        node = there.nodes[0]
        await _begin(there, node, "long", 14)
        node.process.send_signal(signal.SIGSTOP)
        # Its leases are missing for most of it: four looks in a row may find none.
        await asyncio.sleep(5)
        node.process.send_signal(signal.SIGCONT)
        await _told(there, "long", _ENDS)
        return {"runs": _must_be(there, "long", [*_WHOLE, "agent_completed"])}


def _away(
    goes: Callable[[Any], None], comes: Callable[[Any], None], *, is_kept: bool
) -> Callable[[Scale], Awaitable[Result]]:
    """The broker is away until every lease is over, while runs end and others go on."""

    async def run(scale: Scale) -> Result:
        async with _fleet(scale, 2, presence_s=_PRESENCE_S) as there:
            assert there.broker is not None
            await _begin(there, there.nodes[0], "short", 2)
            await _begin(there, there.nodes[1], "long", 5 + 2 * _NOTICED_S)
            goes(there.broker)
            await asyncio.sleep(4)
            await asyncio.to_thread(comes, there.broker)
            await _told(there, "long", _ENDS)
            ended = _one_end(there, "long", _OWN_ENDS)
            if is_kept:
                await _told(there, "short", _ENDS)
                ended += _one_end(there, "short", _ENDS)
            return {"runs": ended}

    return run


FAULTS = (
    Fault(
        "a node is killed in the middle of runs",
        "each of its runs has exactly one end, and those of others go on",
        node_is_killed,
        needs_broker=True,
    ),
    Fault(
        "a node does nothing for a while in the middle of runs",
        "its runs go on",
        node_is_slow,
        needs_broker=True,
        takes_long=True,
    ),
    Fault(
        "the broker is frozen in the middle of runs",
        "they go on; those that end meanwhile have exactly one end",
        _away(lambda it: it.freeze(), lambda it: it.thaw(), is_kept=True),
        needs_broker=True,
        takes_long=True,
    ),
    Fault(
        "the broker is killed in the middle of runs, and starts empty",
        "they go on",
        _away(lambda it: it.kill(), lambda it: it.start(), is_kept=False),
        needs_broker=True,
        takes_long=True,
    ),
)
