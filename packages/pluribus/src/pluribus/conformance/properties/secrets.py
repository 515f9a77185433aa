"""C9, C10 and C13: what of one user shows where another is served."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.deliveries import deliveries
from pluribus.conformance.graph.holding import Holding
from pluribus.conformance.history import Call, described
from pluribus.conformance.output import recorded
from pluribus.conformance.properties.base import IN_MEMORY, Property, decline_when
from pluribus.conformance.queries import queries
from pluribus.conformance.ruling import Failed, Hung, Unexercised
from pluribus.conformance.stage import Member, Stage
from pluribus.conformance.strangers import Stranger, joined, strangers, told

_PRIVATE = frozenset({"connection", "user", "thread"})


async def nothing_on_the_wire(stage: Stage, delivery: BoundOperation) -> None:
    """No frame, no reason of a close and no error that one user gets holds anything of another:
    neither what was sent to the other alone, nor their ids.

    The other joins and is sent to, the one opens another socket, the other leaves, and what is
    theirs is asked for by mistake: a socket under an id of theirs. Where one instance tells things
    to everybody, ids may be among them, and only what was sent to the other alone counts.
    """
    alice, bob = strangers(stage)
    await joined(stage, bob)
    await joined(stage, alice)
    await told(stage, [delivery], alice)
    with suppress(Unexercised):  # one more may be refused
        await joined(stage, bob)
    calls = [*await _served(stage, delivery, bob)]
    is_public = stage.adapter.sharing == "shared" and (
        stage.adapter.operation("broadcast", alice.members[0].instance) is not None
    )
    secrets = [alice.secret, *([] if is_public else map(str, alice.ids))]
    given = [str(each.connection) for each in alice.members]
    _must_be_free(alice, bob, calls, [*secrets, *([] if is_public else given)])
    if stage.adapter.operation("remove", alice.members[0].instance) is not None:
        await stage.leave(alice.members[0])
        calls += await _served(stage, delivery, bob)
        await joined(stage, alice)
    calls += await _asked_for_another(stage, alice, bob)
    await stage.settle()
    _must_be_free(alice, bob, calls, secrets)
    stage.witness(
        f"what `{delivery.call.name}` sent to the one reached them, and nothing of it the other"
    )


async def _served(stage: Stage, delivery: BoundOperation, user: Stranger) -> list[Call]:
    since = len(stage.history.calls)
    await told(stage, [delivery], user)
    return stage.history.calls[since:]


async def _asked_for_another(stage: Stage, alice: Stranger, bob: Stranger) -> list[Call]:
    """What comes of joining under the id of somebody else's socket."""
    add = stage.required("add", alice.members[0].instance)
    if "connection" not in add.call.takes or add.declared.yields:
        return []
    peer = stage.peer("bob_socket")
    bob.peers.append(peer)
    _, call = await stage.try_join(bob.who, connection=alice.members[-1].connection, peer=peer)
    return [call]


def _must_be_free(
    alice: Stranger, bob: Stranger, calls: Iterable[Call], secrets: Sequence[str]
) -> None:
    said = [
        *(("a frame", frame.text) for peer in bob.peers for frame in peer.frames),
        *(("the reason of a close", peer.close_reason) for peer in bob.peers),
        *((f"the error of `{each.name}`", described(each.error)) for each in calls if each.error),
    ]
    for where, text in said:
        found = next((each for each in secrets if each in text), None)
        if found is not None:
            what = "what was sent to" if found == alice.secret else "an id of"
            raise Failed(
                f"{where} for one user holds {what} another",
                where,
                what,
                hint="say nothing of others; if it is meant to be known, say so in `declined`",
                evidence=[("of", alice.who.name), ("for", bob.who.name), ("text", text)],
            )


