"""Judges a property under many schedules, each in a run that has seen none of the others."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from time import monotonic
from typing import Any

import msgspec

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.copies import in_copy
from pluribus.conformance.judge import Run, Setting, asked, ended_by, hanging, merged, run_of
from pluribus.conformance.places import places
from pluribus.conformance.properties import Property
from pluribus.conformance.schedules.conditions import scheduled
from pluribus.conformance.schedules.decisions import (
    Decisions,
    Deviation,
    Deviations,
    Schedule,
    schedule_of,
)
from pluribus.conformance.schedules.happenings import happenings
from pluribus.conformance.schedules.loop import Overdue, ScheduledLoop, Stuck
from pluribus.conformance.schedules.search import Bounds, search
from pluribus.conformance.schedules.standstill import LoopWatch
from pluribus.conformance.stage import Stage
from pluribus.conformance.waiting import trace_of
from pluribus.findings import Evidence
from pluribus.findings.conformance import Outcome

_BAD = (Outcome.FAIL, Outcome.ERROR)
_MOST = 20
"""As many calls and arrivals in a row may take the time that each of them has."""
ONCE = Bounds(single=0, double=0, drawn=0)
"""The plain schedule alone."""
_PATIENCE_S = 60.0
"""Of a property. Where a subject blocks the loop each run takes as long, and hundreds would take
many minutes. All others are done before."""
_BY_THE_WALL = Bounds(single=8, double=0, drawn=4)
"""Where each run takes the time that it says."""


class Told(msgspec.Struct, frozen=True):
    """What came of one run."""

    run: Run
    options: tuple[int, ...] = ()
    taken: tuple[Deviation, ...] = ()
    roles: tuple[str, ...] = ()
    """Of a run that only looked: the deliveries that the property is asked of."""
    is_blocked: bool = False
    """Whether the loop itself stood still, by the clock on the wall."""

    @property
    def has_failed(self) -> bool:
        """Whether the run is a counterexample, or could not be judged."""
        return self.run.outcome in _BAD

    @property
    def goes_on(self) -> bool:
        """Whether other schedules are worth running."""
        return self.run.outcome is Outcome.PASS

    @property
    def deviations(self) -> Deviations:
        """The decisions that did not take their first option."""
        return tuple((each.number, each.option) for each in self.taken)


Blocked = Callable[[Told], None]
"""Is told, by another thread, that the loop stands still; it need not return."""
Apart = Callable[[Callable[[Blocked | None], Told]], Told]
"""Does something where nothing has been done yet."""


def directly(work: Callable[[Blocked | None], Told]) -> Told:
    """Where whoever asks makes a fresh subject each time."""
    return work(None)


def copied(timeout_s: float) -> Apart:
    """Each in a copy of this process, which must be one thread alone."""

    def apart(work: Callable[[Blocked | None], Told]) -> Told:
        copy = in_copy(
            lambda leave: msgspec.json.encode(work(lambda told: leave(msgspec.json.encode(told)))),
            timeout_s=timeout_s,
        )
        if not copy.answer:
            claim = f"the process of one run {copy.ended}"
            hint = "what it wrote to stderr is above"
            return Told(Run(Outcome.ERROR, claim, hint, ("process", copy.ended)))
        return msgspec.json.decode(copy.answer, type=Told)

    return apart


def explored(
    prop: Property,
    settings: Callable[[], Setting],
    *,
    seed: int,
    apart: Apart = directly,
    only: str = "",
    bounds: Bounds | None = None,
) -> Run:
    """Judge `prop` over schedules, or in the one run that `only` says; `settings` gives a setting
    for each run, and `bounds` other ones than the property's."""
    assert prop.bounds is not None
    if only:
        wanted = schedule_of(only)
        return _replayed(prop, settings, apart, wanted)
    look = apart(lambda blocked: _looked(prop, settings()))
    if look.run.outcome is not Outcome.PASS:
        return look.run
    runs = []
    limits, until = bounds or prop.bounds, monotonic() + _PATIENCE_S
    for role in look.roles or ("",):
        for scenario in prop.bounds.scenarios:
            plan = Schedule(role, scenario)
            runs.append(_searched(prop, settings, apart, plan, limits, seed, until))
            if runs[-1].outcome in _BAD:
                return runs[-1]
    return merged(runs)


