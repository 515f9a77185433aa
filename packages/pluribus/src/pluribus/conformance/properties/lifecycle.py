"""E: sockets that come and go."""

from __future__ import annotations

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.properties.arrival import must_arrive
from pluribus.conformance.properties.base import Property, decline_when
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Member, Stage


async def nothing_after_removal(stage: Stage, delivery: BoundOperation) -> None:
    """A removed socket gets nothing more.

    It must have got something before, and another user's socket a fence afterwards. An operation
    that is handed the socket itself is not asked: who still holds a socket can write to it.
    """
    decline_when(
        "websocket" in delivery.call.takes, "it is handed the socket itself, removed or not"
    )
    alice = await stage.join(stage.alice)
    bob = await stage.join(stage.bob)
    await must_arrive(stage, delivery, alice)
    await stage.leave(alice)
    before = len(stage.markers)
    await stage.try_send(delivery, alice)
    if not await stage.fence(delivery, bob):
        raise Unexercised(
            f"after the removal nothing of `{delivery.call.name}` arrived at anybody",
            "E2 says more about it",
        )
    if set(stage.order(alice)) & set(stage.markers[before:]):
        raise Failed(
            f"`{delivery.call.name}` reached a socket that had been removed",
            delivery.role,
            "removed",
        )
    stage.witness("the socket was reached before its removal, and another one after it")


async def exact_removal(stage: Stage, delivery: BoundOperation) -> None:
    """Removing one socket leaves all others: the other tab of the same user, another user's, and
    one whose id begins with the removed one's.

    So also where a user has one socket, and a newer one has taken the place of the removed one:
    the end of the old connection is often noticed when the new one is there already.
    """
    alice = await stage.join(stage.alice)
    await must_arrive(stage, delivery, alice)
    others = [await stage.join(stage.bob)]
    if names_one(stage, alice):
        others.append(await stage.join(stage.alice))
    await must_arrive(stage, delivery, *others)
    await stage.leave(alice)
    for each in others:
        sent = await stage.send(delivery, each)
        if not await stage.arrives(sent, each):
            raise Failed(
                f"after the removal of one socket, `{delivery.call.name}` no longer reaches"
                " another",
                delivery.role,
                "sibling" if each.who == alice.who else "other user",
                evidence=[("removed", alice.variable), ("not reached", each.variable)],
            )
    stage.witness(f"{len(others)} other sockets were reached before and after")


async def idempotent_removal(stage: Stage, delivery: BoundOperation) -> None:
    """Removing a socket twice does no harm: it raises nothing, and others go on as before.

    Twice is ordinary: a failed send removes a socket, and so does the handler that notices. Where
    `errors` declares `remove-twice`, that error is expected instead.
    """
    alice = await stage.join(stage.alice)
    others = [await stage.join(stage.bob)]
    await must_arrive(stage, delivery, others[0])
    if names_one(stage, alice):
        sibling, _ = await stage.try_join(stage.alice)
        early = await stage.send(delivery, sibling)
        if await stage.arrives(early, sibling):
            others.append(sibling)
    await stage.leave(alice)
    again = await stage.try_leave(alice)
    if again.error is not None and "remove-twice" not in stage.conform.errors:
        raise Failed(
            f"`{again.name}` raised {again.raised} when a socket was removed for the second time",
            again.name,
            hint="return when it is not there; or declare `errors.remove-twice`",
        )
    for each in others:
        await _must_still_arrive(stage, delivery, each, "a socket was removed twice", "twice")


