"""What happens to those who send."""

from __future__ import annotations

import asyncio
import random

from tests.unum.faults.fleet import fleet
from tests.unum.faults.scale import Fault, Result, Scale


async def canaries(scale: Scale) -> Result:
    """Every event names its user, tabs come and go all the time, and nobody gets another's."""
    users = min(1_000, scale.many)
    events = 200 * scale.many
    # Room for all that is kept of all: or those who are away just then would begin anew.
    async with fleet(limits={"bytes": 1 << 30}) as there:
        await there.arrive(users, 1)
        sent = 0
        churned = 0
        while sent < events:
            batch = [(f"user-{user}", f"user-{user}/{sent + user}") for user in range(users)]
            await there.send(batch)
            sent += len(batch)
            for each in random.sample(there.tabs, k=max(1, users // 100)):
                if each.is_there:
                    each.cut()
                    churned += 1
        await there.settled(120)
        for each in there.tabs:
            owner = f"{each.client.user}/"
            foreign = [one for _, _, one in each.client.seen if not one.startswith(owner)]
            assert not foreign, f"{owner} got {foreign[0]}"
        return {**there.audit(), "users": users, "cuts": churned}


async def sent_again(scale: Scale) -> Result:
    """Whoever does not know whether an event was sent sends it again, ten times, to any node."""
    async with fleet(nodes=2, broker=scale.broker) as there:
        await there.arrive(scale.users, 1)
        events = [
            (each.client.user, f"once/{number}") for number in range(5) for each in there.tabs
        ]
        receipts = [
            (await node.ask("emit", events=events))["receipts"]
            for _ in range(10)
            for node in there.nodes
        ]
        assert all(each == receipts[0] for each in receipts), "an event got two numbers"
        for user, key in events:
            there.sent.setdefault(user, []).append(key)
        await there.settled()
        return {**there.audit(), "calls": len(events) * len(receipts)}


async def from_two_nodes(scale: Scale) -> Result:
    """Both nodes send to the same users at once: all tabs see one order."""
    async with fleet(nodes=2, broker=scale.broker) as there:
        await there.arrive(scale.users, 2)
        users = sorted({each.client.user for each in there.tabs})

        async def send(number: int) -> int:
            for turn in range(20):
                events = [(user, f"{number}/{turn}") for user in users]
                await there.nodes[number].ask("emit", events=events)
            return 20 * len(users)

        sent = sum(await asyncio.gather(send(0), send(1)))
        async with asyncio.timeout(20):
            while sum(len(each.client.seen) for each in there.tabs) < 2 * sent:
                await asyncio.sleep(0.05)
        assert not there.noted.problems, there.noted.problems[:3]
        orders: dict[str, list[list[str]]] = {}
        for each in there.tabs:
            seen = [payload for _, _, payload in each.client.seen]
            orders.setdefault(each.client.user, []).append(seen)
        for user, (one, other) in orders.items():
            assert one == other, f"the tabs of {user} saw two orders"
            assert len(set(one)) == len(one) == 40
            for number in ("0/", "1/"):
                mine = [each for each in one if each.startswith(number)]
                assert mine == sorted(mine, key=lambda each: int(each[2:])), "a node's own order"
        return {"sent": sent, "delivered": 2 * sent}


FAULTS = (
    Fault("canaries, with tabs that come and go", "nobody gets what is another's", canaries),
    Fault("the same event is sent ten times", "it has one number", sent_again, needs_broker=True),
    Fault("two nodes send at once", "all tabs see one order", from_two_nodes, needs_broker=True),
)
