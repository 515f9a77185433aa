"""F: clients whose connection is lost, and who come back."""

from __future__ import annotations

import re

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.overlapping import begin, begin_sending
from pluribus.conformance.properties.arrival import came, comes, frames, must_arrive
from pluribus.conformance.properties.base import Property, decline_when
from pluribus.conformance.resuming import (
    come_back,
    go_away,
    seen_in,
    tells_of_a_gap,
    try_come_back,
)
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Member, Sent, Stage
from pluribus.contract.conform import Resume

_AWAY = 3
"""Events that are sent while nobody is there."""
_UNKNOWN = 1_000_000


def _promised(stage: Stage) -> Resume:
    resume = stage.conform.resume
    decline_when(resume is None, "resume is not promised")
    assert resume is not None
    return resume


async def _was_there(
    stage: Stage, resume: Resume, delivery: BoundOperation, member: Member
) -> object:
    """What a client has seen last, when it has seen two events."""
    await must_arrive(stage, delivery, member)
    last = await stage.send(delivery, member)
    return await seen_in(stage, resume, last, member)


async def live_again(stage: Stage, delivery: BoundOperation) -> None:
    """A client that comes back gets what is sent from then on.

    FAIL when it does not. DECLINED where `resume` is not declared; NOT_EXERCISED when it is
    refused, or no event arrives before.
    """
    resume = _promised(stage)
    alice = await stage.join(stage.alice)
    seen = await _was_there(stage, resume, delivery, alice)
    await go_away(stage, alice)
    back = await come_back(stage, resume, stage.alice, seen)
    later = await stage.send(delivery, back)
    if not await stage.arrives(later, back):
        raise Failed(
            f"`{delivery.call.name}` does not reach a client that has come back",
            delivery.role,
            "live",
        )
    stage.witness("a client that came back got what was sent from then on")


async def replayed(stage: Stage, delivery: BoundOperation) -> None:
    """A client that comes back gets what it has missed: all of it, each event once and in order,
    before what is new, and nothing that it has seen.

    Three events are sent while it is away, and one when it is back. DECLINED where `resume` is
    not declared; NOT_EXERCISED when it is refused, or no event arrives before.
    """
    resume = _promised(stage)
    alice = await stage.join(stage.alice)
    seen = await _was_there(stage, resume, delivery, alice)
    before = list(stage.markers)
    await go_away(stage, alice)
    missed = [await stage.send(delivery, alice) for _ in range(min(_AWAY, resume.holds))]
    back = await come_back(stage, resume, stage.alice, seen)
    later = await stage.send(delivery, back)
    await stage.arrives(later, back)
    await stage.settle()
    _must_not_repeat(delivery, back, before)
    _must_be_whole(stage, delivery, back, [*missed, later])
    stage.witness(f"a client that came back got the {len(missed)} events that it had missed")


def _must_not_repeat(delivery: BoundOperation, back: Member, before: list[str]) -> None:
    again = [marker for marker in before if came(marker, back)]
    if again:
        raise Failed(
            f"{len(again)} events of `{delivery.call.name}` that a client had seen came again when"
            " it came back",
            delivery.role,
            "again",
            evidence=[("frames", frames(back))],
        )


def _must_be_whole(stage: Stage, delivery: BoundOperation, back: Member, sent: list[Sent]) -> None:
    expected = [each.marker for each in sent]
    order = [marker for marker in stage.order(back) if marker in expected]
    if order == expected:
        return
    missing = [number for number, marker in enumerate(expected, 1) if marker not in order]
    doubled = len(order) > len(set(order))
    how = "gap" if missing else "twice" if doubled else "order"
    said = {
        "gap": f"misses {len(missing)} of {len(expected)} events",
        "twice": "gets events twice",
        "order": "gets events in another order than they were sent",
    }[how]
    positions = ", ".join(str(expected.index(marker) + 1) for marker in order)
    raise Failed(
        f"a client that comes back {said} of `{delivery.call.name}`",
        delivery.role,
        how,
        evidence=[("arrived as", positions or "nothing"), ("frames", frames(back))],
    )


