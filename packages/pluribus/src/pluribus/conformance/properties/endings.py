"""E: how many sockets there may be, and how what was begun ends."""

from __future__ import annotations

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.overlapping import begin, begin_sending
from pluribus.conformance.properties.arrival import came, must_arrive
from pluribus.conformance.properties.base import Property, decline_when
from pluribus.conformance.properties.crowd import is_refused
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Member, Stage


async def limited(stage: Stage, delivery: BoundOperation) -> None:
    """As many sockets of one user are taken as `limit` says, and one more is refused: it raises,
    returns False, returns None where it returned something of each of the others, or closes the
    socket. The others stay open and get what is sent, and the refused one does not.

    Which exception is raised is a matter of `errors`, case `limit`, and of A7. DECLINED where no
    `limit` is declared; NOT_EXERCISED where fewer can be added, or nothing arrives.
    """
    limit = stage.conform.limit
    decline_when(limit is None, "no `limit` is declared")
    assert limit is not None
    members = [await stage.join(stage.alice) for _ in range(limit)]
    ends = members if limit == 1 else [members[0], members[-1]]
    await must_arrive(stage, delivery, *ends)
    extra, call = await stage.try_join(stage.alice)
    if not is_refused(stage, call) and extra.peer.is_open:
        raise Failed(
            f"`{call.name}` took one more socket than the {limit} that are declared",
            call.name,
            "limit",
        )
    for each in ends:
        await _must_be_unaffected(stage, delivery, each, call.name)
    if any(came(marker, extra) for marker in stage.markers):
        raise Failed(
            f"`{delivery.call.name}` reaches a socket that was refused", delivery.role, "refused"
        )
    stage.witness(f"one socket more than {limit} was refused, and the others were reached")


async def _must_be_unaffected(
    stage: Stage, delivery: BoundOperation, member: Member, name: str
) -> None:
    sent = await stage.try_send(delivery, member)
    if not member.peer.is_open or not await stage.arrives(sent, member):
        raise Failed(
            f"a socket is no longer reached once `{name}` has refused another",
            name,
            "affected",
            evidence=[("not reached", member.variable)],
        )


async def shut_down(stage: Stage) -> None:
    """`shutdown` closes every socket of its instance, with the code that `closes` declares, and no
    socket of another instance; and a send that waits for a client ends.

    DECLINED where `ops.shutdown.call` is not declared. NOT_EXERCISED when nothing arrived before,
    or nothing was sent to the client that did not read.
    """
    decline_when(
        not stage.adapter.declared("shutdown").call, "`ops.shutdown.call` is not declared"
    )
    slow, alice = await stage.join(stage.alice), await stage.join(stage.alice)
    bob = await stage.join(stage.bob)
    operation = stage.required("shutdown", alice.instance)
    delivery = stage.adapter.operation("emit", alice.instance) or stage.required(
        "broadcast", alice.instance
    )
    await must_arrive(stage, delivery, slow, alice, bob)
    slow.peer.stall()
    sending = await begin_sending(stage, delivery, slow)
    await stage.settle()
    if not slow.peer.tried:
        raise Unexercised(f"`{delivery.call.name}` sent nothing to the client that did not read")
    ending = await begin(stage, stage.perform(operation, alice))
    if not stage.transport.closes_at_once:
        slow.peer.resume()  # nothing can be written to it before, and so no close either
    call = await ending.ended()
    if call.error is not None:
        raise Failed(f"`{call.name}` raised {call.raised}", call.name, type(call.error).__name__)
    await stage.settle()
    await sending.ended()
    code = operation.declared.closes
    own = [slow, alice] if bob.instance is not alice.instance else [slow, alice, bob]
    for each in own:
        if each.peer.is_open:
            raise Failed(f"`{call.name}` leaves a socket of its instance open", call.name, "open")
        if code is not None and each.peer.close_code != code:
            raise Failed(
                f"`{call.name}` closed a socket with code {each.peer.close_code}, and {code} is"
                " declared",
                call.name,
                "code",
            )
    if bob not in own:
        await _must_be_unaffected(stage, delivery, bob, call.name)
    stage.witness(f"`{call.name}` closed its {len(own)} sockets, and a send that waited ended")


async def everything_ends(stage: Stage, delivery: BoundOperation) -> None:
    """Every operation returns or raises within `timeout-s`, whatever became of the sockets.

    Sockets are added, sent to and removed; removed twice, removed while the client does not read,
    and after the connection was lost; sent to when nobody is left; and added again. FAIL tells
    what the call that does not return waits for. What a call raises is no matter here.
    """
    alice, other = await stage.join(stage.alice), await stage.join(stage.alice)
    first = await stage.try_send(delivery, alice)
    # Where a new socket takes the place of the old, it is the new one that is reached.
    has_arrived = first.call.error is None and (
        await stage.arrives(first, alice) or await stage.arrives(first, other)
    )
    can_remove = stage.adapter.operation("remove", alice.instance) is not None
    if can_remove:
        await stage.try_leave(other)
        await stage.try_leave(other)
    slow, _ = await stage.try_join(stage.alice)
    slow.peer.stall()
    sending = await begin_sending(stage, delivery, slow)
    await stage.settle()
    if can_remove:
        await stage.try_leave(slow)
    slow.peer.resume()
    await sending.ended()
    alice.peer.reset()
    for _ in range(3):
        await stage.try_send(delivery, alice)
    if can_remove:
        await stage.try_leave(alice)
        await stage.try_send(delivery, alice)
    again, _ = await stage.try_join(stage.alice)
    await stage.try_send(delivery, again)
    if stage.adapter.operation("shutdown", alice.instance) is not None:
        await stage.perform(stage.required("shutdown", alice.instance), again)
    if not has_arrived:
        raise Unexercised(
            f"every call ended, and nothing of `{delivery.call.name}` ever arrived",
            "D1 says more about it",
        )
    returned = sum(each.role != "factory" for each in stage.history.calls)
    stage.witness(f"{returned} calls ended")


ENDINGS = (
    Property("E6", "no more sockets than declared", ("add",), judge_delivery=limited),
    Property("E11", "a shutdown closes its own sockets", ("shutdown",), shut_down),
    Property(
        "E13", "every call ends", ("add", "remove", "delivery"), judge_delivery=everything_ends
    ),
)
