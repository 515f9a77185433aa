"""I: what is left of an instance that was released."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import weakref
from collections.abc import Callable
from time import monotonic

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.clock import let_pass
from pluribus.conformance.forgetting import forget_calls
from pluribus.conformance.graph.walk import no_collection
from pluribus.conformance.holders import cycle_through
from pluribus.conformance.properties.arrival import must_arrive
from pluribus.conformance.properties.base import IN_MEMORY, Property, decline_when
from pluribus.conformance.properties.factory import called
from pluribus.conformance.properties.release import MANY_USERS, UNDECLARED
from pluribus.conformance.properties.resources import HOUR_S
from pluribus.conformance.recording import Who
from pluribus.conformance.releasing import release
from pluribus.conformance.retention import Retention, Way
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Stage
from pluribus.conformance.subject import belongs_to, packages_of

_PATIENCE_S = 40.0
"""For all who come and go: seconds, unless the machine has much else to do."""
_SHOWN = 2
"""As many of those who come and go later are in the program of a failure."""


async def instance_freed(stage: Stage, delivery: BoundOperation) -> None:
    """An instance that was released is freed: nothing of the subject refers to it any more.

    A socket joins, gets an event, is removed, and its client is gone; then the instance is
    released as `ops.dispose` says, and somebody else gets one and an event. PASS when it is gone
    within an hour, for which the clock of the loop is moved on; also when only the collector frees
    it, with the cycle that it was in, and also when it goes while others come and go in the same
    way, as from a cache that is bounded. FAIL when it is still there after eleven hundred of them,
    with the way that leads to it. What forgets by another clock than that of the loop is taken for
    a leak: decline it. DECLINED where one instance is shared by all, which is meant to live.
    """
    decline_when(stage.conform.ops.dispose is None, UNDECLARED)
    decline_when(
        stage.adapter.sharing == "shared", "one instance is shared by all, and is meant to live"
    )
    called(stage)
    gc.collect()
    with no_collection():
        seen = await _released(stage, delivery, stage.alice)
        stage.history.imports |= {"import gc", "import weakref"}
        other = await stage.join(stage.bob)
        await must_arrive(stage, delivery, other)
        await stage.settle()
        forget_calls(stage)
        if seen() is None:
            stage.witness("an instance was freed as soon as it was released")
            return
        await let_pass(HOUR_S)
        forget_calls(stage)
        if seen() is None:
            stage.witness("an instance was freed within an hour of its release")
            return
        cycle = cycle_through(seen())
    gc.collect()
    if seen() is None:
        stage.witness(
            f"an instance was freed by the collector alone: {cycle or 'it was in a cycle'}"
        )
        return
    others = await _others_come_and_go(stage, delivery, seen)
    if seen() is not None:
        _must_be_bounded(_way_to(stage, seen()), others)
    stage.witness(f"an instance was freed when {others} others had come and gone after it")


async def _released(stage: Stage, delivery: BoundOperation, who: Who) -> weakref.ref[object]:
    """An instance that was used and released, of which the kit keeps nothing.

    As of a request that is over: in a task of its own, whose context variables go with it.
    """
    life = _life(stage, delivery, who)
    return await asyncio.get_running_loop().create_task(life, context=contextvars.copy_context())


async def _life(stage: Stage, delivery: BoundOperation, who: Who) -> weakref.ref[object]:
    # Ids of its own: who remembers those that are over is asked for it by I4.
    connection = stage.value("connection", f"{who.thread}-c")
    member = await stage.join(who, connection=connection)
    instance = member.instance
    await must_arrive(stage, delivery, member)
    if stage.adapter.operation("remove", instance) is not None:
        await stage.leave(member)
    member.peer.leaves()
    await stage.settle()
    variable = stage.variable(instance)
    call = await release(stage, who, instance, variable)
    if call.error is not None:
        raise Unexercised(f"`{call.name}` raised {call.raised}", "B11 says more about it")
    stage.members.remove(member)
    stage.peers.remove(member.peer)
    try:
        seen = weakref.ref(instance)
    except TypeError:
        raise Unexercised(
            f"instances of `{type(instance).__qualname__}` take no weak references, so that it"
            " cannot be seen whether they are freed",
            "add `__weakref__` to `__slots__`",
        ) from None
    if who is stage.alice:
        stage.history.lines += [f"released = weakref.ref({variable})", f"del {variable}"]
        stage.history.ending += ["gc.collect()", 'print("still there:", released())']
    return seen


async def _others_come_and_go(
    stage: Stage, delivery: BoundOperation, seen: Callable[[], object]
) -> int:
    """How many did until what is seen was gone, or until there have been enough."""
    until = monotonic() + _PATIENCE_S
    for number in range(1, MANY_USERS + 1):
        mark, sockets = stage.mark(), len(stage.history.sockets)
        await _released(stage, delivery, stage.somebody(number))
        forget_calls(stage)
        if number > _SHOWN:
            stage.forget(mark)
            del stage.history.sockets[sockets:]
        if seen() is None:
            return number
        if monotonic() > until:
            break
    gc.collect()
    return number


def _way_to(stage: Stage, instance: object) -> Way:
    adapter = stage.adapter
    roots = [(each.definition, each.target) for each in adapter.factories()]
    retention = Retention(belongs_to(packages_of(adapter.concept)), roots)
    way = retention.way_to(instance)
    if way is None:
        raise Unexercised(
            "an instance that was released is still there, and Python does not show what holds it",
            "it may be held by a library that is written in C",
        )
    return way


def _must_be_bounded(way: Way, others: int) -> None:
    """Raise what is to be said of an instance that is still there."""
    if way.bound is not None:
        raise Unexercised(
            f"an instance that was released is in a cache of at most {way.bound} entries, where"
            f" {others} others have not driven it out: {way.text}",
            "nothing is wrong with that; allow it, or make the cache smaller",
        )
    if others < MANY_USERS:
        raise Unexercised(
            f"an instance that was released is still held, and only {others} others came in time"
            f" to drive it out, if it can be: {way.text}",
            "what takes less time can be watched for longer",
        )
    raise Failed(
        f"an instance that was released is still held: {way.text}",
        "dispose",
        "held",
        hint="take it out of everything that it was put into, and end its tasks and timers",
        evidence=[("held by", way.text), ("others who came and went since", str(others))],
    )


INSTANCES = (
    Property(
        "I2",
        "a released instance is freed",
        ("factory",),
        judge_delivery=instance_freed,
        transports=IN_MEMORY,
        takes_long=True,
    ),
)