async def nothing_in_the_log(stage: Stage) -> None:
    """While one user is served, nothing of another is logged or printed: no id, and nothing that
    was sent to the other alone.

    Records of Python's own logging are looked at as far as they are made at their level, and what
    is written to standard output and standard error.
    """
    decline_when(
        stage.adapter.sharing == "shared",
        "one instance serves everybody, and so its log is about everybody",
    )
    alice, bob = strangers(stage)
    operations = await deliveries(stage, alice.who)
    await joined(stage, alice)
    await told(stage, operations, alice)
    with recorded() as lines:
        await joined(stage, bob)
        await told(stage, operations, bob)
        if stage.adapter.operation("remove", bob.members[0].instance) is not None:
            await stage.leave(bob.members[0])
        await stage.settle()
    secrets = [str(each) for each in alice.canaries if isinstance(each, str | int)]
    for where, line, _ in lines():
        if any(each in line for each in secrets):
            raise Failed(
                f"while one user was served, {where} says something of another",
                where,
                hint="write about the user who is served alone",
                evidence=[("served", bob.who.name), ("says", line), ("of", alice.who.name)],
            )
    stage.witness("one user was served after another, and what was written meanwhile was read")


async def nothing_in_the_answers(stage: Stage) -> None:
    """What one user asks their instance is not answered with anything of another, also when it is
    asked by the other's ids: not their sockets, not what was sent to them, no id that was not in
    the question.

    Methods that only look are asked: `get_connections`, `list_users`, `is_connected`, `get_stats`
    and the like, as far as names and types tell what they take. One instance that serves everybody
    is asked by a user's own ids alone.
    """
    alice, bob = strangers(stage)
    operations = await deliveries(stage, alice.who)
    is_shared = stage.adapter.sharing == "shared"
    asked = [
        each
        for each in queries(stage.adapter, await stage.manager(alice.who))
        if not is_shared or {"user", "thread", "connection", "websocket"} & each.call.takes
    ]
    decline_when(not asked, "no method that asks for connections, users or counts is known")
    for each in (alice, bob):
        await joined(stage, each)
        await told(stage, operations, each)
    own = alice.members[0]
    foreign = replace(bob.members[0], instance=own.instance, connection=bob.members[0].connection)
    answered = [await _ask(stage, query, own, bob) for query in asked]
    if not is_shared:
        answered += [
            await _ask(stage, query, foreign, bob)
            for query in asked
            if {"user", "thread", "connection"} & query.call.takes
        ]
    if not any(answered):
        raise Unexercised("every method that asks raised, or did not return", "A7 says why")
    for query in asked:
        stage.witness(f"`{query.call.name}` says nothing of another user")


async def _ask(stage: Stage, query: BoundOperation, member: Member, other: Stranger) -> bool:
    """Whether it answered; what it says of the other is a failure."""
    try:
        call = await stage.perform(query, member)
    except Hung:
        # It waits for something, and only looked as if it looked.
        return False
    if call.error is not None:
        return False
    given = {member.who.user, member.who.thread, member.connection}
    canaries = [
        each
        for each in other.canaries
        if each not in given and not (each is member.peer and "websocket" in query.call.takes)
    ]
    path = Holding(canaries, stage.adapter.is_project).find(call.result)
    if path is not None:
        raise Failed(
            f"`{call.name}` of one user's instance says something of another user",
            call.name,
            hint="answer with what is this user's alone",
            evidence=[
                ("asked", call.source),
                ("of another", f"at {path}" if path else "the answer itself"),
            ],
        )
    return True


SECRETS = (
    Property(
        "C9",
        "nothing of another is on the wire",
        ("delivery", "add"),
        judge_delivery=nothing_on_the_wire,
        audiences=_PRIVATE,
        otherwise="what is for everybody is no secret",
        transports=IN_MEMORY,
    ),
    Property(
        "C10",
        "nothing of another is in the log",
        ("add", "delivery"),
        nothing_in_the_log,
        transports=IN_MEMORY,
    ),
    Property(
        "C13",
        "no answer says anything of another",
        ("add",),
        nothing_in_the_answers,
        transports=IN_MEMORY,
    ),
)
