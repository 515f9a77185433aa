"""I: what is left of sockets and events that are over."""

from __future__ import annotations

import asyncio
import atexit
import gc
import logging
import os
import re
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.clock import let_pass
from pluribus.conformance.forgetting import forget_calls
from pluribus.conformance.graph.walk import no_collection
from pluribus.conformance.holders import Contents, Holdings, cycle_through, held_by, name_of
from pluribus.conformance.properties.arrival import must_arrive
from pluribus.conformance.properties.base import IN_MEMORY, Property, decline_when
from pluribus.conformance.recording import Who
from pluribus.conformance.ruling import Failed
from pluribus.conformance.stage import Member, Stage

_WARM = 4
_FEW = 16
_MORE = 32
_CONNECTIONS = 8
HOUR_S = 3_600.0


async def freed(stage: Stage, delivery: BoundOperation) -> None:
    """A socket that was removed is freed: nothing of the subject refers to it any more.

    It has got an event, it is removed, its client is gone, and another socket has got one
    afterwards. PASS when it is gone within an hour, for which the clock of the loop is moved on;
    also when only the collector frees it, with the cycle that it was in. FAIL when it is still
    there then, with what holds it. DECLINED where nothing is removed.
    """
    alice = await stage.join(stage.alice)
    _must_remove(stage, alice)
    await must_arrive(stage, delivery, alice)
    holdings = _holdings(stage, alice.instance)
    gc.collect()
    with no_collection():
        seen = await _come_and_gone(stage, delivery)
        await must_arrive(stage, delivery, alice)
        await stage.settle()
        forget_calls(stage)
        if seen() is None:
            stage.witness("a socket was freed as soon as it was removed")
            return
        await let_pass(HOUR_S)
        if seen() is None:
            stage.witness("a socket was freed once all had noticed that its client was gone")
            return
        cycle = cycle_through(seen())
    gc.collect()
    if seen() is not None:
        holder = held_by(seen(), holdings)
        raise Failed(
            f"a socket that was removed is still held: {holder}",
            "remove",
            "held",
            hint="take it out of everything that it was put into",
            evidence=[("held by", holder)],
        )
    stage.witness(f"a socket was freed by the collector alone: {cycle or 'it was in a cycle'}")


async def _come_and_gone(stage: Stage, delivery: BoundOperation) -> weakref.ref[object]:
    """A socket that has been added, sent to and removed, of which the kit keeps nothing."""
    member = await stage.join(_visitor(stage))
    await must_arrive(stage, delivery, member)
    await _leave(stage, member)
    return weakref.ref(member.peer)


def _visitor(stage: Stage, number: int = 0) -> Who:
    """Somebody whom alice's instance serves as well."""
    if stage.adapter.sharing != "shared":
        return stage.alice
    user = stage.value("user", f"{stage.base}v{number}")
    return Who("visitor", user, stage.value("thread", f"{stage.base}-tv{number}"))


async def _leave(stage: Stage, member: Member) -> None:
    """Remove a socket, see its client go, and forget it."""
    await stage.leave(member)
    member.peer.leaves()
    stage.members.remove(member)
    stage.peers.remove(member.peer)


async def growth_by_events(stage: Stage, delivery: BoundOperation) -> None:
    """What an instance holds does not grow with the number of events that are over.

    Everything that it reaches is counted before and after some events. Where that has grown, as
    many events are sent as `remembers` allows, and it is counted again: FAIL when a container
    holds more entries than that, and one more with every other event at least. What is bounded by
    time alone grows meanwhile as well: decline it, or raise `remembers`. Text that grows, and
    objects of which each holds the next, are not seen.
    """
    alice = await stage.join(stage.alice)
    await must_arrive(stage, delivery, alice)

    async def send(count: int) -> None:
        for _ in range(count):
            await stage.send(delivery, alice)
        await must_arrive(stage, delivery, alice)
        await stage.settle()

    await _must_not_grow(stage, alice, send, "event")


async def growth_by_connections(stage: Stage, delivery: BoundOperation) -> None:
    """What an instance holds does not grow with the number of sockets that are gone.

    Counted as for I3, while sockets with ids of their own are added and removed.
    DECLINED where nothing is removed.
    """
    alice = await stage.join(stage.alice)
    _must_remove(stage, alice)
    await must_arrive(stage, delivery, alice)
    come_and_go = _visitors(stage, delivery, alice, is_sent_to=False)
    await _must_not_grow(stage, alice, come_and_go, "connection")


def _visitors(
    stage: Stage, delivery: BoundOperation, alice: Member, *, is_sent_to: bool
) -> Callable[[int], object]:
    number = 0

    async def come_and_go(count: int) -> None:
        nonlocal number
        for _ in range(count):
            number += 1
            connection = stage.value("connection", f"{stage.base}-v{number}")
            member = await stage.join(_visitor(stage, number), connection=connection)
            if is_sent_to:
                await stage.send(delivery, member)
            await _leave(stage, member)
        await must_arrive(stage, delivery, alice)
        await stage.settle()

    return come_and_go


