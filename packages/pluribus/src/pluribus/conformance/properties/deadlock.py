"""H7: nobody waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.properties.base import IN_MEMORY, Property, decline_when
from pluribus.conformance.properties.gathering import joined, pause, set_pace, tabs
from pluribus.conformance.recording import Who
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.schedules.search import Bounds
from pluribus.conformance.schedules.slow import SlowPeer
from pluribus.conformance.stage import Member, Stage

_CROWD, _STALLED = "crowd", "stalled"


async def no_deadlock(stage: Stage, delivery: BoundOperation) -> None:
    """Every operation comes to its end, whatever else goes on.

    Users are added, removed and sent to at once, by every operation that there is. Then, where a
    delivery names whom it is for, a send to one user never ends, as with a client that does not
    read: operations for another user must end all the same.
    """
    if stage.conditions.scenario == _STALLED:
        await _beside_a_stalled_send(stage, delivery)
        return
    set_pace(stage)
    first = await tabs(stage, delivery)
    bob = await stage.join(stage.bob)
    deliveries = [delivery, *_others(stage, delivery)]

    async def sends(member: Member, by: BoundOperation) -> None:
        await pause(stage, f"`{by.call.name}` begins")
        await stage.try_send(by, member)

    async def comes_and_goes(who: Who) -> None:
        await pause(stage, "a socket comes")
        member, call = await joined(stage, who)
        if call.error is None:
            await stage.try_leave(member)

    stage.conditions.unsettle(stage.history)
    await asyncio.gather(
        *(sends(member, each) for each in deliveries for member in (first[0], bob)),
        comes_and_goes(stage.alice),
        comes_and_goes(stage.someone(1)),
    )
    stage.conditions.calm(stage.history)
    if not await stage.fence(delivery, bob):
        raise Unexercised(f"no event of `{delivery.call.name}` arrived", "D1 says more about it")
    names = " and ".join(f"`{each.call.name}`" for each in deliveries)
    stage.witness(f"{names}, adding and removing ended side by side")


async def _beside_a_stalled_send(stage: Stage, delivery: BoundOperation) -> None:
    decline_when(delivery.audience == "all", "it is declared to reach all, the stalled one too")
    alice = await stage.join(stage.alice)
    bob = await stage.join(stage.bob)
    if not await stage.fence(delivery, alice) or not await stage.fence(delivery, bob):
        raise Unexercised(f"no event of `{delivery.call.name}` arrived", "D1 says more about it")
    assert isinstance(bob.peer, SlowPeer)
    bob.peer.is_stalled = True
    # Of the one that is stalled nothing is asked, and the others are timed below.
    stage.conditions.patience_s = float("inf")
    stalled = asyncio.ensure_future(stage.try_send(delivery, bob))
    await stage.settle()
    works: tuple[Callable[[], Coroutine[Any, Any, object]], ...] = (
        lambda: stage.try_send(delivery, alice),
        lambda: joined(stage, stage.someone(1)),
        lambda: stage.try_leave(alice),
    )
    for work in works:
        task = asyncio.ensure_future(work())
        done, _ = await asyncio.wait({task}, timeout=stage.conform.timeout_s)
        if not done:
            name = stage.conditions.pending[-1].call.name
            raise Failed(
                f"`{name}` for one user waits for a send to another user that does not end",
                name,
                "stalled",
                hint="hold no lock while a socket is sent to, or one lock for each socket",
                evidence=[("waits", each) for each in stage.conditions.chains()],
            )
    stalled.cancel()
    stage.witness("a send to another user did not end, and nobody waited for it")


def _others(stage: Stage, delivery: BoundOperation) -> list[BoundOperation]:
    instance = stage.members[0].instance
    found = (stage.adapter.operation(role, instance) for role in ("emit", "broadcast"))
    return [each for each in found if each is not None and each.role != delivery.role]


DEADLOCK = (
    Property(
        "H7",
        "nobody waits for ever",
        ("delivery", "add", "remove"),
        judge_delivery=no_deadlock,
        transports=IN_MEMORY,
        bounds=Bounds((_CROWD, _STALLED), single=32, double=10, drawn=8),
        is_sequential=False,
        takes_long=True,
    ),
)
