"""D: runs that go on at the same time, and the order within each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.overlapping import Sending, begin_sending
from pluribus.conformance.properties.arrival import comes, frames
from pluribus.conformance.properties.base import Property, decline_when
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Member, Stage
from pluribus.contract.conform import RunGrammar, placeholders

_EVENTS = 4


async def order_within_runs(stage: Stage, delivery: BoundOperation) -> None:
    """Each run's events arrive in the order in which they were sent, while those of another run
    are sent in between.

    The client reads nothing at first, so that what is sent piles up; of each run an event is sent
    as soon as the call before it has returned. Events that do not arrive are a matter of D1 and
    G4. DECLINED where neither the operation nor `payload` is given a run; NOT_EXERCISED when of a
    run fewer than two events arrive.
    """
    member = await stage.join(stage.alice)
    runs = await _interleaved(stage, delivery, member)
    order = stage.order(member)
    for number, sent in enumerate(runs.values(), 1):
        expected = [each.marker for each in sent]
        arrived = [marker for marker in order if marker in expected]
        if arrived != [marker for marker in expected if marker in arrived]:
            positions = ", ".join(str(expected.index(each) + 1) for each in arrived)
            raise Failed(
                f"the events of one run of `{delivery.call.name}` arrived in another order than"
                " they were sent",
                delivery.role,
                "inverted",
                evidence=[("run", str(number)), ("arrived as", positions)],
            )
        if len(arrived) < 2:
            raise Unexercised(
                f"fewer than two events of a run of `{delivery.call.name}` arrived",
                "D1 says more about it",
            )
    stage.witness(f"{len(runs)} runs of {_EVENTS} events arrived, each in its order")


async def runs_not_mixed(stage: Stage, delivery: BoundOperation) -> None:
    """What arrives of one run names that run, and not another that goes on at the same time.

    Sent as for D6. A frame that holds events of both is not judged. DECLINED where the operation
    is given no run, or where nothing that arrives names one; NOT_EXERCISED when nothing arrives.
    """
    member = await stage.join(stage.alice)
    runs = await _interleaved(stage, delivery, member)
    judged = named = 0
    for run, sent in runs.items():
        others = [each for each in runs if each != run]
        foreign = [each.marker for other in others for each in runs[other]]
        for frame in member.peer.frames:
            is_of_run = any(each.marker in frame.text for each in sent)
            if not is_of_run or any(marker in frame.text for marker in foreign):
                continue
            judged += 1
            named += run in frame.text
            if any(other in frame.text for other in others):
                raise Failed(
                    f"`{delivery.call.name}` sent an event of one run under the name of another",
                    delivery.role,
                    "mixed",
                    evidence=[("run", run), ("frame", frame.text)],
                )
    if not judged:
        raise Unexercised(f"no event of `{delivery.call.name}` arrived", "D1 says more about it")
    decline_when(not named, "what arrives names no run")
    stage.witness(f"{named} of {judged} frames of {len(runs)} runs named their own")


async def _interleaved(
    stage: Stage, delivery: BoundOperation, member: Member
) -> dict[str, list[Sending]]:
    """Send events of two runs at the same time, first to a client that does not read."""
    decline_when(
        "run" not in delivery.call.takes | set(placeholders(stage.conform.payload)),
        f"`{delivery.call.name}` is given no run",
    )
    runs: dict[str, list[Sending]] = {f"{stage.base}-run-{each}": [] for each in "xy"}
    member.peer.stall()
    for _ in range(_EVENTS):
        for run, sent in runs.items():
            if not sent or sent[-1].is_over:
                sent.append(await begin_sending(stage, delivery, _in_run(member, run)))
    await stage.settle()
    member.peer.resume()
    for sent in runs.values():
        for each in sent:
            await each.ended()
    for _ in range(_EVENTS):
        for run, sent in runs.items():
            if len(sent) < _EVENTS:
                sent.append(await begin_sending(stage, delivery, _in_run(member, run)))
                await sent[-1].ended()
    for sent in runs.values():
        await comes(stage, sent[-1].marker, member)
    await stage.settle()
    return runs


def _in_run(member: Member, run: str) -> Member:
    return replace(member, who=replace(member.who, run=run))


async def pairing(stage: Stage, delivery: BoundOperation) -> None:
    """What arrives of a run is a whole run, as `run` declares: it begins with `first` and ends
    with `last`, each once, and what is opened is closed before it is opened again.

    One run is sent, in which each pair is opened and closed twice. DECLINED where `run` is not
    declared, or where the operation is not told the event; NOT_EXERCISED when nothing arrives.
    """
    grammar = stage.conform.run
    decline_when(grammar is None, "`run` declares no order of events")
    assert grammar is not None
    must_be_told_the_event(delivery)
    member = await stage.join(stage.alice)
    between = [name for _ in range(2) for pair in grammar.pairs.items() for name in pair]
    others = [each for each in stage.events() if each not in grammar.events]
    names = [grammar.first, *others, *between, grammar.last]
    sent = [await stage.send(delivery, member, event=each) for each in names]
    await stage.arrives(sent[-1], member)
    await stage.settle()
    known = {each.marker: each.event for each in sent}
    arrived = [known[marker] for marker in stage.order(member) if marker in known]
    if not arrived:
        raise Unexercised(f"no event of `{delivery.call.name}` arrived", "D1 says more about it")
    problem = _problem(arrived, grammar)
    if problem:
        raise Failed(
            f"what arrives of a run of `{delivery.call.name}` is no whole run: {problem}",
            delivery.role,
            problem,
            evidence=[
                ("sent", ", ".join(names)),
                ("arrived", ", ".join(arrived)),
                ("frames", frames(member)),
            ],
        )
    stage.witness(f"a run of {len(arrived)} events arrived whole")


def must_be_told_the_event(delivery: BoundOperation) -> None:
    """Decline where an operation is given neither the name of an event nor a message with it."""
    decline_when(
        not {"event", "message", "text"} & delivery.call.takes,
        f"`{delivery.call.name}` is not told which event it sends",
    )


def _problem(arrived: Sequence[str], grammar: RunGrammar) -> str:
    if arrived[0] != grammar.first:
        return f"it begins with `{arrived[0]}`"
    if arrived[-1] != grammar.last:
        return f"it ends with `{arrived[-1]}`"
    for once in (grammar.first, grammar.last):
        if arrived.count(once) != 1:
            return f"`{once}` comes {arrived.count(once)} times"
    opened = Counter[str]()
    closes = {end: start for start, end in grammar.pairs.items()}
    for each in arrived:
        if each in grammar.pairs:
            opened[each] += 1
            if opened[each] > 1:
                return f"`{each}` comes again before `{grammar.pairs[each]}`"
        elif each in closes:
            opened[closes[each]] -= 1
            if opened[closes[each]] < 0:
                return f"`{each}` comes without `{closes[each]}`"
    left = [each for each in grammar.pairs if opened[each]]
    return f"`{left[0]}` is never followed by `{grammar.pairs[left[0]]}`" if left else ""


RUNS = (
    Property("D6", "each run keeps its order", ("delivery",), judge_delivery=order_within_runs),
    Property("D8", "a run arrives whole", ("delivery",), judge_delivery=pairing),
    Property("D15", "runs are not mixed up", ("delivery",), judge_delivery=runs_not_mixed),
)
