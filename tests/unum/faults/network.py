"""What happens on the way between a tab and its node."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from tests.unum.faults.fleet import Fleet, fleet
from tests.unum.faults.scale import Fault, Result, Scale, spread
from tests.unum.proxy import Proxy

_HEARTBEAT_S = 0.5


@asynccontextmanager
async def through_proxy(scale: Scale, **limits: float) -> AsyncIterator[tuple[Fleet, Proxy]]:
    """One node; half of the users reach it through a proxy."""
    async with fleet(limits=limits) as there:
        proxy = Proxy(there.ports[0])
        await proxy.start()
        try:
            await there.arrive(scale.users, scale.tabs, ports=[proxy.port])
            yield there, proxy
        finally:
            for each in there.tabs:
                each.leave()
            await proxy.stop()


async def half_open(scale: Scale) -> Result:
    """A network that carries nothing any more, and tells nobody: the node lets go by itself."""
    async with through_proxy(scale, heartbeat_s=_HEARTBEAT_S) as (there, proxy):
        for each in there.tabs:
            each.heartbeat_s = _HEARTBEAT_S
        await there.load(scale.per_s, 1)
        await there.settled()
        connected = (await there.nodes[0].ask("state"))["connections"]
        assert connected == len(there.tabs)
        proxy.freeze()
        began = time.monotonic()
        while (await there.nodes[0].ask("state"))["connections"]:
            assert time.monotonic() - began < 10, "the node holds what is gone"
            await asyncio.sleep(0.05)
        freed_s = time.monotonic() - began
        assert freed_s < 4 * _HEARTBEAT_S + 1, f"it took {freed_s:.1f} s"
        load = asyncio.create_task(there.load(scale.per_s, 1))
        await load
        proxy.thaw()
        proxy.cut()
        await there.settled()
        return {**there.audit(), "let go": connected, "within_s": round(freed_s, 2)}


def _faulty(disturb: Callable[[Proxy], Awaitable[None]]) -> Callable[[Scale], Awaitable[Result]]:
    async def run(scale: Scale) -> Result:
        async with through_proxy(scale) as (there, proxy):
            load = asyncio.create_task(there.load(scale.per_s, scale.seconds))
            while not load.done():
                await disturb(proxy)
            await load
            proxy.thaw()
            proxy.chunk, proxy.delay_s = 65_536, 0.0
            await there.settled(60)
            return {
                **there.audit(),
                "connections": proxy.connections,
                **spread(there.noted.away_s),
            }

    return run


async def _reset(proxy: Proxy) -> None:
    await asyncio.sleep(random.uniform(0.2, 0.6))
    proxy.cut()


async def _end(proxy: Proxy) -> None:
    await asyncio.sleep(random.uniform(0.2, 0.6))
    proxy.hang_up()


async def _dribble(proxy: Proxy) -> None:
    proxy.chunk = 16
    await asyncio.sleep(0.3)


async def _jitter(proxy: Proxy) -> None:
    proxy.delay_s = 0.3
    await asyncio.sleep(0.3)


async def _stall(proxy: Proxy) -> None:
    proxy.freeze()
    await asyncio.sleep(random.uniform(0.1, 0.3))
    proxy.thaw()
    await asyncio.sleep(random.uniform(0.1, 0.3))


_WHOLE = "nothing is lost, twice or out of order"

FAULTS = (
    Fault("half-open connections", "the node lets go within four heartbeats", half_open),
    Fault("connections are reset", _WHOLE, _faulty(_reset)),
    Fault("connections are ended", _WHOLE, _faulty(_end), takes_long=True),
    Fault("sixteen bytes at a time", _WHOLE, _faulty(_dribble), takes_long=True),
    Fault("up to 300 ms on the way", _WHOLE, _faulty(_jitter), takes_long=True),
    Fault("nothing flows half of the time", _WHOLE, _faulty(_stall), takes_long=True),
)
