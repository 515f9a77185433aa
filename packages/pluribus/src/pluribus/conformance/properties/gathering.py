"""Several users and tasks at once, on sockets that take their time: what H4 to H7 are made of."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.history import Call
from pluribus.conformance.properties.crowd import is_refused
from pluribus.conformance.recording import Who
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.schedules.slow import SLOW, decided, passes
from pluribus.conformance.stage import Member, Sent, Stage

EMITTERS = 2
EVENTS = 3
_MOMENTS = 3
"""Of the latencies those that a task may wait before it goes on."""
QUICK_PACE, SLOW_PACE = "quick", "slow"
"""What sockets take where nothing is decided otherwise: no time, or 10 ms each time."""


@dataclass(frozen=True)
class Emitted:
    """An event, and the socket whose audience it is for."""

    sent: Sent
    to: Member
    emitter: int


def set_pace(stage: Stage) -> None:
    if stage.conditions.scenario != QUICK_PACE:
        stage.conditions.take(decided(stage.conditions.decisions, SLOW))


async def tabs(stage: Stage, delivery: BoundOperation) -> list[Member]:
    """One socket of a user, or two where both are promised every event and can go one by one."""
    first = await stage.join(stage.alice)
    control = await stage.send(delivery, first)
    if not await stage.arrives(control, first):
        raise Unexercised(f"no event of `{delivery.call.name}` arrived", "D1 says more about it")
    remove = stage.adapter.operation("remove", first.instance)
    names_one = remove is not None and bool({"websocket", "connection"} & remove.call.takes)
    if not names_one or "D4" in stage.conform.declined:
        return [first]
    second, call = await stage.try_join(stage.alice)
    if call.error is not None:
        return [first]
    both = await stage.send(delivery, first)
    is_one = delivery.audience == "connection"
    reached = [
        await stage.arrives(both, each) for each in ([first] if is_one else [first, second])
    ]
    if not all(reached):
        stage.members.remove(second)
        raise Unexercised(
            f"`{delivery.call.name}` did not reach two sockets of one user",
            "D4 says more about it",
        )
    return [first, second]


async def many_tabs(stage: Stage, delivery: BoundOperation, count: int) -> list[Member]:
    """As many sockets of one user, or a single one where so many are not taken in at once."""
    members = await tabs(stage, delivery)
    if len(members) > 1:
        while len(members) < count:
            member, call = await joined(stage, stage.alice)
            if is_refused(stage, call):
                if member in stage.members:
                    stage.members.remove(member)
                break
            members.append(member)
    if len(members) == count and all(each.peer.is_open for each in members):
        return members
    open_ones = [each for each in members if each.peer.is_open]
    for each in open_ones[:-1]:
        await stage.leave(each)
    return open_ones[-1:]


async def all_emitted(
    stage: Stage, delivery: BoundOperation, targets: Sequence[Member]
) -> list[Emitted]:
    """Several tasks emit, each to one of the targets, one event after the other."""

    async def emits(emitter: int) -> list[Emitted]:
        to = targets[emitter % len(targets)]
        found = []
        for _ in range(EVENTS):
            await pause(stage, f"emitter {emitter + 1} goes on")
            found.append(await emit_one(stage, delivery, to, emitter))
        return found

    every = await asyncio.gather(*(emits(number) for number in range(EMITTERS)))
    return [each for found in every for each in found]


async def emit_one(stage: Stage, delivery: BoundOperation, to: Member, emitter: int) -> Emitted:
    sent = await stage.try_send(delivery, to)
    if sent.call.error is not None:
        again = await stage.try_send(delivery, to)
        if again.call.error is not None:
            raise Unexercised(
                f"`{sent.call.name}` raises {sent.call.raised} when some more is sent",
                "if it limits how much may be sent, say so in `declined`",
            )
        must_not_raise(sent.call, "while others were at work")
    return Emitted(sent, to, emitter)


async def entered(stage: Stage, who: Who, adds: dict[str, Call]) -> None:
    """Add a socket while others are at work. It may be refused, but then once more, too."""
    member, call = await joined(stage, who)
    if call.error is not None:
        _, again = await joined(stage, who)
        if again.error is None:
            must_not_raise(call, "while events were sent")
        return
    adds[member.variable] = call
    if is_refused(stage, call) and member in stage.members:
        stage.members.remove(member)


async def joined(stage: Stage, who: Who) -> tuple[Member, Call]:
    """Add a socket under an id that no other has, however many are added at once."""
    name = f"{stage.base}-{stage.fresh('connection')}"
    return await stage.try_join(who, connection=stage.value("connection", name))


def must_not_raise(call: Call, when: str) -> None:
    if call.error is not None:
        raise Failed(
            f"`{call.name}` raised {call.raised} {when}, which it does not alone",
            call.name,
            "raised",
            hint="go over a copy of what others may change meanwhile",
        )


async def pause(stage: Stage, what: str) -> None:
    words = ("at once", "a turn later", "10 ms later")
    await passes(
        stage.conditions.decisions.choose(_MOMENTS, lambda option: f"{what} {words[option]}")
    )


async def fence_all(stage: Stage, delivery: BoundOperation, members: Sequence[Member]) -> None:
    if not stage.conditions.is_calm:
        stage.conditions.calm(stage.history)
    for member in members:
        await stage.arrives(await stage.send(delivery, member), member)
    await stage.settle()
