"""H1 to H3: one instance, however many ask at once."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator, Sequence

from pluribus.conformance.adapter import BoundFactory
from pluribus.conformance.history import described
from pluribus.conformance.making import Made
from pluribus.conformance.properties.base import IN_MEMORY, Property, decline_when
from pluribus.conformance.properties.factory import called
from pluribus.conformance.recording import Who
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.schedules.search import Bounds
from pluribus.conformance.schedules.slow import LATENCIES_S, passes
from pluribus.conformance.schedules.threads import Done, Turns
from pluribus.conformance.stage import Stage

_LINES, _INSTRUCTIONS = "lines", "instructions"
_TASKS = 3


async def one_instance_in_threads(stage: Stage) -> None:
    """Two threads that ask for one context at once get one instance.

    One thread runs at a time. It is stopped before a line, or before an instruction, of the
    project's code, the other goes on, and later the first does: so a race is found by where a
    thread was stopped, and not by luck. Locks work as they are. What is given out under each
    schedule is compared with what the factory gives out afterwards.

    Who only ever calls the factory from one event loop does not promise this: say so in
    `declined`. A factory that has to be awaited is asked by H2.
    """
    for who, factory in _by_whom(stage):
        turns = Turns(
            stage.conditions.decisions,
            is_project=stage.adapter.is_project,
            by_instruction=stage.conditions.scenario == _INSTRUCTIONS,
            patience_s=stage.conform.timeout_s,
        )
        done = turns.run([_asking(stage, factory, who) for _ in range(2)])
        if done is None:
            raise Failed(
                f"two threads in `{factory.definition}` wait for each other",
                factory.definition,
                "deadlock",
                hint="take locks in one order, and release them in `finally` or by `with`",
            )
        _must_be_plain(done, factory)
        await _must_agree(stage, factory, who, done, "two threads")
        stage.witness(f"two threads got one instance of `{factory.definition}`")


async def one_instance_in_tasks(stage: Stage) -> None:
    """Three tasks that ask for one context at once get one instance.

    They begin at different moments, and a factory that awaits is left while it does.
    """
    for who, factory in _by_whom(stage):
        done = await asyncio.gather(*(_later(stage, factory, who, n) for n in range(_TASKS)))
        await _must_agree(stage, factory, who, done, f"{_TASKS} tasks")
        stage.witness(f"{_TASKS} tasks got one instance of `{factory.definition}`")


async def _later(stage: Stage, factory: BoundFactory, who: Who, number: int) -> Done:
    def label(option: int) -> str:
        return f"task {number + 1} begins {(LATENCIES_S[option] or 0) * 1000:g} ms later"

    await passes(stage.conditions.decisions.choose(len(LATENCIES_S), label))
    call = await stage.obtain(factory, who)
    return Done(call.result, call.error)


def _by_whom(stage: Stage) -> Iterator[tuple[Who, BoundFactory]]:
    """Each factory, and a user for whom no other has made an instance yet."""
    for number, factory in enumerate(called(stage), 1):
        yield stage.someone(number), factory


def _asking(stage: Stage, factory: BoundFactory, who: Who) -> Callable[[], object]:
    """A call of a factory for one user, with arguments of its own."""
    target = factory.target
    assert callable(target)
    positional, named = stage.factory_arguments(factory, who)
    return lambda: target(*map(_value, positional), **{k: v.value for k, v in named.items()})


def _value(made: Made) -> object:
    return made.value


def _must_be_plain(done: list[Done], factory: BoundFactory) -> None:
    for each in done:
        if inspect.iscoroutine(each.result):
            each.result.close()
    decline_when(
        any(inspect.isawaitable(each.result) for each in done),
        f"`{factory.definition}` has to be awaited, which threads do not; H2 must hold",
    )
    errors = [each.error for each in done if each.error is not None]
    if len(errors) == len(done):
        decline_when(
            "no running event loop" in str(errors[0]) or "no current event loop" in str(errors[0]),
            f"`{factory.definition}` needs a running event loop",
        )
        raise Unexercised(
            f"no instance: `{factory.definition}` raised {described(errors[0])} in a thread",
            "mend the factory, or say in `declined` that it is called from one thread alone",
        )


async def _must_agree(
    stage: Stage, factory: BoundFactory, who: Who, done: Sequence[Done], asking: str
) -> None:
    """All got what is given out from now on. What raises for itself is asked about by others."""
    after = [await stage.obtain(factory, who) for _ in range(2)]
    if after[0].error is not None:
        raise Unexercised(
            f"no instance: `{factory.definition}` raised {after[0].raised}",
            "mend the factory, or declare how its context is built",
        )
    if after[0].result is not after[1].result or after[0].result is None:
        raise Unexercised(
            f"`{factory.definition}` gives out no instance twice, whoever asks",
            "B1 says more about it",
        )
    raised = [each.error for each in done if each.error is not None]
    if raised:
        raise Failed(
            f"`{factory.definition}` raised {described(raised[0])} when {asking} asked at once",
            factory.definition,
            "raised",
            hint="take a lock around looking and making",
        )
    got = {id(each.result) for each in done}
    if got != {id(after[0].result)}:
        count = len(got)
        what = f"{count} instances" if count > 1 else "an instance that is not kept"
        raise Failed(
            f"`{factory.definition}` gave {asking} {what} for one context",
            factory.definition,
            "two instances",
            hint="take a lock around looking and making, or keep it with `dict.setdefault`",
        )


FACTORY_RACES = (
    Property(
        "H1",
        "one instance for two threads",
        ("factory",),
        judge=one_instance_in_threads,
        transports=IN_MEMORY,
        bounds=Bounds((_LINES, _INSTRUCTIONS), single=60, double=20, drawn=0),
        is_sequential=False,
        takes_long=True,
    ),
    Property(
        "H2",
        "one instance for three tasks",
        ("factory",),
        judge=one_instance_in_tasks,
        transports=IN_MEMORY,
        bounds=Bounds(single=20, double=20, drawn=5),
        is_sequential=False,
    ),
)
