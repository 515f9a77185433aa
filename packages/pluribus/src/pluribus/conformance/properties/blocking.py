"""H8: nothing that blocks the loop."""

from __future__ import annotations

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.properties.base import Property
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.schedules.blocking import BLOCKS_S, BlockingCalls
from pluribus.conformance.stage import Stage

_TIMES = 3


async def no_blocking_call(stage: Stage, delivery: BoundOperation) -> None:
    """No operation calls what blocks: while one user's event waits in `time.sleep`, in a lock of
    threads or for a database, nobody else's goes on.

    Adding, sending and removing are done three times over. A call into C that took longer than
    5 ms each time, at the same place, without computing, has blocked the loop. What blocks for a
    shorter time, or the first time alone, is not seen. What a factory does is no part of this.
    """
    await stage.manager(stage.alice)
    seen: list[dict[str, float]] = []
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
    always = [place for place in seen[0] if all(place in each for each in seen)]
    if always:
        (first, *_) = sorted(always)
        what, _, where = first.partition(" in ")
        raise Failed(
            f"{what} blocks the loop in {where.rpartition(':')[0]}",
            *first.rpartition(":")[:1],
            hint="await what does the same, or leave it to `asyncio.to_thread`",
            evidence=[
                ("blocks", f"{each}, longer than {BLOCKS_S * 1000:g} ms in {_TIMES} of {_TIMES}")
                for each in sorted(always)
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
