"""D: what arrives where."""

from __future__ import annotations

from collections import Counter

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.properties.arrival import frames
from pluribus.conformance.properties.base import PERSONAL, SEVERAL, Property, decline_when
from pluribus.conformance.properties.crowd import is_refused
from pluribus.conformance.properties.payload import holds
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Member, Sent, Stage

EVENTS = 5
"""As many as an agent's run has, in the founding report."""

_ODD: dict[str, object] = {
    "nested": {"list": [1, 2.5, -3, "four"], "empty": {}},
    "yes": True,
    "text": 'Grüße, 世界 🎈 "quoted" \\ back\nnext line',
    "blank": "",
    "big": 2**53 - 1,
}


async def exactly_once_in_order(stage: Stage, delivery: BoundOperation) -> None:
    """Five events and a fence arrive at the socket of their audience once each, in the order in
    which they were sent.

    Silence is FAIL here, where every call returned and the socket is open: something must arrive.
    """
    member = await stage.join(stage.alice)
    sent = [await stage.send(delivery, member) for _ in range(EVENTS)]
    last = await stage.send(delivery, member)
    await stage.arrives(last, member)
    await stage.settle()
    everything = [*sent, last]
    missing = [
        number for number, each in enumerate(everything, 1) if not stage.count(each, member)
    ]
    if missing:
        _must_be_open(member)
        _must_be_recognised(stage, sent[0], member)
        raise Failed(
            f"{len(missing)} of {len(everything)} events of `{delivery.call.name}` did not arrive",
            delivery.role,
            "missing",
            hint=f"every call returned, and the socket was open for {stage.conform.arrival_s:g} s",
            evidence=[("missing", _positions(missing)), ("frames", frames(member))],
        )
    counts = Counter(stage.order(member))
    doubled = [n for n, each in enumerate(everything, 1) if counts[each.marker] > 1]
    if doubled:
        raise Failed(
            f"{len(doubled)} of {len(everything)} events of `{delivery.call.name}` arrived more"
            " than once",
            delivery.role,
            "duplicate",
            evidence=[("more than once", _positions(doubled)), ("frames", frames(member))],
        )
    expected = [each.marker for each in everything]
    if stage.order(member) != expected:
        order = [expected.index(marker) + 1 for marker in stage.order(member)]
        raise Failed(
            f"the events of `{delivery.call.name}` arrived in another order than they were sent",
            delivery.role,
            "inverted",
            evidence=[
                ("sent as", _positions(range(1, len(expected) + 1))),
                ("arrived as", _positions(order)),
            ],
        )
    stage.witness(f"{EVENTS} events of `{delivery.call.name}` and a fence arrived")


async def only_the_audience(stage: Stage, delivery: BoundOperation) -> None:
    """What is for one user reaches no socket of another.

    Silence counts only where the event reached its own user, and a fence the other one.
    """
    alice = await stage.join(stage.alice)
    bob = await stage.join(stage.bob)
    secret = await stage.send(delivery, alice)
    reached = await stage.arrives(secret, alice)
    await _fenced_silence(stage, delivery, secret, alice, bob, is_reached=reached)


async def only_the_thread(stage: Stage, delivery: BoundOperation) -> None:
    """What is for one thread of a user reaches no socket of another thread of the same user."""
    alice = await stage.join(stage.alice)
    elsewhere = await stage.join(stage.other_thread(stage.alice))
    secret = await stage.send(delivery, alice)
    reached = await stage.arrives(secret, alice)
    await _fenced_silence(stage, delivery, secret, alice, elsewhere, is_reached=reached)


async def every_socket(stage: Stage, delivery: BoundOperation) -> None:
    """An event reaches every socket of its audience: all tabs of one user, or everybody.

    Two tabs, and a third where that is let in and the others stay open.
    """
    members = [await stage.join(stage.alice), await stage.join(stage.alice)]
    await _join_third(stage, members)
    if delivery.audience == "all":
        members.append(await stage.join(stage.bob))
    sent = await stage.send(delivery, members[0])
    reached = [await stage.arrives(sent, each) for each in members]
    for member, has_arrived in zip(members, reached, strict=True):
        if not has_arrived:
            _must_be_open(member)
            _must_be_recognised(stage, sent, member)
            raise Failed(
                f"`{delivery.call.name}` reached {sum(reached)} of {len(members)} sockets of its"
                " audience",
                delivery.role,
                hint="if only one socket is promised, say so in `declined`",
                evidence=[("not reached", member.variable)],
            )
    stage.witness(f"`{delivery.call.name}` reached {len(members)} sockets of its audience")


