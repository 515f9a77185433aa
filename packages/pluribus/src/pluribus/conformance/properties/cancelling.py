"""H6: an operation that is cancelled while it waits."""

from __future__ import annotations

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.history import Call
from pluribus.conformance.properties.base import IN_MEMORY, Property
from pluribus.conformance.properties.gathering import joined
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.schedules.interrupting import Interruption
from pluribus.conformance.schedules.search import Bounds
from pluribus.conformance.schedules.slow import one_turn
from pluribus.conformance.stage import Member, Stage

_REGISTER = "register in one step, after all that waits; or undo it in `except BaseException`"
_CHANGE = "change all that is kept of a socket in one step, with nothing awaited in between"


async def survives_cancellation(stage: Stage, delivery: BoundOperation) -> None:
    """An operation that is cancelled while it waits leaves nothing half done: no lock that is
    held, no socket that is in for one purpose and out for another.

    Adding, removing and sending are cancelled at each moment at which they wait, one after the
    other. Afterwards others go on as before. Whether the socket is in or out is left open; but if
    it gets events it can be removed, and then gets none, and it can be added again and gets each
    event once.
    """
    conditions = stage.conditions
    conditions.take(one_turn)
    alice, bob = await stage.join(stage.alice), await stage.join(stage.bob)
    for each in (alice, bob):
        if not await is_reached(stage, delivery, each):
            raise Unexercised(
                f"no event of `{delivery.call.name}` arrived", "D1 says more about it"
            )
    try:
        await _SCENARIOS[conditions.scenario](stage, delivery, [alice, bob])
    except Failed as failed:
        if conditions.decisions.taken:
            raise
        # Nothing was cancelled, so that this is not what is wrong.
        raise Unexercised(
            f"{conditions.scenario} goes wrong without any cancellation",
            "the properties of family E say more about it",
        ) from failed


async def _cancelled_sending(stage: Stage, delivery: BoundOperation, others: list[Member]) -> None:
    interruption = armed(stage)
    sent = await stage.try_send(delivery, others[0])
    disarm(stage, interruption, sent.call)
    await _must_go_on(stage, delivery, others, sent.call)


async def _cancelled_adding(stage: Stage, delivery: BoundOperation, others: list[Member]) -> None:
    who = stage.someone(1)
    before = await stage.try_send(delivery, await stage.stranger(who))
    interruption = armed(stage)
    member, call = await joined(stage, who)
    disarm(stage, interruption, call)
    await _must_go_on(stage, delivery, others, call)
    after = await stage.try_send(delivery, member)
    if before.call.error is None and after.call.error is not None and member.peer.is_open:
        raise Failed(
            f"after `{call.name}` was cancelled `{after.call.name}` for the same user raises"
            f" {after.call.raised}, which it did not before",
            call.name,
            "half added",
            hint=_REGISTER,
        )
    yields = stage.required("add", member.instance).declared.yields
    if not (yields and call.error is not None):
        await _must_go(stage, delivery, member, call)
    again, second = await stage.try_join(
        member.who, connection=None if yields else member.connection
    )
    if second.error is not None:
        raise Failed(
            f"after `{call.name}` was cancelled the same socket cannot be added any more: it"
            f" raised {second.raised}",
            call.name,
            "half added",
            hint=_REGISTER,
        )
    sent = await stage.try_send(delivery, again)
    await stage.arrives(sent, again)
    await stage.settle()
    counts = stage.count(sent, again), stage.count(sent, member)
    if counts != (1, 0):
        raise Failed(
            f"after `{call.name}` was cancelled a socket that is added again gets each event"
            f" {counts[0]} times, and the one before it {counts[1]} times",
            call.name,
            "half added",
            hint=_REGISTER,
        )
    await _must_go_on(stage, delivery, others, call)


async def _cancelled_removing(
    stage: Stage, delivery: BoundOperation, others: list[Member]
) -> None:
    member, added = await joined(stage, stage.someone(1))
    if added.error is not None or not await is_reached(stage, delivery, member):
        raise Unexercised("a third user could not be reached", "D2 says more about it")
    interruption = armed(stage)
    call = await stage.try_leave(member)
    disarm(stage, interruption, call)
    await _must_go_on(stage, delivery, others, call)
    await _must_go(stage, delivery, member, call)


async def _must_go(
    stage: Stage, delivery: BoundOperation, member: Member, cancelled: Call
) -> None:
    """A socket that gets events can be removed, and gets none afterwards."""
    # Whoever still holds a socket can write to it, so that proves nothing.
    is_handed = "websocket" in delivery.call.takes
    was_in = not is_handed and await is_reached(stage, delivery, member)
    leaving = await stage.try_leave(member)
    if was_in and leaving.error is not None:
        raise Failed(
            f"after `{cancelled.name}` was cancelled a socket that gets events cannot be removed:"
            f" `{leaving.name}` raised {leaving.raised}",
            cancelled.name,
            "half in",
            hint=_CHANGE,
        )
    if not is_handed and await is_reached(stage, delivery, member):
        raise Failed(
            f"after `{cancelled.name}` was cancelled a socket still gets events when it has been"
            " removed",
            cancelled.name,
            "half in",
            hint=_CHANGE,
        )


async def _must_go_on(
    stage: Stage, delivery: BoundOperation, members: list[Member], cancelled: Call
) -> None:
    for member in members:
        sent = await stage.try_send(delivery, member)
        if sent.call.error is not None:
            what = f"`{sent.call.name}` raises {sent.call.raised}"
        elif not member.peer.is_open:
            # Both sides know that it is gone.
            continue
        elif not await stage.arrives(sent, member):
            what = f"`{sent.call.name}` does not reach another socket"
        else:
            continue
        raise Failed(
            f"after `{cancelled.name}` was cancelled {what}",
            cancelled.name,
            "others",
            hint="release locks by `async with`, and undo what is half done",
            evidence=[("not reached", member.variable)],
        )


async def is_reached(stage: Stage, delivery: BoundOperation, member: Member) -> bool:
    """Whether an event that is sent now arrives."""
    sent = await stage.try_send(delivery, member)
    return await stage.arrives(sent, member)


def armed(stage: Stage) -> Interruption:
    """From now on what is called may be cancelled where it waits, as is decided."""
    interruption = Interruption(stage.conditions.decisions)
    stage.conditions.around = interruption.around
    stage.conditions.unsettle(stage.history)
    return interruption


def disarm(stage: Stage, interruption: Interruption, call: Call) -> None:
    """Cancel nothing more, and note how often the call has waited."""
    interruption.is_armed = False
    stage.conditions.calm(stage.history)
    times = {0: "never waits", 1: "waits once"}.get(
        interruption.waits, f"waits {interruption.waits} times"
    )
    stage.witness(f"`{call.name}` {times}")


_SCENARIOS = {
    "adding": _cancelled_adding,
    "removing": _cancelled_removing,
    "sending": _cancelled_sending,
}

CANCELLING = (
    Property(
        "H6",
        "cancelled, nothing is half done",
        ("add", "remove", "delivery"),
        judge_delivery=survives_cancellation,
        transports=IN_MEMORY,
        bounds=Bounds(tuple(_SCENARIOS), single=40, double=0, drawn=0),
        is_sequential=False,
    ),
)