async def gap_is_told(stage: Stage, delivery: BoundOperation) -> None:
    """Who has missed more than is held is told so: by a frame with the fields of `gap`, or by a
    refusal. Never is it silent.

    Five events more than `holds` are sent while the client is away. FAIL when some never come and
    nothing says so. DECLINED where `resume` is not declared.
    """
    resume = _promised(stage)
    alice = await stage.join(stage.alice)
    seen = await _was_there(stage, resume, delivery, alice)
    await go_away(stage, alice)
    missed = [await stage.send(delivery, alice) for _ in range(resume.holds + 5)]
    await _must_tell(stage, resume, delivery, seen, missed)


async def unknown_is_told(stage: Stage, delivery: BoundOperation) -> None:
    """An id that was never given out, as after a restart of the server, is told of like a gap: by
    a frame with the fields of `gap`, or by a refusal.

    The client has seen one event, and comes back with a number that is far beyond, or with other
    text; where text ends in a number, with one that is far beyond, too. FAIL when that is taken
    for granted while events that it has missed do not come. DECLINED where `resume` is not
    declared.
    """
    resume = _promised(stage)
    alice = await stage.join(stage.alice)
    seen = await _was_there(stage, resume, delivery, alice)
    await go_away(stage, alice)
    missed = [await stage.send(delivery, alice)]
    for unknown in _unknown(seen):
        await _must_tell(stage, resume, delivery, unknown, missed)


def _unknown(seen: object) -> list[object]:
    """Ids of the same kind that were never given out."""
    if isinstance(seen, int | float):
        return [seen + _UNKNOWN]
    beyond = re.sub(r"[0-9]{1,9}$", lambda each: str(int(each[0]) + _UNKNOWN), str(seen))
    return [f"{seen}-of-another-life", *([beyond] if beyond != seen else [])]


async def _must_tell(
    stage: Stage, resume: Resume, delivery: BoundOperation, seen: object, missed: list[Sent]
) -> None:
    back, call = await try_come_back(stage, resume, stage.alice, seen)
    is_refused = call.error is not None or call.result is False or not back.peer.is_open
    if is_refused:
        stage.witness(f"`{call.name}` refused, because events were lost")
        return
    later = await stage.send(delivery, back)
    if not await stage.arrives(later, back):
        raise Unexercised("nothing reached the client that came back", "F1 says more about it")
    await stage.settle()
    lost = [each for each in missed if not came(each.marker, back)]
    if lost and not tells_of_a_gap(resume, back):
        raise Failed(
            f"{len(lost)} of {len(missed)} events are lost to a client that came back, and nothing"
            " tells it so",
            call.name,
            "silent",
            hint="declare `resume.gap`, the fields of the frame that tells of a loss",
            evidence=[("frames", frames(back))],
        )
    stage.witness(f"a client that came back lost {len(lost)} events, and was told")


async def nothing_of_others(stage: Stage, delivery: BoundOperation) -> None:
    """Who comes back with the id of another user's event gets nothing of that user: neither what
    was sent to them while nobody was there, nor what is sent later.

    It may be refused. Silence counts only where the events reached their own user in the end, and
    a fence the other. DECLINED where `resume` is not declared.
    """
    resume = _promised(stage)
    alice, bob = await stage.join(stage.alice), await stage.join(stage.bob)
    seen = await _was_there(stage, resume, delivery, alice)
    await must_arrive(stage, delivery, bob)
    await go_away(stage, alice)
    missed = [await stage.send(delivery, alice) for _ in range(min(_AWAY, resume.holds))]
    await go_away(stage, bob)
    thief, call = await try_come_back(stage, resume, stage.bob, seen)
    back = await come_back(stage, resume, stage.alice, seen)
    own = [await comes(stage, each.marker, back) for each in missed]
    is_refused = call.error is not None or not thief.peer.is_open
    fenced = is_refused or await stage.fence(delivery, thief)
    await stage.settle()
    if any(came(each.marker, thief) for each in missed):
        raise Failed(
            f"who came back with the id of another user's event got events of that user, which"
            f" `{delivery.call.name}` had sent",
            delivery.role,
            "leak",
            evidence=[("frames", frames(thief))],
        )
    if not all(own):
        raise Unexercised("the events did not reach their own user", "F2 says more about it")
    if not fenced:
        raise Unexercised("no fence reached the other user", "D1 says more about it")
    stage.witness("another user's id gave nothing away, and their events reached themselves")


