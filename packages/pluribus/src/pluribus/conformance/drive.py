"""The process that drives a subject: `python -I -m pluribus.conformance.drive JOB`.

It imports the subject once. Each property is judged in a copy of the process as it is then, so
that no property sees what another has done, and a call that blocks or kills its process takes
nothing with it. Where the process cannot be copied, whoever started it starts one a property.
Why: docs/decisions/0011-behaviour-is-judged-in-a-neutral-process.md.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import msgspec

from pluribus.conformance.adapter import Adapter, table_rows
from pluribus.conformance.around import surrounded
from pluribus.conformance.binding import Binding
from pluribus.conformance.copies import Leave, in_copy
from pluribus.conformance.exploring import ONCE, Apart, Told, copied, explored
from pluribus.conformance.jobs import Job, Row, Start, is_noticed
from pluribus.conformance.judge import Run, Setting, ended_by, judged_over, setting, verdict_of
from pluribus.conformance.making import imported
from pluribus.conformance.neutral import hide_test_runners, is_single_threaded
from pluribus.conformance.observing import (
    OBSERVED,
    pretend_to_test,
    test_the_manager,
    watched_apart,
)
from pluribus.conformance.project import within
from pluribus.conformance.properties import PROPERTIES, Property
from pluribus.conformance.recording import Watch
from pluribus.conformance.ruling import Hung, Unexercised
from pluribus.conformance.sabotage import SABOTAGES
from pluribus.conformance.stage import Stage
from pluribus.conformance.stores import placed
from pluribus.conformance.subject import belongs_to, packages_of
from pluribus.conformance.transports import parts, transport
from pluribus.conformance.transports.names import MEMORY
from pluribus.conformance.waiting import trace_of
from pluribus.conformance.watchdog import Watchdog
from pluribus.contract.show import toml_value
from pluribus.errors import PluribusError
from pluribus.findings.conformance import Outcome, Verdict

IMPORTED = "imported"
"""The answer that says that the import is over."""
START = "start"


def main(path: str) -> None:
    """Do the job that stands in a file."""
    job = msgspec.json.decode(Path(path).read_bytes(), type=Job)
    if job.is_watched:
        pretend_to_test()
    else:
        hide_test_runners()
    # Told to abort, an import that does not end writes where it stands.
    faulthandler.enable()
    sys.path[:0] = job.roots
    with ExitStack() as placing:
        adapter = _imported(job, placing)
        if adapter is not None:
            _answer(job, adapter)


def _imported(job: Job, placing: ExitStack) -> Adapter | None:
    """Import the subject, with what stands in for its stores in place; None where that fails,
    which is written down."""
    try:
        adapter = Adapter(job.concept, is_project=within(job.roots))
        # Before the subject, which may connect when it is imported.
        adapter.stores = placing.enter_context(placed(adapter.conform.stores))
        for module in adapter.conform.imports:
            imported(module)
        for definition in (adapter.conform.around, *adapter.definitions):
            if definition is not None:
                imported(definition)
        adapter.watched = watched_apart(job)
        # What a transport needs is imported before any copy is made.
        for part in parts(job.transport):
            transport(part, adapter.conform.app or "")
    except PluribusError as error:
        _write(job, START, Start(mistake=error.message, hint=error.hint or ""))
        return None
    except BaseException as error:  # an import may raise what it likes
        text = f"{type(error).__name__}: {error}"
        if job.is_watched:
            _write(job, OBSERVED, {"the import": text})
        _write(job, START, Start(crash=text, trace=trace_of(error)))
        return None
    faulthandler.disable()
    _write(job, IMPORTED, {})
    return adapter


def _answer(job: Job, adapter: Adapter) -> None:
    """Judge what is asked."""
    if job.is_watched:
        _write(job, OBSERVED, test_the_manager(adapter, job.properties, job.seed))
        return
    can_fork = adapter.can_copy = job.may_fork and is_single_threaded()
    if can_fork or not job.properties:
        _apart(lambda: _bind(job, adapter), can_fork=can_fork, timeout_s=_deadline_s(job))
    if not can_fork and len(job.properties) > 1:
        _write(job, START, Start(can_fork=False))
        return
    if not _may_go_on(job):
        return
    known = {each.name: each for each in PROPERTIES}
    for name in job.properties:
        _judge(job, adapter, known[name], can_fork=can_fork)
        if is_noticed(job, _read_verdict(job, known[name])):
            return


def _may_go_on(job: Job) -> bool:
    """Whether what was written first leaves anything to judge."""
    written = Path(job.answers) / f"{START}.json"
    if not written.exists():
        return True
    start = msgspec.json.decode(written.read_bytes(), type=Start)
    return not start.mistake and not start.crash and start.is_applicable


def _read_verdict(job: Job, prop: Property) -> Verdict:
    written = (Path(job.answers) / f"{prop.name}.json").read_bytes()
    return msgspec.json.decode(written, type=Verdict)


def _judge(job: Job, adapter: Adapter, prop: Property, *, can_fork: bool) -> None:
    ended = _apart(
        lambda: _write_verdict(job, prop, _run(job, adapter, prop, can_fork=can_fork)),
        can_fork=can_fork,
        timeout_s=_deadline_s(job),
    )
    if not (Path(job.answers) / f"{prop.name}.json").exists():
        _write_verdict(
            job,
            prop,
            Run(
                Outcome.ERROR,
                f"the process that judged it {ended}",
                "what it wrote to stderr is above",
                ("process", ended),
            ),
        )


def _run(job: Job, adapter: Adapter, prop: Property, *, can_fork: bool) -> Run:
    if prop.bounds is not None and job.transport == MEMORY:
        return explored(
            prop,
            lambda: _stages(job, adapter, Watch())[MEMORY],
            seed=job.seed,
            apart=copied(_deadline_s(job)) if can_fork else _here(job, prop),
            only=job.schedule,
            # What is broken from outside is broken in every schedule.
            bounds=ONCE if job.sabotage else None,
        )
    watchdog = Watchdog(adapter.conform.timeout_s, lambda run: _write_verdict(job, prop, run))
    watchdog.start()
    is_own = belongs_to(packages_of(job.concept))
    stages = _stages(job, adapter, Watch(watchdog.entered, watchdog.left, is_own))
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        # The loop is never closed: what the subject left running might not let it end.
        return loop.run_until_complete(judged_over(prop, stages))
    except PluribusError as error:
        return Run(Outcome.ERROR, error.message, error.hint or "", ("contract",))
    except (Exception, SystemExit) as error:
        return ended_by(error, trace_of(error))


def _here(job: Job, prop: Property) -> Apart:
    """Where the process cannot be copied, all runs are in this one, and a loop that stands still
    is the last thing that is seen."""

    def blocked(told: Told) -> None:
        _write_verdict(job, prop, told.run)
        os._exit(0)

    return lambda work: work(blocked)


def _stages(job: Job, adapter: Adapter, watch: Watch) -> dict[str, Setting]:
    for each in SABOTAGES:
        if each.name == job.sabotage:
            return {
                part: each.stages(adapter, seed=job.seed, watch=watch, part=part)
                for part in parts(job.transport)
            }
    return {
        part: setting(adapter, seed=job.seed, watch=watch, part=part)
        for part in parts(job.transport)
    }


def _bind(job: Job, adapter: Adapter) -> None:
    """Write what every parameter is given, as far as one instance tells."""

    def hung(run: Run) -> None:
        _write(job, START, Start(crash=run.claim, trace=run.evidence[0].text))

    watchdog = Watchdog(adapter.conform.timeout_s, hung)
    watchdog.start()
    stage = Stage(adapter, seed=job.seed, ordinal=-2, watch=Watch(watchdog.entered, watchdog.left))
    try:
        start = asyncio.new_event_loop().run_until_complete(_bound(job, adapter, stage))
    except PluribusError as error:
        start = Start(mistake=error.message, hint=error.hint or "")
    except (Unexercised, Hung) as missing:
        # Who only asks how it is driven is told why nothing is; each property says so by itself.
        rows = _rows(adapter, None) if job.properties else ()
        why = (
            missing.claim
            if isinstance(missing, Unexercised)
            else f"no instance: `{missing.call.name}` did not return"
        )
        start = Start(rows=rows, sharing=adapter.sharing, trace=why)
    except (Exception, SystemExit) as error:
        start = Start(crash=f"{type(error).__name__}: {error}", trace=trace_of(error))
    _write(job, START, start)


async def _bound(job: Job, adapter: Adapter, stage: Stage) -> Start:
    sharing = adapter.sharing
    async with surrounded(stage):
        instance = await stage.manager(stage.alice)
    applies = [
        each.applies(adapter, instance, over=job.transport)
        for each in SABOTAGES
        if each.name == job.sabotage
    ]
    return Start(rows=_rows(adapter, instance), sharing=sharing, is_applicable=all(applies))


def _rows(adapter: Adapter, instance: object) -> tuple[Row, ...]:
    found = table_rows(adapter, instance)
    bound = () if instance is None else adapter.bound_roles(instance)
    audiences = {each.role: each.audience for each in bound}
    return tuple(
        Row(role, call.name, each.parameter, _template(each), each.why, audiences.get(role, ""))
        for role, call in found
        for each in call.bindings or (Binding("", None, "default"),)
    )


def _template(binding: Binding) -> str:
    return "" if binding.why == "default" else toml_value(binding.template)


def _apart(work: Callable[[], None], *, can_fork: bool, timeout_s: float) -> str:
    """Do something in a copy of this process, and say how the copy ended."""
    if not can_fork:
        work()
        return "ended"

    def silently(_: Leave) -> bytes:
        work()
        return b""

    return in_copy(silently, timeout_s=timeout_s).ended


def _deadline_s(job: Job) -> float:
    """Longer than any property takes of which every call and every arrival is within its time."""
    conform = Adapter(job.concept).conform
    once = 60 + 8 * conform.timeout_s + 20 * conform.arrival_s
    return once * len(parts(job.transport))


def _write_verdict(job: Job, prop: Property, run: Run) -> None:
    verdict = verdict_of(prop, job.concept.name, run, Path(job.directory), seed=job.seed)
    _write(job, prop.name, verdict)


def _write(job: Job, name: str, answer: object) -> None:
    """Write whole or not at all: a process may be ended at any moment."""
    folder = Path(job.answers)
    draft = folder / f"{name}.draft"
    draft.write_bytes(msgspec.json.encode(answer))
    draft.replace(folder / f"{name}.json")


if __name__ == "__main__":
    main(sys.argv[1])
    sys.stdout.flush()
    sys.stderr.flush()
    # What the subject left running must not keep the process alive.
    os._exit(0)
