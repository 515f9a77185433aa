"""G: sockets whose connection is lost, and what an operation makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.history import Call
from pluribus.conformance.properties.arrival import must_arrive
from pluribus.conformance.properties.base import PERSONAL, SEVERAL, Property, decline_when
from pluribus.conformance.properties.crowd import crowd
from pluribus.conformance.properties.delivery import must_be_true
from pluribus.conformance.properties.odd import Opaque, imports
from pluribus.conformance.properties.slow import SLOW
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Member, Sent, Stage

_UNTIL_NOTICED = 4
"""Of a lost connection the first send still returns; a queue may hold a second one back."""


async def others_go_on(stage: Stage, delivery: BoundOperation) -> None:
    """A socket whose connection is lost keeps no event from the other sockets of its audience,
    wherever it stands among them.

    Two connections are reset, one after the other: that of the socket that was added first, and
    that of the last. Of each the first send still returns and later ones raise, as servers have
    it. FAIL when an open socket misses an event, whether or not the call raised. NOT_EXERCISED
    when no send to the lost ones failed, as where the state of a socket is looked at first.
    DECLINED over real sockets where an application of your own is told before a send fails.
    """
    first, between, last = await crowd(stage, delivery, 3)
    await must_arrive(stage, delivery, first, between, last)
    await _must_go_on(stage, delivery, first, [between, last])
    await _must_go_on(stage, delivery, last, [between])
    stage.witness(f"`{delivery.call.name}` was tried on 2 lost connections and reached the others")


async def _must_go_on(
    stage: Stage, delivery: BoundOperation, bad: Member, others: list[Member]
) -> None:
    bad.peer.reset()
    for _ in range(_UNTIL_NOTICED):
        sent = await stage.try_send(delivery, others[0])
        missed = [each.variable for each in others if not await stage.arrives(sent, each)]
        if missed:
            raised = f"raised {sent.call.raised} and " if sent.call.error else ""
            raise Failed(
                f"`{delivery.call.name}` {raised}reached {len(others) - len(missed)} of"
                f" {len(others)} open sockets, beside one whose connection is lost",
                delivery.role,
                "others",
                hint="catch what a send raises, for each socket alone",
                evidence=[("lost", bad.variable), *(("not reached", each) for each in missed)],
            )
    await _must_have_failed(stage, delivery, bad)


async def lost_is_removed(stage: Stage, delivery: BoundOperation) -> None:
    """A socket to which a send has failed is not sent to again, as `failed-socket` declares; with
    `close` it is closed, too.

    Judged by an event that is sent after the failure, once another socket of the same audience has
    got one. Where nothing is declared, it may be somebody else's part to notice the end of a
    connection: DECLINED. NOT_EXERCISED when no send failed, or nothing reached the other socket.
    """
    declared = stage.conform.failed_socket
    decline_when(not declared, "`failed-socket` declares nothing")
    bad, good = await crowd(stage, delivery, 2)
    await must_arrive(stage, delivery, bad, good)
    await _lose(stage, delivery, bad, good)
    await _must_reach(stage, delivery, good)  # a fence: what was sent before it is over by then
    last = await _must_reach(stage, delivery, good)
    if any(last.marker in text for text in bad.peer.tried):
        raise Failed(
            f"`{delivery.call.name}` still sends to a socket to which a send has failed before",
            delivery.role,
            "kept",
            hint="remove a socket when a send to it fails",
            evidence=[("sends that failed", str(bad.peer.failures))],
        )
    if declared == "close" and bad.peer.is_open:
        raise Failed(
            f"`{delivery.call.name}` has not closed a socket to which a send has failed",
            delivery.role,
            "open",
        )
    stage.witness("a send failed, and the socket was not sent to again")


async def _must_reach(stage: Stage, delivery: BoundOperation, good: Member) -> Sent:
    sent = await stage.try_send(delivery, good)
    if not await stage.arrives(sent, good):
        raise Unexercised("nothing arrived at the other socket", "G1 says more about it")
    await stage.settle()
    return sent


async def harmless_payload(stage: Stage, delivery: BoundOperation) -> None:
    """A payload that cannot be written as JSON does no lasting harm: the sockets stay open, and
    what is sent afterwards arrives.

    The call may raise. FAIL when a socket is closed, or a later event does not arrive. DECLINED of
    an operation that is given text, because that was written before.
    """
    decline_when(
        not {"payload", "message"} & delivery.call.takes,
        "it is given text, which is written already",
    )
    alice, bob = await stage.join(stage.alice), await stage.join(stage.bob)
    await must_arrive(stage, delivery, alice, bob)
    stage.history.imports |= imports(Opaque())
    odd = await stage.try_send(delivery, alice, payload={"odd": Opaque()})
    await stage.settle()
    for each in (alice, bob):
        await must_live_on(stage, delivery, each, "a payload that is no JSON", odd)
    ended = odd.call.raised or "nothing"
    stage.witness(f"a payload that is no JSON raised {ended}, and later events arrived")


async def must_live_on(
    stage: Stage, delivery: BoundOperation, member: Member, after: str, odd: Sent
) -> None:
    """Fail unless a socket is open and is reached after something odd was sent."""
    raised = f", which raised {odd.call.raised}" if odd.call.error else ""
    if not member.peer.is_open:
        raise Failed(
            f"`{delivery.call.name}` closed a socket with code {member.peer.close_code} after"
            f" {after}{raised}",
            delivery.role,
            "closed",
        )
    later = await stage.try_send(delivery, member)
    if not await stage.arrives(later, member):
        raise Failed(
            f"`{delivery.call.name}` no longer reaches a socket after {after}{raised}",
            delivery.role,
            "later",
            hint="make the text once, before the sockets are sent it, and let a socket go only"
            " where its connection is lost",
            evidence=[("not reached", member.variable)],
        )


async def truthful_failure(stage: Stage, delivery: BoundOperation) -> None:
    """What `reports` says the result means holds where connections are lost: one of two, then
    both.

    Judged once a send has failed, as nobody can know before: of the very call during which it
    failed, where that was a send of its own event, and of the next. The call may raise instead,
    which is no false report either. DECLINED where `reports` is not declared.
    """
    decline_when(
        not delivery.declared.reports,
        f"`ops.{delivery.role}.reports` declares no meaning of the result",
    )
    bad, good = await crowd(stage, delivery, 2)
    await must_arrive(stage, delivery, bad, good)
    told = await _lose(stage, delivery, bad, good)
    if told is not None and await stage.arrives(told, good):
        must_be_true(delivery, told, 1)
    partial = await _must_reach(stage, delivery, good)
    if partial.call.error is None:
        must_be_true(delivery, partial, 1)
    told = await _lose(stage, delivery, good, good)
    if told is not None:
        must_be_true(delivery, told, 0)
    none = await stage.try_send(delivery, good)
    if none.call.error is None:
        must_be_true(delivery, none, 0)
    stage.witness(f"the result of `{delivery.call.name}` was true with one of two, and with none")


async def silent_errors(stage: Stage, delivery: BoundOperation) -> None:
    """What is raised for one user, and the reason with which their socket is closed, hold nothing
    of another user: neither their ids nor what was sent to them.

    Alice's connection is lost and events for her fail; then bob's calls are made to fail in every
    way there is: an unknown event, a payload that is no JSON, a lost connection, the removal of a
    socket that was never added. NOT_EXERCISED when no fence reached bob, or no send to alice
    failed. Frames are not looked at: that somebody left may be told to all.
    """
    alice, bob = await stage.join(stage.alice), await stage.join(stage.bob)
    await must_arrive(stage, delivery, alice, bob)
    before = len(stage.markers)
    await _lose(stage, delivery, alice, alice)
    secrets = [*stage.markers[before:], *_ids(alice)]
    calls = await _failing(stage, delivery, bob)
    fence = await stage.try_send(delivery, bob)
    if not await stage.arrives(fence, bob):
        raise Unexercised("no fence reached the other user", "G6 says more about it")
    bob.peer.reset()
    calls += [(await stage.try_send(delivery, bob)).call for _ in range(_UNTIL_NOTICED)]
    if stage.adapter.operation("remove", bob.instance) is not None:
        calls.append(await stage.try_leave(await stage.stranger(stage.bob)))
    said = [(f"`{each.name}`", text) for each in calls for text in _texts(each.error)]
    said.append(("the reason of the close", bob.peer.close_reason))
    for where, text in said:
        for secret in secrets:
            if re.search(rf"(?<![\w-]){re.escape(secret)}(?![\w-])", text):
                raise Failed(
                    f"an error for one user holds data of another: {where} said {text}",
                    delivery.role,
                    "error text",
                    evidence=[("of another", secret)],
                )
    raised = sum(each.error is not None for each in calls)
    stage.witness(f"{raised} of {len(calls)} calls raised for one user after another's had failed")


async def _failing(stage: Stage, delivery: BoundOperation, bob: Member) -> list[Call]:
    calls = []
    if {"payload", "message"} & delivery.call.takes:
        stage.history.imports |= imports(Opaque())
        calls.append((await stage.try_send(delivery, bob, payload={"odd": Opaque()})).call)
    if "event" in delivery.call.takes:
        calls.append((await stage.try_send(delivery, bob, event="no_such_event")).call)
    return calls


def _ids(member: Member) -> list[str]:
    values = (member.who.user, member.who.thread, member.connection)
    return [str(each) for each in values if isinstance(each, str | int)]


def _texts(error: BaseException | None) -> Iterator[str]:
    """All that an exception says, with those that led to it."""
    seen: list[BaseException] = []
    left = [error]
    while left:
        each = left.pop()
        if each is None or each in seen:
            continue
        seen.append(each)
        yield f"{type(each).__name__}: {each}"
        yield from getattr(each, "__notes__", ())
        left += [each.__cause__, each.__context__]
        if isinstance(each, BaseExceptionGroup):
            left += each.exceptions


async def _lose(stage: Stage, delivery: BoundOperation, bad: Member, to: Member) -> Sent | None:
    """Reset a connection and send until the subject has been told so.

    Returns:
        The event whose own send failed before its call returned; None where the call raised, or
        where another task may have sent it.

    Raises:
        Unexercised: it never is.
    """
    bad.peer.reset()
    for _ in range(_UNTIL_NOTICED):
        sent, is_known = await _send_and_look(stage, delivery, bad, to)
        await stage.settle()
        if bad.peer.failures:
            return sent if is_known else None
    await _must_have_failed(stage, delivery, bad)
    return None


async def _send_and_look(
    stage: Stage, delivery: BoundOperation, bad: Member, to: Member
) -> tuple[Sent, bool]:
    """Send an event, and tell whether the call returned though its own send to `bad` had failed,
    and nothing else had been tried meanwhile."""
    peer = bad.peer
    tried, failures = len(peer.tried), peer.failures
    seen: list[tuple[list[str], int]] = []
    stage.on_return = lambda: seen.append((peer.tried[tried:], peer.failures - failures))
    sent = await stage.try_send(delivery, to)
    stage.on_return = lambda: None
    return sent, sent.call.error is None and any(
        len(own) == failed and any(sent.marker in text for text in own) for own, failed in seen
    )


async def _must_have_failed(stage: Stage, delivery: BoundOperation, bad: Member) -> None:
    if not bad.peer.failures:
        decline_when(
            stage.transport.has_application and await bad.peer.gone(0),
            "the application was told that the connection is lost before a send to it failed: ask"
            " in memory, or with `--transport asgi`",
        )
        raise Unexercised(
            f"no send of `{delivery.call.name}` failed on a lost connection",
            "it may look at the state of the socket first",
        )


_ONE = "it is for one connection"

FAULTS = (
    Property(
        "G1",
        "a lost connection stops nobody else",
        ("delivery",),
        judge_delivery=others_go_on,
        audiences=SEVERAL,
        otherwise=_ONE,
    ),
    Property(
        "G2",
        "a socket that failed is let go",
        ("delivery",),
        judge_delivery=lost_is_removed,
        audiences=SEVERAL,
        otherwise=_ONE,
    ),
    Property(
        "G6",
        "a payload that is no JSON does no harm",
        ("delivery",),
        judge_delivery=harmless_payload,
    ),
    Property(
        "G8",
        "a failure in part is reported truly",
        ("delivery",),
        judge_delivery=truthful_failure,
        audiences=SEVERAL,
        otherwise=_ONE,
    ),
    Property(
        "G9",
        "errors say nothing of another user",
        ("delivery",),
        judge_delivery=silent_errors,
        audiences=PERSONAL,
        otherwise="it is declared to reach all",
    ),
    *SLOW,
)