async def only_who_resumes(stage: Stage, delivery: BoundOperation) -> None:
    """What one client has missed is not sent again to another that was there all the time.

    DECLINED where `resume` is not declared; NOT_EXERCISED when one that was there gets no event,
    or when nothing of what was missed reaches the one that came back.
    """
    resume = _promised(stage)
    alice, tab = await stage.join(stage.alice), await stage.join(stage.alice)
    await must_arrive(stage, delivery, tab)
    seen = await _was_there(stage, resume, delivery, alice)
    await go_away(stage, alice)
    missed = [await stage.send(delivery, tab) for _ in range(min(_AWAY, resume.holds))]
    back = await come_back(stage, resume, stage.alice, seen)
    later = await stage.send(delivery, tab)
    if not await stage.arrives(later, tab):
        raise Unexercised("nothing reached the client that was there", "F7 says more about it")
    await stage.settle()
    if not all(came(each.marker, back) for each in missed):
        raise Unexercised("what was missed did not come", "F2 says more about it")
    doubled = [each for each in missed if stage.count(each, tab) > 1]
    if doubled:
        raise Failed(
            f"{len(doubled)} events of `{delivery.call.name}` came again at a client that was"
            " there all the time, because another came back",
            delivery.role,
            "others",
            evidence=[("frames", frames(tab))],
        )
    stage.witness("what was missed came to the client that came back, and to no other again")


async def during_the_handshake(stage: Stage, delivery: BoundOperation) -> None:
    """An event that is sent while a client is coming back reaches it once, and in its place.

    The client reads nothing at first, so that its coming back stands still while the event is
    sent. DECLINED where `resume` is not declared; NOT_EXERCISED when it is refused.
    """
    resume = _promised(stage)
    alice = await stage.join(stage.alice)
    seen = await _was_there(stage, resume, delivery, alice)
    await go_away(stage, alice)
    missed = [await stage.send(delivery, alice) for _ in range(min(_AWAY, resume.holds))]
    coming = await begin(stage, try_come_back(stage, resume, stage.alice, seen, is_reading=False))
    meanwhile = await begin_sending(stage, delivery, alice)
    await stage.settle()
    stage.peers[-1].resume()
    back, call = await coming.ended()
    between = await meanwhile.ended()
    if call.error is not None or not back.peer.is_open:
        raise Unexercised(f"`{call.name}` refused a client that came back", "F1 says more")
    later = await stage.send(delivery, back)
    await stage.arrives(later, back)
    await stage.settle()
    _must_be_whole(stage, delivery, back, [*missed, between, later])
    stage.witness("an event that was sent while a client came back reached it once")


async def no_theft(stage: Stage, delivery: BoundOperation) -> None:
    """A new client of the same user takes nothing from one that comes back: the one gets what it
    has missed, and both get what is sent later.

    DECLINED where `resume` is not declared; NOT_EXERCISED when one of them is refused.
    """
    resume = _promised(stage)
    alice = await stage.join(stage.alice)
    seen = await _was_there(stage, resume, delivery, alice)
    await go_away(stage, alice)
    missed = [await stage.send(delivery, alice) for _ in range(min(_AWAY, resume.holds))]
    tab = await stage.join(stage.alice)
    back = await come_back(stage, resume, stage.alice, seen)
    later = await stage.send(delivery, back)
    await stage.arrives(later, back)
    await stage.settle()
    _must_be_whole(stage, delivery, back, [*missed, later])
    if not await stage.arrives(later, tab):
        raise Failed(
            f"`{delivery.call.name}` no longer reaches a client after another of the same user"
            " came back",
            delivery.role,
            "stolen",
        )
    stage.witness("a new client took nothing from the one that came back, nor it from that")


_JUDGES = (
    ("F1", "who comes back gets what is new", live_again),
    ("F2", "who comes back gets what was missed", replayed),
    ("F3", "a gap is told", gap_is_told),
    ("F4", "another's id gives nothing away", nothing_of_others),
    ("F5", "a replay is for one client", only_who_resumes),
    ("F6", "nothing is lost while a client comes back", during_the_handshake),
    ("F7", "a new client takes nothing away", no_theft),
    ("F8", "an unknown id is told", unknown_is_told),
)

RESUME = tuple(
    Property(
        name,
        title,
        ("add", "delivery"),
        judge_delivery=judge,
        audiences=frozenset({"user", "thread"}),
        otherwise="it is not for a user or a thread",
    )
    for name, title, judge in _JUDGES
)