def _searched(
    prop: Property,
    settings: Callable[[], Setting],
    apart: Apart,
    plan: Schedule,
    bounds: Bounds,
    seed: int,
    until: float,
) -> Run:
    def play(decisions: Decisions, *, is_real: bool) -> Told:
        return apart(
            lambda blocked: _played(prop, settings(), plan, decisions, blocked, is_real=is_real)
        )

    def confirm(told: Told) -> bool:
        """Whether it fails in the same way where waiting takes the time that it says: a subject
        may look at other clocks than that of its loop."""
        if told.is_blocked:
            return True
        again = play(Decisions(told.deviations), is_real=True)
        return again.run.outcome is told.run.outcome and again.run.about == told.run.about

    def chance() -> random.Random:
        return random.Random(f"{seed}:{prop.name}:{plan}")

    found = search(
        lambda each: play(each, is_real=False),
        bounds,
        chance(),
        confirm=confirm,
        has_time=lambda: monotonic() < until,
    )
    told = f"searched: {found}"
    if found.refuted:
        found = search(lambda each: play(each, is_real=True), _BY_THE_WALL, chance())
        told = f"searched by the clock on the wall, which the subject looks at: {found}"
    if found.failing is not None:
        return _worded(found.failing, plan)
    if not found.first.goes_on:
        return found.first.run
    if plan.scenario:
        told = f"{plan.scenario}: {told}"
    seen = (*found.first.run.witnesses, told)
    return replace(found.first.run, claim="; ".join(seen), witnesses=seen)


def _replayed(
    prop: Property, settings: Callable[[], Setting], apart: Apart, wanted: Schedule
) -> Run:
    look = apart(lambda blocked: _looked(prop, settings()))
    if look.run.outcome is not Outcome.PASS:
        return look.run
    assert prop.bounds is not None
    if wanted.delivery not in (look.roles or ("",)) or (
        wanted.scenario not in prop.bounds.scenarios
    ):
        return Run(
            Outcome.NOT_EXERCISED,
            f"there is no run `{wanted}` of this property any more",
            "judge the property anew",
        )
    # As what was found has been confirmed.
    told = apart(
        lambda blocked: _played(
            prop, settings(), wanted, Decisions(wanted.deviations), blocked, is_real=True
        )
    )
    missed = len(wanted.deviations) - len(told.taken)
    if told.has_failed:
        return _worded(told, wanted)
    note = (f"{missed} of its decisions were not met",) if missed else ()
    return replace(told.run, witnesses=(*told.run.witnesses, *note))


def _worded(told: Told, plan: Schedule) -> Run:
    schedule = Schedule(plan.delivery, plan.scenario, told.deviations)
    decided = "; ".join(each.label for each in told.taken) or "the plain one"
    evidence = (Evidence("schedule", decided), *told.run.evidence)
    return replace(told.run, evidence=evidence, schedule=str(schedule))


def _looked(prop: Property, stages: Setting) -> Told:
    stage = stages(-1)

    async def look() -> Told:
        early, meant = await asked(prop, stage)
        roles = tuple(each.role for each in meant)
        return Told(early or Run(Outcome.PASS, ""), roles=roles)

    return _looped(stage, Decisions(), look, None, is_real=False)


def _played(
    prop: Property,
    stages: Setting,
    plan: Schedule,
    decisions: Decisions,
    blocked: Blocked | None,
    *,
    is_real: bool = False,
) -> Told:
    stage = stages(0)
    stage.conditions = scheduled(decisions, plan.scenario)

    async def delivery() -> BoundOperation | None:
        return stage.adapter.operation(plan.delivery, await stage.manager(stage.alice))

    async def play() -> Told:
        return Told(await run_of(prop, stage, delivery if plan.delivery else None))

    told = _looped(stage, decisions, play, blocked, is_real=is_real)
    return msgspec.structs.replace(
        told, options=tuple(decisions.options), taken=tuple(decisions.taken)
    )


