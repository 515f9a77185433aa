"""Tries the kit on its own managers: every property must be able to fail, and none may fail what
is good."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from time import monotonic
from typing import Any

from pluribus.conformance.exploring import ONCE, explored
from pluribus.conformance.jobs import Judged, Judging, Question
from pluribus.conformance.judge import Run, judged_over, setting
from pluribus.conformance.mutants import SPECIMENS, Specimen
from pluribus.conformance.properties import PROPERTIES, Property
from pluribus.conformance.stores import Stores, is_installed, placed
from pluribus.conformance.transports.names import MEMORY, parts
from pluribus.findings.conformance import KitTrial, MatrixLine, Outcome

_ARRIVAL_S = 0.1
"""How long an event may take through a network: what reads late is told so late."""
_GOOD = frozenset({Outcome.PASS, Outcome.DECLINED})


def kit_trial(
    specimens: Sequence[Specimen] = SPECIMENS,
    properties: Sequence[Property] = PROPERTIES,
    *,
    seed: int = 0,
    over: str = MEMORY,
    progress: Callable[[str], None] = lambda text: None,
    judging: Judging | None = None,
) -> KitTrial:
    """Judge every property of every specimen, each on a fresh subject.

    Args:
        specimens: the managers.
        properties: what is asked of them.
        seed: whence ids come.
        over: one of `TRANSPORTS`.
        progress: is told how far it is, by any thread.
        judging: judges somewhere else, where managers and properties have these names; by default
            one after the other in this process.
    """
    chosen = [each for each in properties if over in each.transports]
    untried = [each.name for each in specimens if each.stores] if not is_installed() else []
    specimens = [each for each in specimens if each.name not in untried]
    questions = [
        Question(
            specimen=specimen.name,
            properties=tuple(each.name for each in chosen if _is_asked(each, specimen)),
            seed=seed,
            transport=over,
        )
        for specimen in specimens
    ]
    if judging is None:
        judging = Here(specimens, properties)
    known = itertools.count(1)

    def done() -> None:
        progress(f"{next(known)} of {len(specimens)} managers tried")

    progress(f"0 of {len(specimens)} managers tried")
    answers = judging(questions, done=done)
    lines = [_line(*each, over) for each in zip(specimens, answers, strict=True)]
    return KitTrial(
        subject="pluribus conform",
        lines=tuple(lines),
        problems=(*_untried(untried), *_idle(lines, _otherwise(specimens, over))),
    )


def _untried(names: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return ()
    return (
        f"{len(names)} managers that keep data in a store were not tried: install"
        " `pluribus[stores]`, which brings what stands in for one",
    )


class Here:
    """Judges managers in this process.

    Args:
        specimens: those that a question may name.
        properties: the same.
    """

    def __init__(
        self,
        specimens: Sequence[Specimen] = SPECIMENS,
        properties: Sequence[Property] = PROPERTIES,
    ) -> None:
        self._specimens = {each.name: each for each in specimens}
        self._properties = {each.name: each for each in properties}

    def __call__(
        self, questions: Sequence[Question], *, done: Callable[[], None]
    ) -> Iterator[tuple[Judged, ...]]:
        """Judge one after the other."""
        for question in questions:
            yield tuple(self.judged(question))
            done()

    def judged(self, question: Question) -> Iterator[Judged]:
        """What is asked of one manager, property by property."""
        specimen = self._specimens[question.specimen]
        for name in question.properties:
            began = monotonic()
            prop = self._properties[name]
            run = judge_specimen(specimen, prop, question.seed, over=question.transport)
            yield Judged(
                specimen=specimen.name,
                property=name,
                seed=question.seed,
                outcome=run.outcome,
                claim=run.claim,
                took_s=monotonic() - began,
            )


def _line(specimen: Specimen, answer: Sequence[Judged], over: str) -> MatrixLine:
    outcomes = {each.property: each.outcome for each in answer}
    errors = [f"{each.property}: {each.claim}" for each in answer if each.outcome is Outcome.ERROR]
    return MatrixLine(
        name=specimen.name,
        about=specimen.about,
        outcomes=tuple(outcomes.items()),
        problem="; ".join([*errors, *_problems(specimen, outcomes, over)]),
    )


def _is_asked(prop: Property, specimen: Specimen) -> bool:
    if specimen.only and prop.name not in specimen.only:
        return False
    return not (prop.takes_long and specimen.about and prop.name not in specimen.refused_by)


def judge_specimen(
    specimen: Specimen, prop: Property, seed: int, schedule: str = "", *, over: str = MEMORY
) -> Run:
    """Judge one property of one specimen, in this process, a fresh subject a part.

    Schedules are searched where they are what matters: of a specimen that is good, and by a
    property that must refuse it. All others are judged under the plain schedule alone.
    """
    with placed(specimen.stores) as stores:
        return _judged(specimen, prop, seed, schedule, over, stores)


def _judged(
    specimen: Specimen, prop: Property, seed: int, schedule: str, over: str, stores: Stores | None
) -> Run:
    if prop.bounds is None or over != MEMORY:
        least_s = 0 if over == MEMORY else _ARRIVAL_S
        stages = {
            part: setting(specimen.adapter(arrival_s=least_s, stores=stores), seed=seed, part=part)
            for part in parts(over)
        }
        return asyncio.run(_quietly(judged_over(prop, stages)))
    is_searched = not specimen.about or prop.name in specimen.refused_by
    return explored(
        prop,
        lambda: setting(specimen.adapter(stores=stores), seed=seed),
        seed=seed,
        only=schedule,
        bounds=None if is_searched else ONCE,
    )


async def _quietly(judging: Coroutine[Any, Any, Run]) -> Run:
    """Broken managers leave broken tasks behind, and asyncio would tell of each."""
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    return await judging


def _problems(specimen: Specimen, outcomes: Mapping[str, Outcome], over: str) -> Iterator[str]:
    if not specimen.about:
        bad = [
            name
            for name, outcome in outcomes.items()
            if outcome not in _GOOD and (over, name) not in specimen.otherwise_over
        ]
        if bad:
            yield f"is good, and {', '.join(bad)} did not pass"
        return
    missed = [
        name
        for name in specimen.refused_by
        if outcomes.get(name, Outcome.FAIL) is not Outcome.FAIL
        and (over, name) not in specimen.otherwise_over
    ]
    if missed:
        yield f"{', '.join(missed)} did not refuse it"


def _otherwise(specimens: Sequence[Specimen], over: str) -> frozenset[str]:
    """What good managers cannot pass there, because of what a server does."""
    good = [each for each in specimens if not each.about]
    return frozenset(name for each in good for where, name in each.otherwise_over if where == over)


def _idle(lines: Sequence[MatrixLine], otherwise: Collection[str]) -> tuple[str, ...]:
    """Properties that fail no broken manager, or that no good one passes though it could."""
    broken = [dict(each.outcomes) for each in lines if each.about]
    good = [dict(each.outcomes) for each in lines if not each.about]
    names = [name for name, _ in lines[0].outcomes] if lines else []
    problems = [
        f"{name} refuses no broken manager"
        for name in names
        if not any(each.get(name) is Outcome.FAIL for each in broken)
    ]
    problems += [
        f"{name} passes no good manager"
        for name in names
        if name not in otherwise and not any(each.get(name) is Outcome.PASS for each in good)
    ]
    return tuple(problems)
