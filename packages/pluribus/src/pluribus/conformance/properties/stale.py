"""H9: timers of operations that were cancelled."""

from __future__ import annotations

from typing import NoReturn

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.clock import let_pass
from pluribus.conformance.history import Call
from pluribus.conformance.properties.base import IN_MEMORY, Property, decline_when
from pluribus.conformance.properties.cancelling import armed, disarm, is_reached
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.schedules.search import Bounds
from pluribus.conformance.schedules.slow import one_turn
from pluribus.conformance.stage import Member, Stage


async def no_stale_timers(stage: Stage, delivery: BoundOperation) -> None:
    """An operation that was cancelled, as by a timeout, leaves no timer behind that later lets go
    of somebody else.

    Adding a socket and sending to it are cancelled at each moment at which they wait. Then the
    socket is removed, its client comes back with a new one under the same id, and another socket
    joins under an id of its own. An hour passes by the clock of the loop. FAIL when the one that
    came back is not reached any more, and the other one is: a timer took it for the one before.
    Where both are let go, because they are idle, that is the end of it. DECLINED where sockets
    have no ids, by which a timer can mistake one for another.
    """
    conditions = stage.conditions
    conditions.take(one_turn)
    instance = await stage.manager(stage.alice)
    add = stage.required("add", instance)
    decline_when(
        "connection" not in add.call.takes or add.declared.yields,
        "sockets are added under no id that could be used again",
    )
    peer = stage.peer("alice_socket")
    connection = stage.value("connection", f"{stage.base}-c")
    old = Member(stage.alice, peer, instance, connection, peer.id)
    if conditions.scenario == _ADDING:
        interruption = armed(stage)
        _, call = await stage.try_join(stage.alice, connection=connection, peer=peer)
    else:
        await stage.join(stage.alice, connection=connection, peer=peer)
        interruption = armed(stage)
        call = (await stage.try_send(delivery, old)).call
    disarm(stage, interruption, call)
    peer.leaves()
    if stage.adapter.operation("remove", instance) is not None:
        await stage.try_leave(old)
    await stage.settle()
    again = await stage.join(stage.alice, connection=connection)
    other = await stage.join(
        stage.alice, connection=stage.value("connection", f"{stage.base}-other")
    )
    await _must_stay(stage, delivery, call, again, other)


async def _must_stay(
    stage: Stage, delivery: BoundOperation, cancelled: Call, again: Member, other: Member
) -> None:
    for each in (again, other):
        if not await is_reached(stage, delivery, each):
            raise Unexercised(
                f"no event of `{delivery.call.name}` arrived after `{cancelled.name}`",
                "D1 and H6 say more about it",
            )
    looks = 0
    for seconds in _PAUSES_S:
        if not await let_pass(seconds):
            raise Unexercised("the loop shows no timers", "run it on a loop of asyncio's own")
        if await is_reached(stage, delivery, again):
            looks += 1
            continue
        # What lets go of both, one after the other, is no timer of a cancelled call.
        await let_pass(1)
        if not await is_reached(stage, delivery, other):
            break
        _refuse(stage, cancelled, again, other)
    if not looks:
        raise Unexercised(
            "sockets that nothing was done to are let go within seconds",
            "that is in order where sockets are let go that are idle; then allow it",
        )
    until = f"{sum(_PAUSES_S[:looks]):g} s"
    stage.witness(f"a socket that came back under its id was still reached after {until}")


def _refuse(stage: Stage, cancelled: Call, again: Member, other: Member) -> NoReturn:
    if not stage.conditions.decisions.taken:
        # Nothing was cancelled, so that this is not what is wrong.
        raise Unexercised(
            "a socket that came back under its id is let go later on, also when nothing was"
            " cancelled",
            "a time to come back has to end when the client has come back",
        )
    raise Failed(
        f"some time after `{cancelled.name}` was cancelled, a socket that came back under the id"
        " of the one it was for is let go",
        cancelled.name,
        "stale",
        hint="cancel its timer in `finally`, or let the timer ask whether it is still the same"
        " socket",
        evidence=[("not reached", again.variable), ("reached", other.variable)],
    )


_PAUSES_S = (20.0, 40.0, 60.0, 480.0, 3_000.0)
"""Between looks, an hour in all: some let go of whoever is idle for less."""
_ADDING = "adding"

STALE = (
    Property(
        "H9",
        "cancelled, no timer lets go of another",
        ("add", "delivery"),
        judge_delivery=no_stale_timers,
        transports=IN_MEMORY,
        bounds=Bounds((_ADDING, "sending"), single=20, double=0, drawn=0),
        is_sequential=False,
    ),
)
