"""Runs one user alone and beside another, each time in a fresh copy of the process."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase

import msgspec

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.copies import in_copy
from pluribus.conformance.deliveries import deliveries
from pluribus.conformance.history import Call, described
from pluribus.conformance.ruling import Hung, Ruled, Unexercised
from pluribus.conformance.stage import Sent, Stage
from pluribus.conformance.strangers import SOCKETS, Stranger, joined, strangers

Step = tuple[str, str]
"""Who, and what they do."""
STEPS: tuple[Step, ...] = (
    ("bob", "sends"),
    ("alice", "joins"),
    ("alice", "sends"),
    ("alice", "sends 20 times"),
    ("alice", "leaves"),
)
"""Whom it is about comes first: what is left out last tells least."""
ALL: tuple[Step, ...] = (
    ("alice", "joins"),
    ("bob", "sends"),
    ("alice", "sends"),
    ("bob", "sends"),
    ("alice", "sends 20 times"),
    ("bob", "sends"),
    ("alice", "leaves"),
)
_BURST = 20
_WORD = re.compile(r"[\w.:+-]+")
_DIGIT = re.compile(r"\d")
_LEFT_OUT = "0"
_EVENT = re.compile(r"event [A-Z]\b")
"""As `_plain` writes it."""


class Seen(msgspec.Struct, frozen=True):
    """What one user saw of a run, without what differs from run to run."""

    calls: tuple[str, ...] = ()
    """What came of each call of theirs."""
    frames: tuple[str, ...] = ()
    """What their socket was told, in order."""
    arrived: bool = False
    """Whether what they sent last came back to them."""
    in_company: bool = False
    """Whether the other one joined."""
    cut: str = ""
    """How the run ended, where it did not come to its end."""
    missing: str = ""
    """Why there was nothing to see."""
    hint: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        return (*self.calls, *self.frames)


@dataclass
class Cast:
    """The two in one run."""

    stage: Stage
    """Of bob, whose view it is. His ids and markers are the same in every run."""
    beside: Stage
    """Of alice, whose values are drawn apart."""
    alice: Stranger
    bob: Stranger
    delivery: BoundOperation
    calls: list[str] = field(default_factory=list)
    """What came of each of bob's."""


async def cast(stage: Stage) -> Cast:
    """Both, and bob has joined."""
    beside = type(stage)(stage.adapter, seed=int(stage.base[3:], 16), ordinal=1)
    beside.go_on_from(stage)
    _, bob = strangers(stage)
    alice, _ = strangers(beside)
    every = await deliveries(stage, bob.who)
    if stage.adapter.sharing == "shared":
        # The kit may have made the one instance that there is.
        beside._instances = stage._instances  # noqa: SLF001  # two stages of one run
    private = [each for each in every if each.audience != "all"]
    made = Cast(stage, beside, alice, bob, (private or every)[0])
    await joined(stage, bob)
    return made


async def played(stage: Stage, steps: Sequence[Step]) -> Seen:
    """What bob sees of a run. He joins first, and sends a last event when all is done. A call of
    his that does not return ends the run, one of alice's only what she does."""
    made = await cast(stage)
    is_alice_free = True
    for who, what in steps:
        if who == "bob":
            if await _bob_sends(made) is None:
                return _seen(made, arrived=False)
        elif is_alice_free:
            # Whatever comes of it: it is bob who is looked at.
            with contextlib.suppress(Unexercised):
                try:
                    await _alice(made, what)
                except Hung:
                    is_alice_free = False
    last = await _bob_sends(made)
    arrived = last is not None and await stage.arrives(last, made.bob.members[0])
    await stage.settle()
    return _seen(made, arrived=arrived)


async def _bob_sends(made: Cast) -> Sent | None:
    try:
        sent = await made.stage.try_send(made.delivery, made.bob.members[0])
    except Hung as hung:
        made.calls.append(f"`{hung.call.name}` did not return")
        return None
    made.calls.append(f"`{sent.call.name}` {_outcome(made, sent.call)}")
    return sent


async def _alice(made: Cast, what: str) -> None:
    members = [each for each in made.alice.members if not each.removed]
    if what == "joins" and len(made.alice.members) < SOCKETS:
        await joined(made.beside, made.alice)
    elif what == "leaves" and members:
        if made.beside.adapter.operation("remove", members[-1].instance) is not None:
            await made.beside.try_leave(members[-1])
    elif what.startswith("sends") and members and made.delivery.audience != "all":
        for _ in range(_BURST if "times" in what else 1):
            await made.beside.try_send(made.delivery, members[-1])


def _seen(made: Cast, *, arrived: bool) -> Seen:
    frames = [frame.text for frame in made.bob.peers[0].frames]
    if made.delivery.audience == "all" or _is_public(made):
        # Where everybody is told things, to be told that somebody came is no interference.
        frames = [each for each in frames if any(m in each for m in made.stage.markers)]
    return Seen(
        tuple(made.calls),
        tuple(_plain(made, each) for each in frames),
        arrived=arrived,
        in_company=bool(made.alice.members),
    )