async def _join_third(stage: Stage, members: list[Member]) -> None:
    """One more, where so many are allowed; whoever has to go for it is told."""
    limit = stage.conform.limit
    if limit is not None and limit <= len(members):
        return
    third, call = await stage.try_join(stage.alice)
    if not is_refused(stage, call):
        members.append(third)
        members[:] = [each for each in members if each.peer.is_open]


async def payload_intact(stage: Stage, delivery: BoundOperation) -> None:
    """What arrives holds what was sent: nested values, unicode, blanks, numbers and true.

    It may stand anywhere in the frame, with more beside it. Compared as JSON. No null is sent,
    because some code bases rightly leave such values out.
    """
    member = await stage.join(stage.alice)
    sent = await stage.send(delivery, member, payload=_ODD)
    if not await stage.arrives(sent, member):
        raise Unexercised(f"no event of `{delivery.call.name}` arrived", "D1 says more about it")
    frame = next(each.text for each in member.peer.frames if sent.marker in each.text)
    if not (holds(frame, sent.payload) or holds(frame, sent.text)):
        raise Failed(
            f"what arrived of `{delivery.call.name}` does not hold what was sent",
            delivery.role,
            hint="if it is changed on purpose, say so in `declined`",
            evidence=[("sent", repr(sent.payload)), ("arrived", frame)],
        )
    stage.witness(f"a payload of `{delivery.call.name}` arrived whole")


async def truthful_report(stage: Stage, delivery: BoundOperation) -> None:
    """What `reports` says the result means is what happened: two sockets, then none."""
    decline_when(
        not delivery.declared.reports,
        f"`ops.{delivery.role}.reports` declares no meaning of the result",
    )
    nobody = await stage.stranger(stage.bob)
    alice = await stage.join(stage.alice)
    if delivery.audience in ("user", "thread"):
        await _must_report(stage, delivery, await stage.send(delivery, nobody), [nobody, alice])
    second = await stage.join(stage.alice)
    reached = await _must_report(
        stage, delivery, await stage.send(delivery, alice), [alice, second]
    )
    if not reached:
        raise Unexercised(f"no event of `{delivery.call.name}` arrived", "D1 says more about it")
    stage.witness(f"the result of `{delivery.call.name}` was as many as were reached")


async def _must_report(
    stage: Stage, delivery: BoundOperation, sent: Sent, members: list[Member]
) -> int:
    """How many were reached, once the result has said so."""
    for each in members:
        if each in stage.members:
            await stage.arrives(sent, each)
    await stage.settle()
    reached = sum(stage.count(sent, each) > 0 for each in members)
    must_be_true(delivery, sent, reached)
    return reached


def must_be_true(delivery: BoundOperation, sent: Sent, reached: int) -> None:
    """Fail unless the result of a call says that so many sockets were reached."""
    result = delivery.reported(sent.call.result)
    is_true = (
        bool(result) == (reached > 0)
        if delivery.declared.reports == "success"
        else isinstance(result, int) and result == reached
    )
    if not is_true:
        path = delivery.declared.reports_in
        where = f" in `{path}`" if path else ""
        raise Failed(
            f"`{sent.call.name}` reports {result!r}{where}, and {reached} sockets were reached",
            sent.call.name,
            "reports",
        )


async def unknown_recipient(stage: Stage, delivery: BoundOperation) -> None:
    """What is for somebody who is not there reaches nobody else. It may raise."""
    alice = await stage.join(stage.alice)
    nobody = await stage.stranger(stage.bob)
    lost = await stage.try_send(delivery, nobody)
    own = await stage.send(delivery, alice)
    reached = await stage.arrives(own, alice)
    await stage.settle()
    if stage.count(lost, alice):
        raise Failed(
            f"`{delivery.call.name}` for somebody who is not there reached another user",
            delivery.role,
            evidence=[("reached", alice.variable)],
        )
    if not reached:
        raise Unexercised(f"no event of `{delivery.call.name}` arrived", "D1 says more about it")
    stage.witness(f"`{delivery.call.name}` reached the user who is there, and with nothing else")


