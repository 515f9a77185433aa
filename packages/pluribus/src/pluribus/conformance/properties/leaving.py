"""Clients that leave, with a word or without."""

from __future__ import annotations

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.properties.base import Property
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Member, Stage

_EVENTS = 4
"""The first send to a connection that was reset returns on some servers, and the second does not
raise what the third does."""
_WAYS = {"reset": "had been reset", "vanish": "had been left half-open"}


async def departure(stage: Stage, delivery: BoundOperation) -> None:
    """A client that hangs up is let go within `notice-s`, and it alone: the same user, who has
    connected again meanwhile, is still reached, and so are others. Where a socket is added under
    its id alone, it is the same id, as long as removing is given the socket, too.

    Of a manager alone the kit does what an endpoint does: it removes the socket once the server
    has been told. That must not raise, though the connection is closed by then. An application has
    to notice by itself. No event may be tried on the old socket any more.
    """
    old = await stage.join(stage.alice)
    others = {"another user": await stage.join(stage.bob)}
    for each in (old, *others.values()):
        await _must_arrive(stage, delivery, each)
    again, _ = await stage.try_join(stage.alice, connection=_same_id(stage, old))
    if await _does_arrive(stage, delivery, again):
        others["the same user, who had connected again"] = again
    if not stage.transport.has_application:
        stage.history.lines.append(f"await {old.variable}.hang_up()")
        await old.peer.hang_up()
        await old.peer.gone(stage.conform.notice_s)
    call = await stage.try_leave(old)
    was_told = await old.peer.gone(0)
    if not was_told and not stage.transport.has_application:
        raise Unexercised("the server was not told that a client had hung up")
    if call.error is not None:
        raise Failed(
            f"`{call.name}` raised {call.raised} when its client had hung up",
            call.name,
            "gone",
            hint="the connection is closed by then: forget the socket, and send nothing to it",
        )
    tries = old.peer.tries
    for _ in range(_EVENTS):
        for whom, each in others.items():
            await _must_reach(stage, delivery, each, whom, "a client had hung up")
        if "websocket" not in delivery.call.takes and again not in others.values():
            await stage.try_send(delivery, old)
        await stage.settle()
    if old.peer.tries > tries:
        raise Failed(
            f"`{delivery.call.name}` still writes to a socket whose client had hung up",
            delivery.role,
            "kept",
            hint="remove it when receiving ends",
        )
    if not was_told:
        raise Unexercised(
            "the application does not listen to its clients, and nothing was written to the one"
            " that had hung up"
        )
    stage.witness(
        f"a client hung up, and {_EVENTS} events each reached {' and '.join(others)}; the old"
        " socket was tried no more"
    )


def _same_id(stage: Stage, old: Member) -> object:
    """The id under which a client connects again; None for another one."""
    if stage.transport.has_application or stage.adapter.sharing != "shared":
        return None
    add = stage.required("add", old.instance).call.takes
    is_all = "connection" in add and not {"user", "context"} & add
    # Else removing could not tell the old socket from the new one.
    can_tell = "websocket" in stage.required("remove", old.instance).call.takes
    return old.connection if is_all and can_tell else None


async def abrupt_loss(stage: Stage, delivery: BoundOperation) -> None:
    """A connection that is reset, and one whose client vanishes without a word, stand in nobody's
    way: four events each return in time and reach the others, before the lost socket is removed
    and after it, and removing it does not raise.

    To whom a lost connection belongs may be told by an exception, as long as no other is missed.
    """
    others = {"another user": await stage.join(stage.bob)}
    for verb, how in _WAYS.items():
        lost = await stage.join(stage.alice)
        await _must_arrive(stage, delivery, lost)
        for each in others.values():
            await _must_arrive(stage, delivery, each)
        again, _ = await stage.try_join(stage.alice)
        reached = dict(others)
        if await _does_arrive(stage, delivery, again) and await _does_arrive(
            stage, delivery, lost
        ):
            reached["the same user's other socket"] = again
        getattr(lost.peer, verb)()
        if verb == "reset" and not await lost.peer.gone(stage.conform.notice_s):
            raise Unexercised("the server was not told of the reset")
        after = f"the connection of a client {how}"
        for _ in range(_EVENTS):
            if delivery.audience != "all":
                await stage.try_send(delivery, lost)
            for whom, each in reached.items():
                await _must_reach(stage, delivery, each, whom, after)
        if not stage.transport.has_application:
            call = await stage.try_leave(lost)
            if call.error is not None and "remove-twice" not in stage.conform.errors:
                raise Failed(
                    f"`{call.name}` raised {call.raised} after {after}", call.name, "lost", verb
                )
        for whom, each in reached.items():
            await _must_reach(stage, delivery, each, whom, f"{after}, and it was removed")
        stage.witness(
            f"a connection {how}, and {_EVENTS} events each reached {' and '.join(reached)}"
        )


async def _must_reach(
    stage: Stage, delivery: BoundOperation, member: Member, whom: str, after: str
) -> None:
    sent = await stage.try_send(delivery, member)
    if await stage.arrives(sent, member):
        return
    raised = f" raised {sent.call.raised} and" if sent.call.error is not None else ""
    raise Failed(
        f"`{delivery.call.name}`{raised} does not reach {whom} after {after}",
        delivery.role,
        whom,
        after,
        evidence=[("not reached", member.variable)],
    )


async def _must_arrive(stage: Stage, delivery: BoundOperation, member: Member) -> None:
    sent = await stage.send(delivery, member)
    if not await stage.arrives(sent, member):
        raise Unexercised(f"no event of `{delivery.call.name}` arrived", "D1 says more about it")


async def _does_arrive(stage: Stage, delivery: BoundOperation, member: Member) -> bool:
    if member not in stage.members or not member.peer.is_open:
        return False
    sent = await stage.try_send(delivery, member)
    return await stage.arrives(sent, member)


LEAVING = (
    Property("E10", "a client that hangs up is let go", ("remove",), judge_delivery=departure),
    Property(
        "G5",
        "a lost connection stands in nobody's way",
        ("delivery",),
        judge_delivery=abrupt_loss,
        transports=frozenset({"sockets"}),
    ),
)
