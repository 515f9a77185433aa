"""B: how an instance comes to be: when something fails, how long it takes, from where it is asked
for."""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from pluribus.conformance.adapter import BoundFactory
from pluribus.conformance.blocking import BLOCKS_S, Blocking, blocking
from pluribus.conformance.failing import FailingCall, Fault
from pluribus.conformance.history import Call
from pluribus.conformance.making import Made, import_of
from pluribus.conformance.properties.base import Property, decline_when
from pluribus.conformance.properties.factory import called, kept, misbinding, must_have
from pluribus.conformance.recording import Who
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Stage
from pluribus.conformance.subject import packages_of

_MOST_FAULTS = 12
_MEASURED = 3


async def failure_atomicity(stage: Stage) -> None:
    """When anything fails while an instance is made, nothing half made or of another user is left.

    One call after the other of those that the factory makes into the code base fails with an
    exception, each for another user: up to twelve of them, spread evenly. The factory raises, or
    gives out an instance that is bound as B7 asks. Asked again for the same user, it gives out an
    instance that is whole and theirs. What cleans up (`close`, `__exit__`) is not made to fail.
    """
    decline_when(stage.adapter.sharing == "shared", "one instance is shared by all")
    for factory in called(stage):
        references = [await _made(stage, factory, number) for number in (1, 2)]
        packages = packages_of(stage.adapter.concept)
        given = stage.factory_arguments(factory, stage.somebody(3))
        with FailingCall(0, packages) as counted:
            must_have(await stage.obtain(factory, stage.somebody(3), given=given), factory)
        decline_when(
            counted.count < 2, "making an instance calls nothing of the code base that could fail"
        )
        failed = 0
        for at in _spread(counted.count):
            who = stage.somebody(100 + at)
            # The context is whole before anything fails.
            given = kept(stage, stage.factory_arguments(factory, who))
            failing = FailingCall(at, packages)
            with failing:
                first = await stage.obtain(factory, who, given=given)
            if not failing.place:
                continue
            failed += 1
            _show_fault(stage, failing)
            again = await stage.obtain(factory, who)
            _Failure(stage, factory, who, failing, references).judge(first, again)
        if not failed:
            raise Unexercised(
                f"no call of `{factory.definition}` could be made to fail",
                "it calls something else each time; allow it with a reason",
            )
        stage.witness(f"`{factory.definition}` stayed whole after {failed} failures")


async def no_blocking(stage: Stage) -> None:
    """A factory does not block the event loop: while it waits, nobody else is served.

    Measured is the time between two turns of the loop in which its thread neither computes nor
    waits for a processor, and the time that it computes. It fails with 50 ms of the one or 250 ms
    of the other in each of three instances, after one that is not counted.
    """
    for factory in called(stage):
        decline_when(
            stage.adapter.sharing == "shared", "one instance is shared by all, and made once"
        )
        await _made(stage, factory, 1)
        found = [await _measured(stage, factory, number) for number in range(2, 2 + _MEASURED)]
        least = min(found, key=lambda each: each.excess)
        if least.excess > 1:
            where = await _measured(stage, factory, 2 + _MEASURED, is_sampled=True)
            raise Failed(
                f"`{factory.definition}` blocks the event loop whenever it makes an instance",
                factory.definition,
                "blocks",
                hint="await what takes time, or do it in a thread",
                evidence=[("stands at", " > ".join(where.stack) or "unknown")],
            )
        limit_ms = round(BLOCKS_S * 1000)
        stage.witness(f"`{factory.definition}` made an instance without blocking {limit_ms} ms")


async def call_context(stage: Stage) -> None:
    """A factory works wherever it is called from, and drops no coroutine.

    Called in a running loop, as all else is; and, unless it is awaited, in a thread that has no
    loop, as frameworks call plain functions. Both give out one instance for one context.
    """
    seen: list[str] = []
    for factory in called(stage):
        first = await stage.obtain(factory, stage.alice)
        if isinstance(first.error, RuntimeError) and "running event loop" in str(first.error):
            raise Failed(
                f"`{factory.definition}` cannot be called in a running event loop: it raised"
                f" {first.raised}",
                factory.definition,
                "nested",
                hint="await what is to be awaited; a loop cannot be started inside another",
            )
        must_have(first, factory)
        if not first.was_awaited:
            await _from_a_thread(stage, factory, first)
        seen.append(
            f"`{factory.definition}` was awaited in a running loop"
            if first.was_awaited
            else f"`{factory.definition}` was called in a running loop and in a thread without one"
        )
    dropped = stage.unawaited()
    if dropped:
        raise Failed(
            "making an instance makes a coroutine and drops it",
            "dropped",
            hint="await it",
            evidence=[("Python says", each) for each in dropped],
        )
    for each in seen:
        stage.witness(each)


