"""H8: nothing that blocks the loop."""

from __future__ import annotations

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.properties.base import Property, decline_when
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.schedules.blocking import BLOCKS_S, BlockingCalls, is_measurable
from pluribus.conformance.stage import Stage

_TIMES = 3


async def no_blocking_call(stage: Stage, delivery: BoundOperation) -> None:
    """No operation calls what blocks: while one user's event waits in `time.sleep`, in a lock of
    threads or for a database, nobody else's goes on.

    Adding, sending and removing are done three times over. A call into C that slept for 8 ms or
    more each time, at the same place, has blocked the loop. Who computes, or waits for a busy
    processor, does not sleep. What blocks for a shorter time, or the first time alone, is not
    seen. What a factory does is no part of this.
    """
    decline_when(
        not is_measurable(),
        "this system does not tell a thread that sleeps from one that computes",
    )
    await stage.manager(stage.alice)
    seen: list[set[str]] = []
    arrived = False
    for number in range(_TIMES):
        who = stage.alice if number == 0 else stage.someone(number)
        await stage.manager(who)
        with BlockingCalls(stage.adapter.is_project) as calls:
            member = await stage.join(who)
            sent = await stage.send(delivery, member)
            arrived |= await stage.arrives(sent, member)
            if stage.adapter.operation("remove", member.instance) is not None:
                await stage.try_leave(member)
        seen.append(calls.found)
    always = sorted(set.intersection(*seen))
    if always:
        first = always[0]
        what, _, where = first.partition(" in ")
        raise Failed(
            f"{what} blocks the loop in {where.rpartition(':')[0]}",
            *first.rpartition(":")[:1],
            hint="await what does the same, or leave it to `asyncio.to_thread`",
            evidence=[
                ("blocks", f"{each}, for {BLOCKS_S * 1000:g} ms or more each of {_TIMES} times")
                for each in always
            ],
        )
    if not arrived:
        raise Unexercised(f"no event of `{delivery.call.name}` arrived", "D1 says more about it")
    stage.witness(f"a socket was added, sent to and removed {_TIMES} times, and nothing blocked")


BLOCKING = (
    Property(
        "H8",
        "nothing blocks the loop",
        ("add", "remove", "delivery"),
        judge_delivery=no_blocking_call,
    ),
)
