"""H3: one instance in the event loops of two threads."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.history import Call
from pluribus.conformance.properties.base import IN_MEMORY, Property
from pluribus.conformance.properties.factory import called
from pluribus.conformance.properties.interface import declared_error
from pluribus.conformance.recording import Who
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.schedules.slow import one_turn
from pluribus.conformance.stage import Stage

_AT_ONCE = 2
_FAREWELL_S = 0.1


class _Thread(threading.Thread):
    """A thread with a loop of its own, which does what it is told and then goes on turning."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.loop = asyncio.new_event_loop()

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        self.loop.close()

    def does(self, work: Coroutine[Any, Any, _Used], timeout_s: float) -> _Used | None:
        """Do it; None when it does not come to its end in time."""
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        concurrent.futures.wait({future}, timeout_s)
        return future.result() if future.done() else None

    def end(self) -> None:
        """Let the loop go, with what is left in it."""

        async def cancel() -> None:
            left = asyncio.all_tasks() - {asyncio.current_task()}
            for task in left:
                task.cancel()
            if left:
                await asyncio.wait(left, timeout=_FAREWELL_S)
            self.loop.stop()

        asyncio.run_coroutine_threadsafe(cancel(), self.loop)
        self.join(2 * _FAREWELL_S)


async def two_loops(stage: Stage, delivery: BoundOperation) -> None:
    """An instance that the loop of one thread has used works in the loop of another, or says that
    it does not by a declared error. It never loses an event without a word.

    A registry gives the same instance to whoever asks: a worker thread with a loop of its own, the
    next test. In each loop a socket is added and two events are sent at once; both must arrive at
    the socket of that loop. Where `errors` declares `other-loop`, an operation in the second loop
    may raise that instead. Who runs in one loop only declines this.
    """
    called(stage)
    stage.conditions.take(one_turn)
    stage.conditions.unsettle(stage.history)
    first, second = _Thread(), _Thread()
    for each in (first, second):
        each.start()
    try:
        for who in (stage.someone(1), stage.alice):
            alone = _use(stage, delivery, first, who)
            if alone.problem:
                raise Unexercised(
                    f"in the loop of a thread of its own, {alone.problem}", "D1 says more about it"
                )
        _must_work(stage, delivery, _use(stage, delivery, second, stage.alice))
    finally:
        for each in (first, second):
            each.end()


def _must_work(stage: Stage, delivery: BoundOperation, used: _Used) -> None:
    if not used.problem:
        stage.witness(f"{_AT_ONCE} events arrived in the loop of each of two threads")
        return
    definition = stage.conform.errors.get("other-loop")
    if definition is not None and isinstance(used.error, declared_error(definition)):
        stage.witness(f"the loop of another thread was refused by {type(used.error).__name__}")
        return
    raise Failed(
        f"in the loop of another thread, {used.problem}",
        delivery.role,
        "raised" if used.error is not None else "lost",
        hint="keep nothing that belongs to one loop; or refuse another by an error, and declare it"
        " as `errors.other-loop`; or decline H3 if the program runs one loop alone",
    )


@dataclass(frozen=True)
class _Used:
    """What came of using an instance in a loop."""

    problem: str = ""
    """Empty when it worked."""
    error: BaseException | None = None


def _use(stage: Stage, delivery: BoundOperation, thread: _Thread, who: Who) -> _Used:
    """Ask for an instance, add a socket and send two events at once, all in one thread's loop."""

    async def work() -> _Used:
        factory, *_ = stage.adapter.factories()
        made = await stage.obtain(factory, who)
        if made.error is not None:
            return _raised(made)
        member, call = await stage.try_join(who)
        if call.error is not None:
            return _raised(call)
        sent = await asyncio.gather(*(stage.try_send(delivery, member) for _ in range(_AT_ONCE)))
        for each in sent:
            if each.call.error is not None:
                return _raised(each.call)
        arrived = [await stage.arrives(each, member) for each in sent]
        if not all(arrived):
            missing = arrived.count(False)
            return _Used(
                f"{missing} of {_AT_ONCE} events of `{delivery.call.name}` did not arrive"
            )
        return _Used()

    patience_s = 3 * stage.conform.timeout_s + _AT_ONCE * stage.conform.arrival_s
    used = thread.does(work(), patience_s)
    return used or _Used(f"`{delivery.call.name}` did not come to its end")


def _raised(call: Call) -> _Used:
    return _Used(f"`{call.name}` raised {call.raised}", call.error)


TWO_LOOPS = (
    Property(
        "H3",
        "one instance in two loops",
        ("factory", "add", "delivery"),
        judge_delivery=two_loops,
        # What carries a wire belongs to one loop, and is of no use in another.
        transports=IN_MEMORY,
        is_sequential=False,
    ),
)