async def _from_a_thread(stage: Stage, factory: BoundFactory, first: Call) -> None:
    known = await _in_thread(stage, factory, stage.alice)
    fresh = await _in_thread(stage, factory, stage.bob)
    later = await stage.obtain(factory, stage.bob)
    for call in (known, fresh, later):
        if call.error is not None:
            raise Failed(
                f"`{factory.definition}` raised {call.raised} in a thread without an event loop",
                factory.definition,
                "thread",
                hint="make what needs a loop where there is one; or decline B14, if nobody calls"
                " it so",
            )
    if known.result is not first.result or (
        stage.adapter.sharing != "shared" and fresh.result is not later.result
    ):
        raise Failed(
            f"`{factory.definition}` gives out another instance in another thread",
            factory.definition,
            "other",
            hint="keep instances where all threads find them",
        )


async def _in_thread(stage: Stage, factory: BoundFactory, who: Who) -> Call:
    positional, named = stage.factory_arguments(factory, who)
    _, name = import_of(factory.definition)
    return await stage.record(
        "factory",
        "asyncio.to_thread",
        asyncio.to_thread,
        [Made(factory.target, name), *positional],
        named,
        stage.fresh("manager"),
    )


async def _made(stage: Stage, factory: BoundFactory, number: int) -> object:
    call = await stage.obtain(factory, stage.somebody(number))
    must_have(call, factory)
    return call.result


async def _measured(
    stage: Stage, factory: BoundFactory, number: int, *, is_sampled: bool = False
) -> Blocking:
    with blocking(factory, is_sampled=is_sampled) as (watched, found):
        await _made(stage, watched, number)
    return found


def _spread(count: int) -> list[int]:
    """Calls to fail, the factory's own left out: an exception of that is one of its caller."""
    every = range(2, count + 1)
    if len(every) <= _MOST_FAULTS:
        return list(every)
    step = (len(every) - 1) / (_MOST_FAULTS - 1)
    return [every[round(each * step)] for each in range(_MOST_FAULTS)]


def _show_fault(stage: Stage, failing: FailingCall) -> None:
    """Let the program fail where the run did."""
    packages = ", ".join(map(repr, packages_of(stage.adapter.concept)))
    stage.history.imports.add("from pluribus.conformance.failing import FailingCall")
    inner = textwrap.indent(stage.history.lines[-1], "    ")
    stage.history.lines[-1] = f"with FailingCall({failing.at}, [{packages}]):\n{inner}"


@dataclass(frozen=True)
class _Failure:
    """One call that was made to fail, and what is asked of the factory then."""

    stage: Stage
    factory: BoundFactory
    who: Who
    failing: FailingCall
    references: Sequence[object]
    """Two whole instances of others."""

    def judge(self, first: Call, again: Call) -> None:
        """Judge what was given out although something failed, and what the next time."""
        self._must_be_theirs(first)
        if again.error is not None:
            self._fail(
                "raises",
                f"raises {again.raised} when it is asked again",
                "leave nothing behind of what failed",
            )
        self._must_be_whole(again)
        self._must_be_theirs(again)

    def _must_be_theirs(self, call: Call) -> None:
        if call.error is not None:
            return
        if call.result is None:
            self._fail("None", "returns None", "raise what went wrong")
        if any(call.result is each for each in self.references):
            self._fail("other", "gives out another user's instance", "let it raise")
        if not self._says_whose(self.references[0]):
            return
        hint = "let it raise: an instance for nobody is one for everybody"
        if not self._says_whose(call.result):
            self._fail("unbound", "gives out an instance that is bound to nobody", hint)
        wrong = misbinding(self.stage, call.result, self.who)
        if wrong is not None:
            self._fail(
                "bound",
                f"gives out an instance that is bound to another {wrong.role}",
                hint,
                wrong.evidence(),
            )

    def _says_whose(self, instance: object) -> bool:
        try:
            misbinding(self.stage, instance, self.who)
        except Unexercised:
            return False
        return True

    def _must_be_whole(self, call: Call) -> None:
        lacks = set.intersection(*map(_names, self.references)) - _names(call.result)
        if lacks and any(call.result is each for each in self.failing.receivers):
            self._fail(
                "half made",
                "gives out what was half made when it is asked again",
                "keep an instance only when it is whole",
                [("it lacks", ", ".join(sorted(lacks)))],
            )

    def _fail(
        self, about: str, what: str, hint: str, evidence: Sequence[tuple[str, str]] = ()
    ) -> NoReturn:
        function = self.failing.place.partition(",")[0]
        raise Failed(
            f"`{self.factory.definition}` {what} after `{function}` failed once",
            self.factory.definition,
            about,
            hint=hint,
            evidence=[("failed", f"{self.failing.place}, with {Fault.__name__}"), *evidence],
        )


def _names(instance: object) -> set[str]:
    """The attributes that an instance has itself."""
    slots = {
        name
        for kind in type(instance).__mro__
        for name in vars(kind).get("__slots__", ())
        if hasattr(instance, name)
    }
    return slots | set(getattr(instance, "__dict__", {}))


CONSTRUCTION = (
    Property("B8", "what fails while it is made leaves nothing", ("factory",), failure_atomicity),
    Property("B13", "a factory does not block the loop", ("factory",), no_blocking),
    Property(
        "B14", "a factory works wherever it is called", ("factory",), call_context, takes_long=True
    ),
)