def _is_public(made: Cast) -> bool:
    stage = made.stage
    broadcast = stage.adapter.operation("broadcast", made.bob.members[0].instance)
    return stage.adapter.sharing == "shared" and broadcast is not None


def _outcome(made: Cast, call: Call) -> str:
    if call.error is not None:
        return f"raised {_plain(made, described(call.error))}"
    if isinstance(call.result, bool | None):
        return f"returned {call.result}"
    has_meaning = call.role == made.delivery.role and made.delivery.declared.reports
    if has_meaning and isinstance(count := made.delivery.reported(call.result), int):
        return f"returned {count}"
    return f"returned {type(call.result).__name__}"


def _plain(made: Cast, text: str) -> str:
    """Bob's markers by letters, and 0 for each word with a digit in it: an id, a time, a
    count."""
    for letter, marker in zip(ascii_uppercase, made.stage.markers, strict=False):
        text = text.replace(marker, f"event {letter}")
    return _WORD.sub(lambda each: _LEFT_OUT if _DIGIT.search(each[0]) else each[0], text)


class Runs:
    """Runs of one property, each from the state in which this process is now."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def seen(self, steps: Sequence[Step], *, arrival_s: float | None = None) -> Seen:
        """What bob sees of some steps.

        Raises:
            Unexercised: there is nothing to see.
        """
        conform = self._stage.conform
        timeout_s = 5 * conform.timeout_s + 2 * conform.arrival_s
        copy = in_copy(lambda _: self._played(steps, arrival_s), timeout_s=timeout_s)
        if not copy.answer:
            return Seen(calls=(f"the run {copy.ended}",), cut=copy.ended)
        seen = msgspec.json.decode(copy.answer, type=Seen)
        if seen.missing:
            raise Unexercised(seen.missing, seen.hint)
        return seen

    def _played(self, steps: Sequence[Step], arrival_s: float | None) -> bytes:
        # Or else what is drawn in a copy would be drawn in each, but for what alice uses up.
        random.seed()
        if arrival_s is not None:
            self._stage.conform = msgspec.structs.replace(self._stage.conform, arrival_s=arrival_s)
        loop = asyncio.new_event_loop()
        try:
            seen = loop.run_until_complete(played(self._stage, steps))
        except Ruled as ruled:
            seen = Seen(missing=str(ruled), hint=getattr(ruled, "hint", ""))
        return msgspec.json.encode(seen)


def alone(steps: Sequence[Step]) -> list[Step]:
    """The same without alice."""
    return [each for each in steps if each[0] == "bob"]


def difference(views: Sequence[Seen], other: Seen) -> tuple[str, str] | None:
    """Where `other` differs from what was seen each time alone, as a line of each; None where it
    does not. What differs among the views themselves says nothing. Where events are sent several
    in one frame, events are compared in place of frames.

    Raises:
        Unexercised: they differ in more than words.
    """
    if any(_is_batch(frame) for each in (*views, other) for frame in each.frames):
        views, other = [_by_events(each) for each in views], _by_events(other)
    first = views[0]
    shapes = {_shape(each) for each in views}
    if len(shapes) > 1:
        raise Unexercised(
            "one user alone is not told the same twice", "what is random must keep its form"
        )
    if _shape(other) != _shape(first):
        return _first_difference(first.lines, other.lines)
    for number, (line, mine) in enumerate(zip(other.lines, first.lines, strict=True)):
        columns = list(zip(*(_WORD.findall(each.lines[number]) for each in views), strict=True))
        for word, known in zip(_WORD.findall(line), columns, strict=True):
            is_fixed = len(set(known)) == 1 and _LEFT_OUT not in (known[0], word)
            if is_fixed and word != known[0]:
                return mine, line
    return None


def _is_batch(frame: str) -> bool:
    return len(set(_EVENT.findall(frame))) > 1


def _by_events(seen: Seen) -> Seen:
    """With a line an event in place of a line a frame: which events share a frame is a matter of
    when the loop had its turn."""
    events = tuple(each for frame in seen.frames for each in _EVENT.findall(frame) or [frame])
    return msgspec.structs.replace(seen, frames=events)


def _shape(seen: Seen) -> tuple[int, tuple[int, ...], bool]:
    words = tuple(len(_WORD.findall(each)) for each in seen.lines)
    return len(seen.calls), words, seen.arrived


def _first_difference(mine: Sequence[str], others: Sequence[str]) -> tuple[str, str]:
    for number in range(max(len(mine), len(others))):
        one = mine[number] if number < len(mine) else "nothing more"
        other = others[number] if number < len(others) else "nothing more"
        if one != other:
            return one, other
    return "the last event arrived", "it did not arrive"
