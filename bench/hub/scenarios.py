"""What is measured, each on a server that has just been started."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Final

from bench.hub.process import Scene, scene

SIZE: Final = 180
"""Characters of filling, which make an event of about 250 bytes."""
_WARM_UP: Final = 5
_SLOW_SIZE: Final = 16_000
_SLOW_PATIENCE_S: Final = 3.0


@dataclass(frozen=True)
class Flood:
    """An event to each, round after round, each as soon as the last has come."""

    us_per_delivery: float
    """Time of the server's CPU."""
    per_s: float
    """Deliveries."""
    kb_per_connection: float
    """Resident memory of an idle connection, that of its user with it."""


async def flood(name: str, *, users: int, rounds: int, tabs: int = 1) -> Flood:
    """Measure the cost of a delivery and of a connection."""
    async with scene(name, users, tabs) as played:
        idle = await played.state()
        for _ in range(_WARM_UP):
            await played.round(SIZE)
        before, began = await played.state(), time.monotonic()
        for _ in range(rounds):
            await played.round(SIZE)
        took_s, after = time.monotonic() - began, await played.state()
        deliveries = users * tabs * rounds
        return Flood(
            us_per_delivery=(after.cpu_s - before.cpu_s) / deliveries * 1e6,
            per_s=deliveries / took_s,
            kb_per_connection=(idle.rss - played.before.rss) / (users * tabs) / 1024,
        )


@dataclass(frozen=True)
class Latency:
    """From the call that sends to the client that has read."""

    p50_ms: float
    p99_ms: float
    per_s: float
    """Events that were really sent."""


async def latency(name: str, *, users: int, per_s: float, seconds: float) -> Latency:
    """Send at a steady rate, to one user after the other."""
    async with scene(name, users) as played:
        for _ in range(_WARM_UP):
            await played.round(SIZE)
        _restart(played)
        played.heard.is_timed = True
        played.heard.want(int(per_s * seconds))
        told = await played.server.ask(
            "rate", users=users, size=SIZE, per_s=per_s, seconds=seconds
        )
        await played.arrived()
        return _latency(played.heard.latencies_s, told["sent"] / told["took_s"])


def _restart(played: Scene) -> None:
    """Numbers begin anew for each user."""
    for each in played.clients:
        each.number = 0


def _latency(taken_s: list[float], per_s: float) -> Latency:
    return Latency(median(taken_s) * 1e3, quantiles(taken_s, n=100)[-1] * 1e3, per_s)


async def emit(name: str, *, users: int, rounds: int) -> float:
    """Microseconds that the call takes which sends an event to somebody who is there."""
    async with scene(name, users) as played:
        for _ in range(_WARM_UP):
            await played.round(SIZE)
        played.heard.want(users * rounds)
        told = await played.server.ask("emit", users=users, size=SIZE, rounds=rounds)
        await played.arrived()
        taken_s: list[float] = told["took_s"]
        return median(taken_s) * 1e6


@dataclass(frozen=True)
class Stalled:
    """What one client that does not read costs the others."""

    rounds: int
    """That came to all others, before they waited for three seconds in vain; all that were asked
    for when they never did."""
    asked: int
    p99_ms: float
    """Of the others."""
    p99_before_ms: float
    """Of the same clients, while all read."""


async def stalled(name: str, *, users: int, rounds: int) -> Stalled:
    """Let one of the users not read, with events that are large enough to fill all buffers."""
    async with scene(name, users) as played:
        played.heard.is_timed = True
        for _ in range(rounds):
            await played.round(_SLOW_SIZE)
        before = _latency(played.heard.latencies_s, 0)
        played.heard.latencies_s.clear()
        stopped = played.clients[-1].transport
        assert stopped is not None
        stopped.pause_reading()
        done = 0
        try:
            for _ in range(rounds):
                played.heard.want(users - 1)
                async with asyncio.timeout(_SLOW_PATIENCE_S):
                    await played.server.ask("round", users=users, size=_SLOW_SIZE)
                    await played.arrived()
                done += 1
        except TimeoutError:
            pass
        after = _latency(played.heard.latencies_s, 0) if done else before
        return Stalled(done, rounds, after.p99_ms, before.p99_ms)
