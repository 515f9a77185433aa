"""What many tabs do at once, or one of them does badly."""

from __future__ import annotations

import asyncio
import time

from pluribus_unum import Limits
from tests.unum.faults.fleet import fleet
from tests.unum.faults.scale import Fault, Result, Scale, spread
from tests.unum.faults.tabs import Noted, Tab


async def one_does_not_read(scale: Scale) -> Result:
    """One tab stops reading: the others notice nothing, and it comes back to all that it
    missed, or is told."""
    async with fleet(limits={"lag_s": 2.0, "send_s": 2.0}) as there:
        await there.arrive(scale.users, scale.tabs)
        stopped = there.tabs[0]
        filling = "x" * 20_000
        user = stopped.client.user
        users = sorted({each.client.user for each in there.tabs})
        before = (await there.nodes[0].ask("state"))["rss"]
        stopped.transport.pause_reading()
        took_s = []
        for number in range(400):
            keys = [(each, f"{number}/{filling}") for each in users]
            began = time.monotonic()
            await there.send(keys)
            took_s.append(time.monotonic() - began)
        others = [each for each in there.tabs if each is not stopped]
        there.tabs = others
        await there.settled()
        after = (await there.nodes[0].ask("state"))["rss"]
        # What has come to it before it was let go still comes, then the end, and it comes back.
        began = time.monotonic()
        await _let_go(there.noted, 4202)
        stopped.transport.resume_reading()
        there.tabs = [stopped, *others]
        await there.settled()
        result = there.audit(resets=True)
        assert result["told of a reset"] <= 1, f"others than {user} were told to start anew"
        # What is kept of each user has a bound, and so has what the one socket did not take.
        most = 1.5 * len(users) * Limits().bytes_per_user + 64e6
        assert after - before < most, f"grown by {(after - before) / 1e6:.0f} MB"
        return {**result, "grown by_MB": round((after - before) / 1e6, 1), **spread(took_s)}


async def _let_go(noted: Noted, code: int) -> None:
    # The code itself is behind what it does not read.
    await asyncio.sleep(3)
    assert code not in noted.closes


async def storm(scale: Scale) -> Result:
    """A node is killed and everybody comes to the other, at once."""
    async with fleet(nodes=2, broker=scale.broker) as there:
        await there.arrive(scale.many, 1, ports=there.ports[:1])
        for each in there.tabs:
            each.goes_to(there.ports[1:])
        await there.send([(each.client.user, "before") for each in there.tabs])
        await there.settled()
        began = time.monotonic()
        await there.kill(there.nodes.pop(0))
        await there.send([(each.client.user, "after") for each in there.tabs])
        await there.settled(60)
        return {
            **there.audit(),
            "all back_s": round(time.monotonic() - began, 2),
            **spread(there.noted.away_s),
        }


async def too_many_tabs(scale: Scale) -> Result:
    """Ten tabs of one user get everything; the eleventh is refused, and harms nobody."""
    async with fleet() as there:
        await there.arrive(1, 10)
        more = Tab("user-0", there.ports, there.noted)
        arriving = asyncio.create_task(more.arrive())
        await asyncio.sleep(1)
        await there.load(scale.per_s, scale.seconds)
        await there.settled()
        assert not more.is_there
        more.leave()
        arriving.cancel()
        assert there.noted.closes.get(4009), f"it was not refused: {there.noted.closes}"
        return {**there.audit(), "refused": there.noted.closes[4009]}


FAULTS = (
    Fault("a tab does not read", "it alone is let go, and told what it lacks", one_does_not_read),
    Fault(
        "everybody comes back at once",
        "nothing is lost, twice or out of order",
        storm,
        needs_broker=True,
    ),
    Fault("eleven tabs", "ten get all, in order; one is refused", too_many_tabs),
)
