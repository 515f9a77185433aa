"""G: clients that do not read."""

from __future__ import annotations

import asyncio

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.overlapping import Sending, begin_sending
from pluribus.conformance.properties.arrival import came, comes, frames, must_arrive
from pluribus.conformance.properties.base import Property, decline_when
from pluribus.conformance.properties.crowd import crowd
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Member, Stage

_MORE = 5
"""How many events are sent beyond what may be held."""


async def slow_delays_nobody(stage: Stage, delivery: BoundOperation) -> None:
    """A client that does not read delays neither the other sockets of its audience nor those of
    another user.

    Two of three clients stop reading, those of the sockets that were added first and last. Two
    events for them and one for bob are sent, none of which waits for the end of another; whoever
    reads must have theirs in time. FAIL tells what the first call waits for. Then the clients read
    on, and every call must end. NOT_EXERCISED when nothing was sent to those who do not read.
    """
    first, between, last = await crowd(stage, delivery, 3)
    bob = await stage.join(stage.bob)
    await must_arrive(stage, delivery, first, between, last, bob)
    for each in (first, last):
        each.peer.stall()
    is_for_one = delivery.audience == "connection"
    begun: list[Sending] = []
    for to in (first if is_for_one else between, between, bob):
        begun.append(await begin_sending(stage, delivery, to))
        for reader in (between, bob):
            is_meant = reader is to if is_for_one else reader.who == to.who
            if is_meant or delivery.audience == "all":
                await _must_come(stage, delivery, begun, reader)
    _must_be_tried(delivery, first, last)
    for each in (first, last):
        each.peer.resume()
    for sending in begun:
        await sending.ended()
    stage.witness("clients that did not read were sent to, and the others had theirs in time")


async def _must_come(
    stage: Stage, delivery: BoundOperation, begun: list[Sending], reader: Member
) -> None:
    if await comes(stage, begun[-1].marker, reader):
        return
    waits = next((each.waits for each in begun if not each.is_over), "nothing")
    whom = "another user" if reader.who == stage.bob else "another socket"
    raise Failed(
        f"`{delivery.call.name}` does not reach {whom} while a client does not read",
        delivery.role,
        whom,
        hint="send to each socket on its own, or bound the time of a send",
        evidence=[("not reached", reader.variable), ("waits", waits)],
    )


async def slow_is_bounded(stage: Stage, delivery: BoundOperation) -> None:
    """Of events for a client that does not read no more are held than `slow-consumer-events` says,
    and what becomes of the rest is what `slow-consumer` declares.

    A client stops reading, and five more events are sent than may be held. With `block` so many
    calls at most have returned, and once the client reads on everything arrives. With
    `drop-oldest` all calls return; what arrives later is what was written already and the newest
    events, without a gap. With `close` the socket is closed, and every call ends. DECLINED where
    nothing is declared; NOT_EXERCISED when nothing was sent to the client.
    """
    policy, most = stage.conform.slow_consumer, stage.conform.slow_consumer_events
    decline_when(not policy or most is None, "`slow-consumer` declares nothing")
    assert most is not None
    slow = await stage.join(stage.alice)
    await must_arrive(stage, delivery, slow)
    slow.peer.stall()
    begun = [await begin_sending(stage, delivery, slow) for _ in range(most + _MORE)]
    await stage.settle()
    _must_be_tried(delivery, slow)
    match policy:
        case "block":
            await _must_block(stage, delivery, slow, begun, most)
        case "close":
            await _must_close(stage, delivery, slow, begun)
        case _:
            await _must_drop(stage, delivery, slow, begun, most)
    stage.witness(f"{len(begun)} events for a client that did not read, and as declared: {policy}")


async def _must_block(
    stage: Stage, delivery: BoundOperation, slow: Member, begun: list[Sending], most: int
) -> None:
    returned = sum(each.is_over and each.call.error is None for each in begun)
    if returned > most:
        raise Failed(
            f"`{delivery.call.name}` returned for {returned} events that a client has not read,"
            f" and {most} may be held",
            delivery.role,
            "unbounded",
        )
    slow.peer.resume()
    accepted = [each for each in begun if (await each.ended()).call.error is None]
    missing = [each for each in accepted if not await comes(stage, each.marker, slow)]
    if missing:
        raise Failed(
            f"{len(missing)} of {len(accepted)} events for a client that had not read never"
            f" arrived, though `{delivery.call.name}` returned",
            delivery.role,
            "lost",
            evidence=[("frames", frames(slow))],
        )


