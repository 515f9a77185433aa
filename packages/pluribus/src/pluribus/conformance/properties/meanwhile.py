"""E: sockets that come and go while something is sent, and operations called from inside."""

from __future__ import annotations

import asyncio
from typing import Final

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.idle import is_idle
from pluribus.conformance.overlapping import Doing, Sending, begin, begin_sending, from_inside
from pluribus.conformance.properties.arrival import comes, must_arrive
from pluribus.conformance.properties.base import SEVERAL, Property, decline_when
from pluribus.conformance.properties.crowd import crowd, somebody
from pluribus.conformance.properties.lifecycle import names_one
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Member, Stage

_LOOK_S: Final = 0.01


async def removed_meanwhile(stage: Stage, delivery: BoundOperation) -> None:
    """A socket that is removed while an event is sent keeps it from none of the others.

    No client reads, so that sending stands still; then one socket is removed, and the clients
    read on. Twice: first a socket that is being sent to, then, where there is one, a socket that
    is still to come. Whoever was there from before the call until after it must get the event; the
    removed one may. FAIL also tells what the call raised, such as a dictionary that changed its
    size. NOT_EXERCISED when nothing was sent while the clients did not read.
    """
    members = await crowd(stage, delivery, 3)
    decline_when(
        not names_one(stage, members[0])
        and not (
            delivery.audience == "all"
            and "user" in stage.required("remove", members[0].instance).call.takes
        ),
        "removing does not say which socket of a user",
    )
    for is_sent_to in (True, False):
        await must_arrive(stage, delivery, *members)
        sending = await _stand_still(stage, delivery, members)
        being_sent = [each for each in members if _is_tried(sending, each)]
        others = [each for each in members if each not in being_sent]
        leaving = being_sent[0] if is_sent_to or not others else others[0]
        removing = await begin(stage, stage.try_leave(leaving))
        await _read_on(stage, members)
        await removing.ended()
        members.remove(leaving)
        await _must_have_come(stage, delivery, sending, members, "removed")
        members += await crowd(stage, delivery, 1)
    stage.witness("a socket was removed while an event was sent, and the others got it")


async def added_meanwhile(stage: Stage, delivery: BoundOperation) -> None:
    """A socket that is added while an event is sent keeps it from none of the others, and gets
    what is sent afterwards.

    No client reads, so that sending stands still; then a socket is added, and the clients read on.
    Whoever was there from before the call until after it must get the event; the new one may.
    NOT_EXERCISED when nothing was sent while the clients did not read.
    """
    members = await crowd(stage, delivery, 2)
    await must_arrive(stage, delivery, *members)
    late, new = somebody(stage, delivery), await stage.connected("late_socket")
    sending = await _stand_still(stage, delivery, members)
    joining = await begin(stage, stage.try_join(late, peer=new))
    await _read_on(stage, members)
    added, call = await joining.ended()
    await _must_have_come(stage, delivery, sending, members, "added")
    if call.error is not None:
        raise Failed(
            f"`{call.name}` raised {call.raised} while an event was sent", call.name, "refused"
        )
    later = await stage.send(delivery, added)
    if not await stage.arrives(later, added):
        raise Failed(
            f"`{delivery.call.name}` does not reach a socket that was added while an event was"
            " sent",
            delivery.role,
            "added",
        )
    stage.witness("a socket was added while an event was sent, and the others got it")


async def _stand_still(stage: Stage, delivery: BoundOperation, members: list[Member]) -> Sending:
    for each in members:
        each.peer.stall()
    sending = await begin_sending(stage, delivery, members[-1])
    await stage.settle()
    # A timer may look every now and then for what is to be sent.
    left = stage.conform.arrival_s
    while not any(_is_tried(sending, each) for each in members) and left > 0 and not is_idle():
        await asyncio.sleep(_LOOK_S)
        left -= _LOOK_S
    if not any(_is_tried(sending, each) for each in members):
        raise Unexercised(
            f"`{delivery.call.name}` sent nothing to clients that do not read", "G3 says more"
        )
    return sending


async def _read_on(stage: Stage, members: list[Member]) -> None:
    await stage.settle()
    for each in members:
        each.peer.resume()


async def _must_have_come(
    stage: Stage, delivery: BoundOperation, sending: Sending, members: list[Member], how: str
) -> None:
    sent = await sending.ended()
    missed = [each for each in members if not await comes(stage, sent.marker, each)]
    closed = [each for each in missed if not each.peer.is_open]
    if closed:
        raise Unexercised(
            f"the subject closed a socket with code {closed[0].peer.close_code}",
            "only an open socket can show what arrives",
        )
    if missed:
        raised = f"raised {sent.call.raised} and " if sent.call.error else ""
        raise Failed(
            f"`{delivery.call.name}` {raised}missed {len(missed)} of {len(members)} sockets that"
            f" were there all the time, while another was {how}",
            delivery.role,
            how,
            hint="go through a copy of the sockets",
            evidence=[("not reached", each.variable) for each in missed],
        )


def _is_tried(sending: Sending, member: Member) -> bool:
    return any(sending.marker in text for text in member.peer.tried)


async def reentrant(stage: Stage, delivery: BoundOperation) -> None:
    """An operation may be called from inside of a send, which waits for it, as `reentrant`
    promises: an event is sent, a socket is added, and the very socket is removed.

    So does a socket that lets itself go when a send fails. FAIL when it does not return: a lock
    that is held while sending, and asked for again. DECLINED where nothing is promised;
    NOT_EXERCISED when nothing was sent to the socket.
    """
    decline_when(not stage.conform.reentrant, "`reentrant` is not promised")
    alice = await stage.join(stage.alice)
    await must_arrive(stage, delivery, alice)
    new = await stage.connected("alice_socket")
    inner: list[Doing] = [
        lambda: stage.try_send(delivery, alice),
        lambda: stage.try_join(stage.alice, peer=new),
    ]
    if stage.adapter.operation("remove", alice.instance) is not None:
        inner.append(lambda: stage.try_leave(alice))
    for doing in inner:
        calls = len(stage.history.calls)
        from_inside(stage, alice, doing)
        outer = await stage.try_send(delivery, alice)
        await stage.arrives(outer, alice)
        await stage.settle()
        if len(stage.history.calls) < calls + 2:
            raise Unexercised(
                f"no event of `{delivery.call.name}` arrived", "D1 says more about it"
            )
    stage.witness(f"{len(inner)} operations were called from inside of a send, and returned")


_ONE = "it is for one connection"

MEANWHILE = (
    Property(
        "E8",
        "a removal during a send is harmless",
        ("delivery", "remove"),
        judge_delivery=removed_meanwhile,
        audiences=SEVERAL,
        otherwise=_ONE,
    ),
    Property(
        "E9",
        "an addition during a send is harmless",
        ("delivery", "add"),
        judge_delivery=added_meanwhile,
        audiences=SEVERAL,
        otherwise=_ONE,
    ),
    Property(
        "E12",
        "a socket may call while it is sent to",
        ("delivery",),
        judge_delivery=reentrant,
    ),
)
