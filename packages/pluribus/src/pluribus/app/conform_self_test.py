"""Shows that the kit notices what is broken: managers of its own, or those of a contract."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import msgspec

from pluribus.app.conform_driving import Driving
from pluribus.app.conform_options import ConformOptions, chosen_properties
from pluribus.conformance.jobs import Answer, Job, Judging
from pluribus.conformance.matrix import kit_trial
from pluribus.conformance.properties import PROPERTIES
from pluribus.conformance.sabotage import SABOTAGES, Sabotage
from pluribus.conformance.transports.names import MEMORY
from pluribus.conformance.transports.opening import must_be_installed
from pluribus.contract import Concept
from pluribus.findings.conformance import KitTrial, MatrixLine, Outcome

_AT_ONCE_OVER_WIRES = 2
"""A server and its clients use the machine, which those who wait in vain in memory do not."""


def kit(
    options: ConformOptions,
    *,
    judging: Judging,
    progress: Callable[[str], None] = lambda text: None,
) -> KitTrial:
    """Try the chosen properties on the kit's own managers, good ones and broken ones.

    Raises:
        UsageError: there is no such property.
    """
    chosen = chosen_properties(options.properties)
    must_be_installed(options.transport)
    return kit_trial(
        properties=[each for each in PROPERTIES if each.name in chosen],
        seed=options.seed,
        over=options.transport,
        progress=progress,
        judging=judging,
    )


def sabotage(driving: Driving) -> tuple[KitTrial, ...]:
    """Break each subject through its adapter, and see that some property notices.

    Raises:
        ContractError, SubjectError, UsageError: as `conform`.
    """
    must_be_installed(driving.options.transport)
    return tuple(_trial(driving, each) for each in driving.concepts)


def _trial(driving: Driving, concept: Concept) -> KitTrial:
    job = driving.job(concept)
    whole = driving.started(job)
    before = {each.property: each.outcome for each in whole.verdicts}
    lines = [MatrixLine(name="as it is", about="", outcomes=tuple(before.items()))]
    answers = _at_once(driving, _broken(job, before))
    lines += [_line(each, answer, before) for each, answer in zip(SABOTAGES, answers, strict=True)]
    return KitTrial(subject=concept.name, lines=tuple(lines))


class _Abandoned(Exception):  # nothing went wrong, and nobody sees it
    """Nobody waits for the answer any more."""


def _at_once(driving: Driving, jobs: Iterator[Job]) -> Iterator[Answer]:
    """Have jobs done side by side. When this ends early, as by Ctrl-C, all that is under way is
    given up: whoever drives says how far it is all the time, and is told so then."""
    is_over = threading.Event()

    def say(text: str) -> None:
        if is_over.is_set():
            raise _Abandoned
        driving.progress(text)

    watched = replace(driving, progress=say)
    over_wires = driving.options.transport != MEMORY
    # What is broken is waited for in vain, which takes long and little of the machine.
    threads = ThreadPoolExecutor(_AT_ONCE_OVER_WIRES if over_wires else len(SABOTAGES))
    try:
        yield from threads.map(watched.started, jobs)
    finally:
        is_over.set()
        threads.shutdown(cancel_futures=True)


def _broken(job: Job, before: Mapping[str, Outcome]) -> Iterator[Job]:
    """The same job with each sabotage."""
    # What makes runs of its own makes them of the subject as it is.
    apart = {each.name for each in PROPERTIES if each.has_own_runs}
    affected = tuple(each for each in job.properties if each not in apart)
    for each in SABOTAGES:
        yield msgspec.structs.replace(
            job,
            # What is sent, and to whom, goes wrong first; all else waits in vain for what does
            # not come.
            properties=tuple(sorted(affected, key=lambda name: name[0] not in "DE")),
            sabotage=each.name,
            failing=tuple(name for name, outcome in before.items() if outcome is Outcome.FAIL),
        )


def _line(sabotage: Sabotage, answer: Answer, before: Mapping[str, Outcome]) -> MatrixLine:
    outcomes = tuple((each.property, each.outcome) for each in answer.verdicts)
    noticed = any(
        outcome is Outcome.FAIL and before[name] is not Outcome.FAIL for name, outcome in outcomes
    )
    is_possible = answer.start.is_applicable
    return MatrixLine(
        name=sabotage.name,
        about=sabotage.about if is_possible else f"{sabotage.about}: not possible here",
        outcomes=outcomes,
        problem="" if noticed or not is_possible else "no property notices it",
    )
