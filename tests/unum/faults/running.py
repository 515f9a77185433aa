"""What becomes of a node that runs for long, and of those that it should not serve."""

from __future__ import annotations

import asyncio
import os
import random
import time

from bench.frames import frame, handshake
from bench.told import EndedError
from tests.unum.faults.fleet import Fleet, fleet
from tests.unum.faults.scale import Fault, Result, Scale
from tests.unum.server import subprotocols


async def nonsense(scale: Scale) -> Result:
    """Sockets that send bytes of no meaning, in every state of a connection, while others are
    served."""
    async with fleet() as there:
        await there.arrive(scale.users, scale.tabs)
        load = asyncio.create_task(there.load(scale.per_s, scale.seconds))
        tried = 0
        while not load.done():
            await _talk_nonsense(there.ports[0], random.Random(tried))
            tried += 1
        await load
        await there.settled()
        deadline = time.monotonic() + 10
        while (await there.nodes[0].ask("state"))["connections"] != len(there.tabs):
            assert time.monotonic() < deadline, "a connection that made no sense is kept"
            await asyncio.sleep(0.1)
        return {**there.audit(), "connections of no sense": tried}


async def _talk_nonsense(port: int, chance: random.Random) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        if chance.random() < 0.8:
            writer.write(handshake("/ws", subprotocols("user:nobody")))
            await reader.readuntil(b"\r\n\r\n")
        if chance.random() < 0.5:
            writer.write(frame(b'{"type":"hello"}'))
        junk = chance.randbytes(chance.randrange(1, 2_000))
        whole = chance.random() < 0.7
        writer.write(frame(junk, chance.choice((0x0, 0x1, 0x2, 0x8, 0x9, 0xB))) if whole else junk)
        async with asyncio.timeout(0.3):
            while await reader.read(65_536):
                pass
    except (OSError, EOFError, TimeoutError):
        pass
    finally:
        writer.transport.abort()


async def too_many_workers(scale: Scale) -> Result:
    """Several workers with the memory broker: they would not see each other's events."""
    before = os.environ.get("WEB_CONCURRENCY")
    os.environ["WEB_CONCURRENCY"] = "2"
    try:
        async with fleet():
            raise AssertionError("it started, and would lose events without a word")
    except EndedError:
        return {"refused": 1}
    finally:
        del os.environ["WEB_CONCURRENCY"]
        if before is not None:
            os.environ["WEB_CONCURRENCY"] = before


async def long(scale: Scale) -> Result:
    """Tabs come and go while events flow, until everything has been kept and forgotten often;
    then as much is held as was before."""
    async with fleet(limits={"age_s": 1.0, "events_per_user": 50}) as there:
        await there.arrive(scale.users * 2, 1)
        await _churn(there, scale, scale.seconds)
        first = await there.nodes[0].ask("state")
        await _churn(there, scale, 2 * scale.seconds)
        await there.settled()
        last = await there.nodes[0].ask("state")
        grown = (last["rss"] - first["rss"]) / 1e6
        assert grown < 5, f"grown by {grown:.1f} MB"
        assert last["fds"] <= first["fds"] + 2, f"{last['fds']} descriptors after {first['fds']}"
        assert last["tasks"] <= first["tasks"] + 2, f"{last['tasks']} tasks"
        return {**there.audit(resets=True), "grown by_MB": round(grown, 1), "fds": last["fds"]}


async def _churn(there: Fleet, scale: Scale, seconds: float) -> None:
    load = asyncio.create_task(there.load(scale.per_s, seconds))
    ended = time.monotonic() + seconds
    while time.monotonic() < ended:
        await asyncio.sleep(0.1)
        each = random.choice(there.tabs)
        if each.is_there:
            each.cut()
    await load
    await there.settled()


FAULTS = (
    Fault("nonsense is sent", "nobody notices, and nothing is kept of it", nonsense),
    Fault("two workers with the memory broker", "they do not start", too_many_workers),
    Fault(
        "it runs for long",
        "no memory, descriptors or tasks more than before",
        long,
        takes_long=True,
    ),
)
