"""H4 and H5: what arrives while several send, and while sockets come and go."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.history import Call
from pluribus.conformance.properties.base import IN_MEMORY, Property
from pluribus.conformance.properties.gathering import (
    EMITTERS,
    EVENTS,
    QUICK_PACE,
    SLOW_PACE,
    Emitted,
    all_emitted,
    emit_one,
    entered,
    fence_all,
    joined,
    many_tabs,
    must_not_raise,
    pause,
    set_pace,
    tabs,
)
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.schedules.search import Bounds
from pluribus.conformance.stage import Member, Stage

_TABS = 5
"""One that leaves, two that stay, and room for two that come."""


async def order_of_each_emitter(stage: Stage, delivery: BoundOperation) -> None:
    """What one task emits, one event after the other, arrives in that order at every socket, also
    while others emit.

    Two tasks emit three events each, to sockets that take their time. Nothing is asked of the
    order between the two. None may be lost, where as many arrive from one task alone.
    """
    set_pace(stage)
    members = await tabs(stage, delivery)
    stage.conditions.unsettle(stage.history)
    emitted = await all_emitted(stage, delivery, members[:1])
    await fence_all(stage, delivery, members)
    for member in members:
        for each in emitted:
            if delivery.audience != "connection" or member is each.to:
                await stage.arrives(each.sent, member)
    for member in members:
        order = stage.order(member)
        for emitter in range(EMITTERS):
            own = [each.sent.marker for each in emitted if each.emitter == emitter]
            arrived = list(dict.fromkeys(marker for marker in order if marker in own))
            if arrived != [each for each in own if each in arrived]:
                numbers = [own.index(each) + 1 for each in arrived]
                raise Failed(
                    f"events of `{delivery.call.name}` that one task sent one after the other"
                    " arrived in another order while another task sent too",
                    delivery.role,
                    "inverted",
                    hint="send what is for one socket from one queue, or under a lock of its own",
                    evidence=[
                        ("at", member.variable),
                        ("sent as", ", ".join(map(str, range(1, len(own) + 1)))),
                        ("arrived as", ", ".join(map(str, numbers))),
                    ],
                )
    if not any(stage.count(each.sent, members[0]) for each in emitted):
        raise Unexercised(f"no event of `{delivery.call.name}` arrived", "D1 says more about it")
    for member in members:
        for each in emitted:
            if _is_for(delivery, each.to, member) and not stage.count(each.sent, member):
                await _must_bear(stage, delivery, len(emitted))
                raise _failed(
                    delivery,
                    each,
                    member,
                    "did not arrive",
                    when="while another task sent too",
                    hint="let what comes while something is sent wait, and drop nothing",
                )
    stage.witness(f"{EMITTERS} tasks emitted {EVENTS} events each, to {len(members)} sockets")


async def membership(stage: Stage, delivery: BoundOperation) -> None:
    """Who is in gets every event once, and who is out gets none, while sockets come and go. Nobody
    gets what is for somebody else.

    An event that is sent while a socket is being added or removed may reach it or not. A socket
    whose adding had ended before the event was sent, and which stays, must get it: once, and after
    every event whose sending had ended before that. A socket whose removal had ended before must
    not. What is removed while its event may still wait in a queue is not asked about.
    """
    set_pace(stage)
    # Where one user may not have so many sockets, other users come and go.
    tabs_there = await many_tabs(stage, delivery, _TABS)
    if len(tabs_there) == _TABS:
        # Who has been there for longest leaves: others move up into its place.
        leaving, *stable, first, second = tabs_there
        for spare in (first, second):
            await stage.leave(spare)
        comers = [stage.alice, stage.alice]
    else:
        await stage.leave(await stage.join(stage.someone(4)))
        leaving, stable = await stage.join(stage.someone(3)), tabs_there
        comers = [stage.someone(1), stage.someone(2)]
    bob = await stage.join(stage.bob)
    targets = [stable[0]] if delivery.audience == "all" else [stable[0], bob]
    removals: dict[str, Call] = {}
    adds: dict[str, Call] = {}

    async def go_and_come() -> None:
        await pause(stage, "a socket goes")
        removals[leaving.variable] = call = await stage.try_leave(leaving)
        must_not_raise(call, "while events were sent")
        await pause(stage, "a socket comes")
        await entered(stage, comers[0], adds)

    async def come() -> None:
        await pause(stage, "another socket comes")
        await entered(stage, comers[1], adds)

    stage.conditions.unsettle(stage.history)
    emitted, *_ = await asyncio.gather(
        all_emitted(stage, delivery, targets), go_and_come(), come()
    )
    # Where too many are let go, both sides know it.
    staying = [each for each in stage.members if not each.removed and each.peer.is_open]
    stage.conditions.calm(stage.history)
    last = [await emit_one(stage, delivery, each, -1) for each in staying]
    await fence_all(stage, delivery, staying)
    everything = [*emitted, *last]
    _must_not_stray(stage, delivery, emitted, last, [*staying, leaving])
    for member in (*staying, leaving):
        expected = _expected(delivery, member, everything, adds, removals)
        for each in expected:
            if not await stage.arrives(each.sent, member):
                await _must_bear(stage, delivery, len(everything))
        _must_have_got(stage, delivery, member, everything, expected, removals)
    arrived = sum(stage.count(each.sent, each.to) for each in everything)
    if not arrived:
        raise Unexercised(f"no event of `{delivery.call.name}` arrived", "D1 says more about it")
    stage.witness(f"{len(everything)} events, {len(staying)} sockets that stayed, one that left")


async def _must_bear(stage: Stage, delivery: BoundOperation, count: int) -> None:
    """As many events, one after the other and with nothing else going on, do arrive: it is not
    their number that is too much."""
    alone, call = await joined(stage, stage.someone(9))
    if call.error is None:
        for _ in range(count):
            sent = await stage.try_send(delivery, alone)
            if sent.call.error is not None or not await stage.arrives(sent, alone):
                break
        else:
            return
    raise Unexercised(
        f"of {count} events of `{delivery.call.name}` not all arrived, with nothing else going on",
        "if it limits how much may be sent, say so in `declined`",
    )


def _expected(
    delivery: BoundOperation,
    member: Member,
    emitted: Sequence[Emitted],
    adds: dict[str, Call],
    removals: dict[str, Call],
) -> list[Emitted]:
    """What a socket must get: it was in before, it stays, and it is of the audience."""
    added = adds.get(member.variable)
    if member.variable in removals:
        return []
    return [
        each
        for each in emitted
        if _is_for(delivery, each.to, member) and (added is None or _before(added, each.sent.call))
    ]


def _must_have_got(
    stage: Stage,
    delivery: BoundOperation,
    member: Member,
    emitted: Sequence[Emitted],
    expected: Sequence[Emitted],
    removals: dict[str, Call],
) -> None:
    removed = removals.get(member.variable)
    order = stage.order(member)
    counts = Counter(order)
    for each in emitted:
        count = counts[each.sent.marker]
        if removed is not None and _before(removed, each.sent.call) and count:
            raise _failed(delivery, each, member, "reached a socket whose removal had ended")
        if count > 1:
            raise _failed(delivery, each, member, f"reached one socket {count} times")
    for each in expected:
        if not counts[each.sent.marker]:
            raise _failed(
                delivery, each, member, "did not reach a socket that was in all the time"
            )
    for earlier, later in _pairs(expected):
        if order.index(later.sent.marker) < order.index(earlier.sent.marker):
            raise _failed(delivery, later, member, "overtook one whose sending had ended before")


def _must_not_stray(
    stage: Stage,
    delivery: BoundOperation,
    emitted: Sequence[Emitted],
    last: Sequence[Emitted],
    members: Sequence[Member],
) -> None:
    """No event reached whom it is not for. What does so also when nothing else goes on is a matter
    of D2 and D3."""

    def strayed(each: Emitted) -> Member | None:
        for member in members:
            if not _is_for(delivery, each.to, member) and stage.count(each.sent, member):
                return member
        return None

    if any(strayed(each) for each in last):
        return
    for each in emitted:
        member = strayed(each)
        if member is not None:
            raise _failed(
                delivery,
                each,
                member,
                "reached a socket that it is not for",
                when="while others were sent to",
                hint="keep whom an event is for in a local variable, and not in the instance",
            )


def _pairs(emitted: Sequence[Emitted]) -> Iterator[tuple[Emitted, Emitted]]:
    for earlier in emitted:
        for later in emitted:
            if _before(earlier.sent.call, later.sent.call):
                yield earlier, later


def _before(first: Call, then: Call) -> bool:
    return first.ended is not None and first.ended < then.started


def _is_for(delivery: BoundOperation, to: Member, member: Member) -> bool:
    match delivery.audience:
        case "connection":
            return to is member
        case "user":
            return to.who.user == member.who.user
        case "thread":
            return to.who == member.who
        case _:
            return True


def _failed(
    delivery: BoundOperation,
    emitted: Emitted,
    member: Member,
    what: str,
    *,
    when: str = "while sockets came and went",
    hint: str = "go over a copy of the sockets, and change them in one step",
) -> Failed:
    number = emitted.sent.payload["step"]
    return Failed(
        f"an event of `{delivery.call.name}` {what}, {when}",
        delivery.role,
        what.rstrip(" times0123456789"),
        hint=hint,
        evidence=[("event", str(number)), ("socket", member.variable)],
    )


TOGETHER = (
    Property(
        "H4",
        "each emitter's events keep their order",
        ("delivery",),
        judge_delivery=order_of_each_emitter,
        transports=IN_MEMORY,
        bounds=Bounds((QUICK_PACE, SLOW_PACE), single=24, double=8, drawn=6),
        is_sequential=False,
        takes_long=True,
    ),
    Property(
        "H5",
        "who is in gets it, who is out does not",
        ("delivery", "add", "remove"),
        judge_delivery=membership,
        transports=IN_MEMORY,
        bounds=Bounds((QUICK_PACE, SLOW_PACE), single=32, double=12, drawn=8),
        is_sequential=False,
        takes_long=True,
    ),
)