async def before_connect(stage: Stage, delivery: BoundOperation) -> None:
    """What is sent while nobody is connected is queued, dropped or refused, as is declared.

    `before-connect` says which. What is queued arrives on connecting, once and in order.
    """
    declared = stage.conform.before_connect
    decline_when(not declared, "`before-connect` declares nothing")
    waiting = await stage.stranger(stage.alice)
    early = [await stage.try_send(delivery, waiting) for _ in range(2)]
    raised = [each.call for each in early if each.call.error is not None]
    if bool(raised) != (declared == "error"):
        raise Failed(
            f"`{delivery.call.name}` {'raised ' + raised[0].raised if raised else 'returned'}"
            f' while nobody was connected, and "{declared}" is declared',
            delivery.role,
            declared,
        )
    member = await stage.join(stage.alice)
    if not await stage.fence(delivery, member):
        raise Unexercised(f"no event of `{delivery.call.name}` arrived", "D1 says more about it")
    order = [each for each in stage.order(member) if each in {one.marker for one in early}]
    expected = [each.marker for each in early] if declared == "queue" else []
    if order != expected:
        raise Failed(
            f"of 2 events that were sent while nobody was connected {len(order)} arrived,"
            f' and "{declared}" is declared',
            delivery.role,
            declared,
            evidence=[("frames", frames(member))],
        )
    stage.witness(f"`{delivery.call.name}` before connecting did as declared: {declared}")


async def _fenced_silence(
    stage: Stage,
    delivery: BoundOperation,
    secret: Sent,
    own: Member,
    other: Member,
    *,
    is_reached: bool,
) -> None:
    fenced = await stage.fence(delivery, other)
    await stage.settle()
    if stage.count(secret, other):
        raise Failed(
            f"`{delivery.call.name}` for one {delivery.audience} reached another's socket",
            delivery.role,
            "leak",
            evidence=[
                ("for", own.variable),
                ("reached", other.variable),
                ("frames", frames(other)),
            ],
        )
    if not is_reached:
        raise Unexercised(
            f"the event of `{delivery.call.name}` did not reach its own audience",
            "D1 says more about it",
        )
    if not fenced:
        raise Unexercised(
            f"no fence of `{delivery.call.name}` reached the other socket, so its silence proves"
            " nothing",
            "D1 says more about it",
        )
    stage.witness(f"`{delivery.call.name}` reached its own audience, and a fence the other socket")


def _must_be_open(member: Member) -> None:
    if not member.peer.is_open:
        raise Unexercised(
            f"the subject closed the socket with code {member.peer.close_code}",
            "only an open socket can show what arrives",
        )


def _must_be_recognised(stage: Stage, first: Sent, member: Member) -> None:
    unknown = stage.unrecognised(first, member)
    if unknown:
        raise Unexercised(
            f"{unknown} frames arrived in which no event could be recognised",
            "they may be packed or encrypted, or be about something else",
        )


def _positions(numbers: object) -> str:
    assert hasattr(numbers, "__iter__")
    return ", ".join(map(str, numbers))


_SCOPED = frozenset({"user", "thread"})

DELIVERY = (
    Property(
        "D1",
        "events arrive once and in order",
        ("delivery",),
        judge_delivery=exactly_once_in_order,
    ),
    Property(
        "D2",
        "nothing reaches another user",
        ("delivery",),
        judge_delivery=only_the_audience,
        audiences=PERSONAL,
        otherwise="it is declared to reach all",
    ),
    Property(
        "D3",
        "nothing reaches another thread",
        ("delivery",),
        judge_delivery=only_the_thread,
        audiences=frozenset({"thread"}),
        otherwise="it is not for one thread",
    ),
    Property(
        "D4",
        "every socket of the audience is reached",
        ("delivery",),
        judge_delivery=every_socket,
        audiences=SEVERAL,
        otherwise="it is for one connection",
    ),
    Property("D5", "the payload arrives intact", ("delivery",), judge_delivery=payload_intact),
    Property(
        "D10",
        "the result says what happened",
        ("delivery",),
        judge_delivery=truthful_report,
        audiences=SEVERAL,
        otherwise="it is for one connection",
    ),
    Property(
        "D11",
        "what is for nobody reaches nobody",
        ("delivery",),
        judge_delivery=unknown_recipient,
        audiences=PERSONAL,
        otherwise="it is declared to reach all",
    ),
    Property(
        "D12",
        "before connecting, as declared",
        ("delivery",),
        judge_delivery=before_connect,
        audiences=_SCOPED,
        otherwise="it is not for a user or a thread",
    ),
)