async def _must_not_grow(
    stage: Stage, alice: Member, repeat: Callable[[int], object], what: str
) -> None:
    holdings = _holdings(stage, alice.instance)

    async def measured(count: int) -> tuple[Contents, Contents]:
        before = holdings.now()
        await _done(repeat(count))
        return before, holdings.now()

    await _done(repeat(_WARM))
    before, after = await measured(_FEW)
    if after.weight - before.weight < _FEW // 2:
        stage.witness(f"{_FEW} {what}s, and nothing grew")
        return
    most = stage.conform.remembers
    await _done(repeat(most))
    before, after = await measured(_MORE)
    found = holdings.grown(before, after, least=_MORE // 2, above=most)
    if found:
        raise Failed(
            f"`{found[0][0]}` holds more than {most} entries, and grows with each {what}",
            "growth",
            _without_keys(found[0][0]),
            hint="let go of what is over, or bound it; or raise `remembers`",
            evidence=[
                ("grew", f"{path}: {more} entries with {_MORE} {what}s")
                for path, more in found[:5]
            ],
        )
    stage.witness(f"nothing holds more than {most} entries and grows with each {what}")


def _without_keys(path: str) -> str:
    """What is the same in every run: keys are ids."""
    return re.sub(r"\[.*?\]", "[]", path)


async def nothing_left(stage: Stage, delivery: BoundOperation) -> None:
    """Sockets that are gone leave no task, thread, timer or open file behind, an hour later, no
    handler of a log and no function for the exit.

    Sockets are added, sent to and removed, and the clock of the loop is moved on, so that what
    ends by itself has ended. FAIL when there is one more for each of them; as some things are made
    for the first few only, many more come and go before that is said. After a declared `shutdown`
    no task may be left at all. DECLINED where nothing is removed.
    """
    before = asyncio.all_tasks()
    alice = await stage.join(stage.alice)
    _must_remove(stage, alice)
    await must_arrive(stage, delivery, alice)
    come_and_go = _visitors(stage, delivery, alice, is_sent_to=True)
    await _done(come_and_go(_WARM))
    kinds = await _left_by(come_and_go, _CONNECTIONS)
    if kinds:
        await _done(come_and_go(_CONNECTIONS * 8))
        kinds = await _left_by(come_and_go, _CONNECTIONS * 2)
    if kinds:
        kind, named = kinds[0]
        raise Failed(
            f"each socket that is gone leaves a {kind} behind: {named}",
            "left",
            kind,
            hint="end it when the socket is removed",
            evidence=[(f"a {each}", text) for each, text in kinds],
        )
    ends = ""
    if stage.adapter.declared("shutdown").call:
        call = await stage.perform(stage.required("shutdown", alice.instance), alice)
        await let_pass(HOUR_S)
        left = asyncio.all_tasks() - before
        if left:
            names = sorted({name_of(each.get_coro()) for each in left})
            raise Failed(
                f"`{call.name}` leaves tasks running: {', '.join(names)}", call.name, *names
            )
        ends = f", and none ran after `{call.name}`"
    stage.witness(f"{_CONNECTIONS} sockets left no task, thread, timer or file behind{ends}")


async def _left_by(come_and_go: Callable[[int], object], count: int) -> list[tuple[str, str]]:
    """The kinds of things of which there are so many more after so many sockets."""
    before = _running()
    await _done(come_and_go(count))
    await let_pass(HOUR_S)
    after = _running()
    found = []
    for kind, now in after.items():
        new = list(now)
        for each in before[kind]:
            if each in new:
                new.remove(each)
        if len(now) - len(before[kind]) >= count:
            found.append((kind, ", ".join(dict.fromkeys(new)) or "unnamed"))
    return found


def _running() -> dict[str, list[str]]:
    """By kind the names of all that runs, is open or will be called."""
    loop = asyncio.get_running_loop()
    timers = [each for each in getattr(loop, "_scheduled", ()) if not each.cancelled()]
    folder = Path("/proc/self/fd")
    loggers = (logging.getLogger(), *logging.Logger.manager.loggerDict.values())
    return {
        "task": sorted(name_of(each.get_coro()) for each in asyncio.all_tasks()),
        "thread": sorted(each.name.rstrip("0123456789") for each in threading.enumerate()),
        "timer": ["a timer" for _ in timers],
        "file": ["an open file" for _ in os.listdir(folder)] if folder.is_dir() else [],
        "handler of a log": sorted(
            type(handler).__qualname__
            for each in loggers
            for handler in getattr(each, "handlers", ())
        ),
        # Python tells how many there are, and nothing else.
        "function for the exit": ["of atexit"] * getattr(atexit, "_ncallbacks", lambda: 0)(),
    }


async def _done(doing: object) -> None:
    assert asyncio.iscoroutine(doing)
    await doing


def _must_remove(stage: Stage, member: Member) -> None:
    decline_when(
        stage.adapter.operation("remove", member.instance) is None
        and not stage.adapter.declared("remove").call,
        "no operation removes a socket",
    )


def _holdings(stage: Stage, instance: object) -> Holdings:
    """Of an instance, with all code of the packages that it and its factories are from."""
    modules = (type(instance).__module__, *stage.adapter.definitions)
    packages = {each.partition(":")[0].partition(".")[0] for each in modules}
    return Holdings(instance, lambda module: module.partition(".")[0] in packages)


RESOURCES = (
    Property(
        "I1",
        "a removed socket is freed",
        ("remove",),
        judge_delivery=freed,
        transports=IN_MEMORY,
        takes_long=True,
    ),
    Property(
        "I3",
        "events that are over cost nothing",
        ("delivery",),
        judge_delivery=growth_by_events,
        transports=IN_MEMORY,
    ),
    Property(
        "I4",
        "sockets that are gone cost nothing",
        ("add", "remove"),
        judge_delivery=growth_by_connections,
        transports=IN_MEMORY,
    ),
    Property(
        "I5",
        "sockets that are gone leave nothing running",
        ("add", "remove"),
        judge_delivery=nothing_left,
        transports=IN_MEMORY,
    ),
)