def _looped(
    stage: Stage,
    decisions: Decisions,
    work: Callable[[], Coroutine[Any, Any, Told]],
    blocked: Blocked | None,
    *,
    is_real: bool,
) -> Told:
    conform = stage.conform
    watch: LoopWatch | None = None
    loop: ScheduledLoop | None = None

    def is_overdue(now_s: float) -> bool:
        # A property may have moved the clock of the loop on.
        return bool(stage.conditions.overdue(now_s if loop is None else loop.time()))

    def turns() -> int:
        return loop.turns if loop is not None else 0

    def stands(chain: Sequence[str]) -> None:
        assert blocked is not None
        name = next((each.name for each in reversed(stage.history.calls) if not each.ended), "it")
        run = hanging(name, conform.timeout_s, chain)
        told = Told(run, tuple(decisions.options), tuple(decisions.taken), is_blocked=True)
        blocked(told)

    if blocked is not None:
        watch = LoopWatch(turns, 1.5 * conform.timeout_s + 1, stands)
        watch.start()
    stage.conditions.patience_s = conform.timeout_s
    loop = ScheduledLoop(
        decisions,
        is_real=is_real,
        limit_s=_MOST * (conform.timeout_s + conform.arrival_s),
        patience_s=conform.timeout_s,
        is_overdue=is_overdue,
    )
    loop.set_exception_handler(lambda loop, context: None)
    asyncio.set_event_loop(loop)
    try:
        return _shown(stage, loop.run_until_complete(work()))
    except Stuck as stuck:
        return _shown(stage, Told(_stuck(stage, stuck, loop.time())))
    except (Exception, SystemExit) as error:  # noqa: BLE001  # the subject's, whatever it is
        return Told(ended_by(error, trace_of(error)))
    finally:
        loop.end()
        asyncio.set_event_loop(None)
        if watch is not None:
            watch.stop()


def _shown(stage: Stage, told: Told) -> Told:
    """Add what happened, before what is left is cancelled."""
    if told.run.outcome is not Outcome.FAIL or not stage.peers:
        return told
    shown = Evidence("happened", happenings(stage, stage.markers))
    run = replace(told.run, evidence=(*told.run.evidence, shown))
    return msgspec.structs.replace(told, run=run)


def _stuck(stage: Stage, stuck: Stuck, now_s: float) -> Run:
    asked_for = [peer.id for peer in stage.peers if peer.is_asked]
    if asked_for:
        return Run(
            Outcome.NOT_EXERCISED,
            f"the subject waits for the client of `{asked_for[0]}` to say something, and the kit's"
            " clients never do",
            "name a method that only takes the socket in",
        )
    conditions = stage.conditions
    is_late = isinstance(stuck, Overdue)
    calls = conditions.overdue(now_s) if is_late else [each.call for each in conditions.pending]
    names = list(dict.fromkeys(call.name for call in calls))
    if not names:
        claim = "the kit could not judge: the run does not end, and no call is waited for"
        return Run(Outcome.ERROR, claim, about=("stuck",))
    listed = " and ".join(f"`{each}`" for each in names)
    verb = "waits" if len(names) == 1 else "wait"
    why = (
        f"for longer than {stage.conform.timeout_s:g} s"
        if is_late
        else "and nothing is left that could go on"
    )
    return Run(
        Outcome.FAIL,
        f"{listed} {verb} {why}",
        "what each waits for is the last in its chain",
        ("stuck", *sorted(names)),
        places=places(stage, tuple(dict.fromkeys(call.role for call in calls)), None),
        evidence=tuple(Evidence("waits", each) for each in conditions.chains()),
    )