async def _must_close(
    stage: Stage, delivery: BoundOperation, slow: Member, begun: list[Sending]
) -> None:
    await _while_open(stage, slow)
    if slow.peer.is_open:
        raise Failed(
            f"`{delivery.call.name}` leaves a socket open whose client has not read"
            f" {len(begun)} events",
            delivery.role,
            "open",
        )
    if not stage.transport.closes_at_once:
        slow.peer.resume()  # nothing can be written to it before, and so no close either
    for each in begun:
        await each.ended()


async def _must_drop(
    stage: Stage, delivery: BoundOperation, slow: Member, begun: list[Sending], most: int
) -> None:
    waiting = [each for each in begun if not each.is_over]
    if waiting:
        raise Failed(
            f"`{delivery.call.name}` waits for a client that does not read, and it is declared"
            " that the oldest event is dropped",
            delivery.role,
            "waits",
            evidence=[("waits", waiting[0].waits)],
        )
    written = len(slow.peer.tried)
    slow.peer.resume()
    await stage.settle()  # what was held takes its time on a network
    last = await begin_sending(stage, delivery, slow)
    has_come = await comes(stage, last.marker, slow)
    await stage.settle()
    arrived = [came(each.marker, slow) for each in begun]
    evidence = [("arrived", "".join("x" if each else "-" for each in arrived))]
    held = sum(arrived) - written
    if held > most:
        raise Failed(
            f"{held} events were held for a client that did not read, and {most} may be",
            delivery.role,
            "unbounded",
            evidence=evidence,
        )
    if not has_come:
        raise Unexercised(f"no event of `{delivery.call.name}` arrived once the client read", "")
    newest = max(held, 1)
    if not all(arrived[-newest:]):
        raise Failed(
            "of the events for a client that did not read others than the oldest were dropped",
            delivery.role,
            "newest",
            evidence=evidence,
        )


async def once_in_spite_of_retries(stage: Stage, delivery: BoundOperation) -> None:
    """Whatever is tried again, no socket gets an event twice: not beside one whose connection is
    lost, and not one whose client reads late.

    What was once written to a connection arrives, even if whoever sent it no longer waits. So a
    send that took too long must not be made again on the same connection. NOT_EXERCISED when
    nothing was sent to the bad sockets.
    """
    late = await stage.join(stage.alice)
    await must_arrive(stage, delivery, late)
    late.peer.stall()
    begun = [await begin_sending(stage, delivery, late) for _ in range(2)]
    await _while_open(stage, late)
    _must_be_tried(delivery, late)
    late.peer.resume()
    for each in begun:
        await each.ended()
    await stage.settle()
    _must_be_once(delivery, late, [each.marker for each in begun], "whose client read late")
    if delivery.audience != "connection":
        good, bad = await crowd(stage, delivery, 2)
        bad.peer.reset()
        sent = [await stage.try_send(delivery, good) for _ in range(4)]
        await stage.arrives(sent[-1], good)
        await stage.settle()
        _must_be_tried(delivery, bad)
        markers = [each.marker for each in sent]
        _must_be_once(delivery, good, markers, "beside one whose connection was lost")
    stage.witness("what was sent to a bad socket was tried, and nobody got an event twice")


async def _while_open(stage: Stage, slow: Member) -> None:
    """As long as an event may take, unless the socket is closed: time enough to lose patience."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + stage.conform.arrival_s
    while slow.peer.is_open and deadline > loop.time():
        if not await slow.peer.news(deadline - loop.time()):
            return


def _must_be_once(delivery: BoundOperation, member: Member, markers: list[str], who: str) -> None:
    doubled = [
        each for each in markers if sum(each in frame.text for frame in member.peer.frames) > 1
    ]
    if doubled:
        raise Failed(
            f"{len(doubled)} of {len(markers)} events of `{delivery.call.name}` reached a socket"
            f" more than once, {who}",
            delivery.role,
            "twice",
            evidence=[("frames", frames(member))],
        )


def _must_be_tried(delivery: BoundOperation, *members: Member) -> None:
    if not any(each.peer.tried for each in members):
        raise Unexercised(f"`{delivery.call.name}` sent nothing to the bad sockets", "")


SLOW = (
    Property(
        "G3",
        "a client that does not read delays nobody",
        ("delivery",),
        judge_delivery=slow_delays_nobody,
    ),
    Property(
        "G4",
        "what is held for a client is bounded",
        ("delivery",),
        judge_delivery=slow_is_bounded,
    ),
    Property(
        "G10",
        "retries reach nobody twice",
        ("delivery",),
        judge_delivery=once_in_spite_of_retries,
    ),
)