async def double_add(stage: Stage, delivery: BoundOperation) -> None:
    """A socket that is added twice gets each event once. The second time may be refused, and then
    it is as if it had not been asked for.

    FAIL also when the open socket, which was reached before, is no longer.
    """
    alice = await stage.join(stage.alice)
    decline_when(
        stage.required("add", alice.instance).declared.yields,
        "adding gives out a new connection each time",
    )
    await must_arrive(stage, delivery, alice)
    _, again = await stage.try_join(stage.alice, connection=alice.connection, peer=alice.peer)
    refused = f", the second time with {again.raised}" if again.error is not None else ""
    sent = await stage.try_send(delivery, alice)
    if not await stage.arrives(sent, alice):
        if not alice.peer.is_open:
            raise Unexercised(f"a socket that is added twice is closed{refused}")
        raised = f" raises {sent.call.raised} and" if sent.call.error is not None else ""
        raise Failed(
            f"`{delivery.call.name}`{raised} no longer reaches a socket that was added"
            f" twice{refused}",
            delivery.role,
            "lost",
            hint="return at once when it is there already",
        )
    await stage.settle()
    if stage.count(sent, alice) > 1:
        raise Failed(
            f"a socket that was added twice gets each event of `{delivery.call.name}`"
            f" {stage.count(sent, alice)} times",
            delivery.role,
            "twice",
        )
    stage.witness(f"added twice{refused}, and reached once")


async def id_of_another(stage: Stage, delivery: BoundOperation) -> None:
    """Who adds a socket under the id of another user's gets none of that user's events, and takes
    none away. It may be refused.
    """
    alice = await stage.join(stage.alice)
    add = stage.required("add", alice.instance)
    decline_when("connection" not in add.call.takes, "adding takes no id of a connection")
    decline_when(
        stage.adapter.sharing == "shared" and "user" not in add.call.takes,
        "adding takes no user, so there is no other user",
    )
    await must_arrive(stage, delivery, alice)
    thief, _ = await stage.try_join(stage.bob, connection=alice.connection)
    sent = await stage.send(delivery, alice)
    reached = await stage.arrives(sent, alice)
    await stage.settle()
    if stage.count(sent, thief):
        raise Failed(
            f"`{delivery.call.name}` for one user reached another, who had used their id of a"
            " connection",
            delivery.role,
            "leak",
        )
    if not reached:
        raise Failed(
            f"`{delivery.call.name}` no longer reaches a user after another used their id of a"
            " connection",
            delivery.role,
            "taken",
        )
    stage.witness("the socket was reached before and after its id was used by another user")


async def unknown_removal(stage: Stage, delivery: BoundOperation) -> None:
    """Removing a socket that was never added does no harm to others. It may raise."""
    alice = await stage.join(stage.alice)
    await must_arrive(stage, delivery, alice)
    nobody = await stage.stranger(stage.alice if names_one(stage, alice) else stage.bob)
    await stage.try_leave(nobody)
    await _must_still_arrive(
        stage, delivery, alice, "a socket that was never added was removed", "unknown"
    )


def names_one(stage: Stage, member: Member) -> bool:
    """Whether removing says which of a user's sockets."""
    remove = stage.required("remove", member.instance)
    return bool({"websocket", "connection"} & remove.call.takes)


async def _must_still_arrive(
    stage: Stage, delivery: BoundOperation, member: Member, after: str, about: str
) -> None:
    sent = await stage.send(delivery, member)
    if not await stage.arrives(sent, member):
        raise Failed(
            f"`{delivery.call.name}` no longer reaches a socket after {after}",
            delivery.role,
            about,
            evidence=[("not reached", member.variable)],
        )
    stage.witness("another socket was reached before and after")


LIFECYCLE = (
    Property(
        "E1", "nothing arrives after removal", ("remove",), judge_delivery=nothing_after_removal
    ),
    Property("E2", "removal is exact", ("remove",), judge_delivery=exact_removal),
    Property("E3", "removing twice does no harm", ("remove",), judge_delivery=idempotent_removal),
    Property("E4", "added twice, reached once", ("add",), judge_delivery=double_add),
    Property(
        "E5",
        "an id cannot be taken over",
        ("add",),
        judge_delivery=id_of_another,
        audiences=frozenset({"connection", "user", "thread"}),
        otherwise="it is declared to reach all",
    ),
    Property(
        "E7", "removing what is unknown does no harm", ("remove",), judge_delivery=unknown_removal
    ),
)
