"""C11 and G7: what goes to a store outside of the process, and what comes of it when it fails."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.clock import let_pass
from pluribus.conformance.deliveries import deliveries
from pluribus.conformance.properties.arrival import came, must_arrive
from pluribus.conformance.properties.base import IN_MEMORY, Property, decline_when
from pluribus.conformance.properties.crowd import guest
from pluribus.conformance.queries import queries
from pluribus.conformance.ruling import Failed, Hung, Unexercised
from pluribus.conformance.schedules.search import Bounds
from pluribus.conformance.stage import Member, Sent, Stage
from pluribus.conformance.stores import Stores
from pluribus.conformance.stores.commands import Command
from pluribus.conformance.stores.mixing import UNUSED_KEYS, Mixed, Mixing, Owner, without_ids
from pluribus.conformance.strangers import Stranger, joined, strangers, told
from pluribus.findings import Evidence

_SHOWN = 12
_LONGEST = 160
_EVENTS_AWAY = 2
_RECOVERS_S = 20.0
_TRIES = 3
"""After a store has come back, so often so long: whoever looks for it once a minute finds it."""
_LARGE = "the store holds many keys, so what is taken away was not looked for"
_CLAIMS = {
    "read": "`{name}` of one user reads another's data from the store",
    "touched": "`{name}` of one user touches a key of the store that is another's",
    "sent": "`{name}` of one user sends another's data to the store",
    "lost": "`{name}` of one user takes another's data out of the store",
}


async def only_what_is_own(stage: Stage) -> None:
    """What one user's operations send to a store touches only what is that user's: no key and no
    channel that names another, no data of another in what is read or sent, and nothing that
    another has put there is gone afterwards.

    Two users join, are sent to, ask, leave and come back, one call after the other, and the
    commands of each call are looked at; of what a call has left running, those until the next
    call. A user is known by the ids that the kit gave out and by what was sent to that user alone.
    A key that names nobody is no finding as long as nothing of the one comes to the other by it;
    nor is what is published on a channel that all listen to. What users share on purpose is named
    in `shared-keys`. Where one instance tells everybody who comes and goes, only what was sent to
    one alone counts, and keys that sending touches. DECLINED without `stores`.
    """
    stores = _stores(stage)
    alice, bob = strangers(stage)
    operations = await deliveries(stage, alice.who)
    since = len(stores.store.commands)
    stores.store.looks = True
    try:
        await _lived(stage, operations, (alice, bob))
    finally:
        stores.store.looks = False
    commands = stores.store.commands[since:]
    is_public = stage.adapter.sharing == "shared" and any(
        each.audience == "all" for each in operations
    )
    owners = [_owner(each) for each in (alice, bob)]
    mixing = Mixing(owners, stage.conform.shared_keys, is_public=is_public)
    found = mixing.found(commands)
    if stores.store.is_large:
        stage.remarks.append(Evidence("not looked into", _LARGE))
    stage.remarks += [Evidence(UNUSED_KEYS, each) for each in mixing.unused]
    if found:
        raise _mixed(found, owners, commands)
    users = {each.by.user for each in commands if each.by is not None and each.keys}
    if not {alice.who.name, bob.who.name} <= users:
        raise Unexercised(
            "no operation of both users was seen to send a command with a key to the store",
            "what tasks and threads send that no operation has started counts for nobody; without"
            " a store, take `stores` out of the contract",
        )
    count = sum(each.by is not None and bool(each.by.user) for each in commands)
    stage.witness(f"{count} commands of two users' operations touched what is their own alone")


async def _lived(
    stage: Stage, operations: Sequence[BoundOperation], users: tuple[Stranger, Stranger]
) -> None:
    """Let both do all that there is to do, twice, one after the other."""
    for _ in range(2):
        for each in users:
            await joined(stage, each)
            await told(stage, operations, each)
            await _asked(stage, each)
        if stage.adapter.operation("remove", users[0].members[0].instance) is None:
            break
        for each in reversed(users):
            await stage.leave(each.members[-1])
            await stage.settle()


def _stores(stage: Stage) -> Stores:
    decline_when(
        not stage.conform.stores,
        'no store is declared; `stores = ["redis"]` says that the owner keeps data in Redis',
    )
    if stage.adapter.stores is None:
        raise Unexercised(
            "nothing stands in for the store of the contract",
            "ask `pluribus conform`, which puts it in place before the subject is imported",
        )
    return stage.adapter.stores


def _owner(stranger: Stranger) -> Owner:
    ids = [each for each in stranger.canaries if isinstance(each, str) and each != stranger.secret]
    return Owner(stranger.who.name, tuple(dict.fromkeys(ids)), stranger.secret)


async def _asked(stage: Stage, user: Stranger) -> None:
    """Let a user ask what there is to ask by their own ids; an answer is not looked at."""
    member = user.members[-1]
    for query in queries(stage.adapter, member.instance):
        if {"user", "thread", "connection", "websocket"} & query.call.takes:
            with suppress(Hung):  # it waits for something, and only looked as if it looked
                await stage.perform(query, member)


def _mixed(found: Sequence[Mixed], owners: Sequence[Owner], commands: Sequence[Command]) -> Failed:
    worst = found[0]
    assert worst.command.by is not None
    key = without_ids(worst.key, owners)
    return Failed(
        _CLAIMS[worst.kind].format(name=worst.command.by.name) + (f": `{key}`" if key else ""),
        worst.kind,
        key,
        hint="let every key name its user, and read no more than what is this user's; what is"
        " shared on purpose is named in `shared-keys`",
        evidence=[
            ("of", worst.owner.name),
            ("shows it", _short(worst.shown)),
            *(("before", _told(each)) for each in _before(worst, commands)),
            *(("sent", _told(each.command)) for each in found[:_SHOWN]),
        ],
    )


def _before(mixed: Mixed, commands: Sequence[Command]) -> list[Command]:
    """What the other one has last sent about the key, and what put the data there, if it was a
    command that says so."""
    earlier = commands[: next(n for n, each in enumerate(commands) if each is mixed.command)]
    about = [
        each
        for each in earlier
        if each.by is not None and each.by.user == mixed.owner.name and mixed.key in each.keys
    ]
    return [each for each in about if mixed.owner.has_told(each)][-1:] or about[-1:]


def _told(command: Command) -> str:
    assert command.by is not None
    return _short(f"for {command.by.user}, by `{command.by.name}`: {command}")


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


async def outage(stage: Stage, delivery: BoundOperation) -> None:
    """While the store cannot be reached, every call returns or raises in time, and what is for one
    user reaches no other; and once it is back, events arrive again.

    The store goes away after two users have joined: connections to it are lost, and every new one
    raises the `ConnectionError` of the client library. Then events are sent, another user joins
    and leaves, and the store comes back with all that it held; a minute is given, by the clock of
    the loop. A socket that was closed meanwhile is replaced by a new one. What `store-outage`
    declares is asked as well: with `error` each call that sends raises, with `deliver` open
    sockets of this process get the event. NOT_EXERCISED when nothing was refused. DECLINED without
    `stores`.
    """
    stores = _stores(stage)
    alice, bob = await stage.join(stage.alice), await stage.join(stage.bob)
    await must_arrive(stage, delivery, alice, bob)
    private: list[tuple[Sent, Member]] = []
    refused = stores.store.refused
    stores.store.go_away()
    try:
        for member in (alice, bob) * _EVENTS_AWAY:
            sent = await stage.try_send(delivery, member)
            private.append((sent, member))
            await _as_declared(stage, delivery, sent, member)
        await _comes_and_goes(stage)
        await stage.settle()
    finally:
        stores.store.come_back()
    if stores.store.refused == refused:
        raise Unexercised(
            "no command was sent while the store was away", "an operation has to ask it something"
        )
    _must_be_apart(stage, delivery, private, "while the store was away")
    private += [await _recovered(stage, delivery, each) for each in (alice, bob)]
    _must_be_apart(stage, delivery, private, "after the store came back")
    stage.witness(
        f"the store went away, {stores.store.refused - refused} attempts to reach it were refused,"
        f" and `{delivery.call.name}` reached both users once it was back"
    )


async def _as_declared(stage: Stage, delivery: BoundOperation, sent: Sent, member: Member) -> None:
    declared = stage.conform.store_outage
    if declared == "error" and sent.call.error is None:
        raise Failed(
            f"`{delivery.call.name}` returned while the store was away, and `store-outage` says"
            " that it raises",
            delivery.role,
            "returned",
            hint="let the error of the store through, or declare what becomes of the event",
        )
    if declared == "deliver" and not await stage.arrives(sent, member):
        raised = f"raised {sent.call.raised} and " if sent.call.error else ""
        raise Failed(
            f"`{delivery.call.name}` {raised}did not reach a socket of this process while the"
            " store was away, and `store-outage` says that it does",
            delivery.role,
            "not delivered",
            hint="send to the sockets of this process first, and catch what the store raises",
        )


async def _comes_and_goes(stage: Stage) -> None:
    """Somebody joins and leaves while the store is away; each call may raise, and must end."""
    try:
        member, call = await stage.try_join(guest(stage))
    except Unexercised:
        return  # the factory needs the store, and says so by raising
    remove = stage.adapter.operation("remove", member.instance)
    if call.error is None and remove is not None:
        await stage.try_leave(member)


async def _recovered(
    stage: Stage, delivery: BoundOperation, member: Member
) -> tuple[Sent, Member]:
    sent: Sent | None = None
    for _ in range(_TRIES):
        await let_pass(_RECOVERS_S)
        if not member.peer.is_open:
            again, call = await stage.try_join(member.who)
            member = again if call.error is None else member
        sent = await stage.try_send(delivery, member)
        if await stage.arrives(sent, member):
            return sent, member
    assert sent is not None
    raised = f"raised {sent.call.raised}" if sent.call.error else "reached nobody"
    raise Failed(
        f"the store came back, and a minute later `{delivery.call.name}` still {raised}",
        delivery.role,
        "not recovered",
        hint="connect and subscribe anew when a connection to the store was lost",
    )


def _must_be_apart(
    stage: Stage, delivery: BoundOperation, private: Sequence[tuple[Sent, Member]], when: str
) -> None:
    if delivery.audience == "all":
        return
    for sent, member in private:
        for other in stage.members:
            if other.who.user != member.who.user and came(sent.marker, other):
                raise Failed(
                    f"{when}, what `{delivery.call.name}` sent to one user reached another",
                    delivery.role,
                    "leaked",
                    hint="whom an event is for does not depend on the store",
                    evidence=[("for", member.variable), ("reached", other.variable)],
                )


STORES = (
    Property(
        "C11",
        "what is sent to a store is the user's own",
        ("add", "delivery"),
        only_what_is_own,
        transports=IN_MEMORY,
    ),
    Property(
        "G7",
        "a store that is away costs no isolation",
        ("delivery", "add"),
        judge_delivery=outage,
        bounds=Bounds(single=0, double=0, drawn=0),
        is_sequential=False,
        transports=IN_MEMORY,
    ),
)
