"""Runs one property and says what came of it."""

from __future__ import annotations

import asyncio
import re
import traceback
import warnings
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from pluribus.conformance.adapter import Adapter, BoundOperation
from pluribus.conformance.around import surrounded
from pluribus.conformance.deliveries import deliveries
from pluribus.conformance.places import places
from pluribus.conformance.properties import Property
from pluribus.conformance.recording import Watch
from pluribus.conformance.replay import Replay
from pluribus.conformance.ruling import Declined, Failed, Hung, Unexercised
from pluribus.conformance.stage import Stage
from pluribus.conformance.tracing import Tracer
from pluribus.conformance.transports.names import MEMORY, over
from pluribus.conformance.wired import WiredStage
from pluribus.conformance.witnessing import codes_of, missing_entry, owner_of
from pluribus.errors import PluribusError
from pluribus.findings import Evidence, Location
from pluribus.findings.conformance import SWALLOWED, Outcome, Verdict, finding_id, worst

_ADDRESS = re.compile(r"at 0x[0-9a-fA-F]+")


@dataclass(frozen=True)
class Run:
    """What came of one run of a property."""

    outcome: Outcome
    claim: str
    hint: str = ""
    about: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    sequence: str = ""
    places: tuple[tuple[str, int, str], ...] = ()
    """File, line, and what is there."""
    schedule: str = ""
    """Of a failure, what has to be decided to see it again; empty where nothing is decided."""


Setting = Callable[[int], Stage]
"""Makes the stage of a run from its number; each has other ids."""


def setting(
    adapter: Adapter, *, seed: int, watch: Watch | None = None, part: str = MEMORY
) -> Setting:
    """Stages on which the subject is as it is, over one of the transports' parts."""
    if part == MEMORY:
        return lambda ordinal: Stage(adapter, seed=seed, ordinal=ordinal, watch=watch)
    return lambda ordinal: WiredStage(adapter, over=part, seed=seed, ordinal=ordinal, watch=watch)


async def judged(prop: Property, stages: Setting) -> Run:
    """Judge `prop`; over several operations that deliver, the worst that came of any.

    Raises:
        ContractError: the contract does not say enough to drive the subject.
    """
    probe = stages(-1)
    early, meant = await asked(prop, probe)
    if early is not None:
        return early
    if prop.judge is not None:
        return await run_of(prop, stages(0), None)
    return merged([await run_of(prop, stages(n), each) for n, each in enumerate(meant)])


async def asked(prop: Property, probe: Stage) -> tuple[Run | None, list[BoundOperation]]:
    """Of which deliveries `prop` is asked, or what came of it before it could be."""
    reason = probe.conform.declined.get(prop.name)
    if reason is not None:
        return Run(Outcome.DECLINED, reason), []
    kind = probe.transport.name.partition(":")[0]
    if kind not in prop.transports:
        ask = f"ask with `--transport {min(prop.transports)}`"
        return Run(Outcome.DECLINED, f"{prop.unseen}: {ask}"), []
    if prop.judge is not None:
        return None, []
    found: list[BoundOperation] = []
    with warnings.catch_warnings(record=True):
        # What is dropped here is judged where it is asked about.
        warnings.simplefilter("always")
        async with surrounded(probe):
            early = await _caught(probe, _deliveries(probe, found))
    if early is not None:
        return early, []
    meant = [each for each in found if each.audience in prop.audiences]
    if not meant:
        reasons = (f"`{each.call.name}`: {prop.otherwise}" for each in found)
        return Run(Outcome.DECLINED, "; ".join(reasons)), []
    return None, meant


async def judged_over(prop: Property, settings: Mapping[str, Setting]) -> Run:
    """Judge `prop` over each part of a transport; the worst that came of any counts.

    Raises:
        ContractError: as `judged`.
    """
    runs = {part: await judged(prop, stages) for part, stages in settings.items()}
    if len(runs) == 1:
        return next(iter(runs.values()))
    run = merged(list(runs.values()))
    outcomes = {part: each.outcome for part, each in runs.items()}
    if len(set(outcomes.values())) == 1:
        return run
    told = "; ".join(f"{over(part)}: {outcome}" for part, outcome in outcomes.items())
    return replace(run, evidence=(*run.evidence, Evidence("the transports differ", told)))


def merged(runs: Sequence[Run]) -> Run:
    """The worst of several, with what was witnessed in all."""
    level = worst(each.outcome for each in runs)
    first = next(each for each in runs if each.outcome is level)
    seen = [text for each in runs if each.outcome is Outcome.PASS for text in each.witnesses]
    return replace(first, witnesses=tuple(dict.fromkeys([*first.witnesses, *seen])))


async def _deliveries(stage: Stage, found: list[BoundOperation]) -> None:
    found += await deliveries(stage, stage.alice)


async def run_of(
    prop: Property,
    stage: Stage,
    delivery: BoundOperation | Callable[[], Awaitable[BoundOperation | None]] | None,
) -> Run:
    """Judge `prop` once, on one stage; what looks for the delivery does so once all is set up."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        stage.warnings = caught
        surrounding = nullcontext() if prop.has_own_runs else surrounded(stage)
        async with surrounding:
            try:
                if callable(delivery):
                    delivery = await delivery()
                with _traced(stage):
                    if delivery is None:
                        assert prop.judge is not None
                        run = await _caught(stage, prop.judge(stage), about=prop.about)
                    else:
                        assert prop.judge_delivery is not None
                        judge = prop.judge_delivery(stage, delivery)
                        run = await _caught(stage, judge, about=prop.about, delivery=delivery)
            finally:
                # As it is now: a call that ends because connections do was not awaited.
                program = stage.history.program()
                await stage.close()
    if run is None:
        run = (
            Run(Outcome.PASS, "; ".join(stage.seen), witnesses=tuple(stage.seen))
            if stage.seen
            else Run(Outcome.NOT_EXERCISED, "nothing was witnessed")
        )
    run = _with_trace(run, stage)
    lacks = sorted({name for peer in stage.peers for name in peer.lacks})
    if lacks:
        listed = ", ".join(f"`{each}`" for each in lacks)
        run = replace(
            run,
            outcome=Outcome.ERROR,
            claim=f"the subject asks its socket for {listed}, which the kit's peer lacks",
            hint="no verdict is possible; please report it, with the framework that offers it",
            about=("peer lacks", *lacks),
        )
    if run.outcome in (Outcome.FAIL, Outcome.ERROR) and prop.is_sequential:
        run = replace(run, sequence=program)
    return replace(run, evidence=(*run.evidence, *stage.evidence()))


@contextmanager
def _traced(stage: Stage) -> Iterator[None]:
    """See which code of the subject runs, where that is watched."""
    if stage.watch.is_own is None:
        yield
        return
    stage.tracer = Tracer(stage.watch.is_own)
    owner = owner_of(stage)
    if owner is not None:
        stage.tracer.know(codes_of(owner))
    with stage.tracer:
        yield


def _with_trace(run: Run, stage: Stage) -> Run:
    """What was swallowed is told; and a PASS in which the owner had no part is none."""
    if stage.tracer is None or run.outcome is Outcome.DECLINED:
        return run
    swallowed = tuple(Evidence(SWALLOWED, each) for each in stage.tracer.swallowed())
    run = replace(run, evidence=(*run.evidence, *swallowed))
    missing = missing_entry(stage, stage.tracer) if run.outcome is Outcome.PASS else None
    if missing is None:
        return run
    return replace(
        run,
        outcome=Outcome.NOT_EXERCISED,
        claim=missing,
        hint="name the owner that does the work, or let what stands in front of it call it",
    )


async def _caught(
    stage: Stage,
    judge: object,
    *,
    about: tuple[str, ...] = (),
    delivery: BoundOperation | None = None,
) -> Run | None:
    """Await a judge and word how it ended; None when it found nothing."""
    assert asyncio.iscoroutine(judge)
    try:
        await judge
    except Failed as failed:
        return Run(
            Outcome.FAIL,
            failed.claim,
            failed.hint,
            failed.about,
            tuple(stage.seen),
            failed.evidence,
            places=(*failed.places, *places(stage, about, delivery)),
        )
    except Unexercised as missing:
        return Run(Outcome.NOT_EXERCISED, missing.claim, missing.hint, witnesses=tuple(stage.seen))
    except Declined as declined:
        return Run(Outcome.DECLINED, declined.claim)
    except Hung as hung:
        run = hanging(hung.call.name, hung.timeout_s, hung.chain)
        return replace(run, places=places(stage, (hung.call.role,), delivery))
    except PluribusError:
        raise
    except Exception as error:
        text = "".join(traceback.format_exception(error)).rstrip()
        return Run(
            Outcome.ERROR,
            f"the kit could not judge: {type(error).__name__}: {error}",
            "please report it",
            (type(error).__name__,),
            evidence=(Evidence("traceback", text),),
        )
    return None


def hanging(name: str, timeout_s: float, chain: Sequence[str]) -> Run:
    """A call that did not return."""
    return Run(
        Outcome.FAIL,
        f"`{name}` did not return within {timeout_s:g} s",
        "what it waits for is the last in the chain",
        ("hang", name),
        evidence=(Evidence("waits", " > ".join(chain) or "unknown"),),
    )


def ended_by(error: BaseException, trace: str) -> Run:
    """A run that an exception ended which no call had raised."""
    if isinstance(error, PluribusError):
        return Run(Outcome.ERROR, error.message, error.hint or "", ("contract",))
    text = f"{type(error).__name__}: {error}"
    evidence = (Evidence("traceback", trace),)
    return Run(Outcome.ERROR, f"the run ended with {text}", "", ("run",), evidence=evidence)


def verdict_of(
    prop: Property, concept: str, run: Run, directory: Path, *, seed: int = 0
) -> Verdict:
    """Give what came of a run its public shape; places outside `directory` are left out."""
    is_named = run.outcome in (Outcome.FAIL, Outcome.ERROR)

    def plain(text: str) -> str:
        return _plain(text, directory)

    return Verdict(
        property=prop.name,
        title=prop.title,
        outcome=run.outcome,
        claim=plain(run.claim),
        hint=plain(run.hint),
        witnesses=tuple(map(plain, run.witnesses)),
        evidence=tuple(Evidence(each.name, plain(each.text)) for each in run.evidence),
        sequence=plain(run.sequence),
        anchors=tuple(
            Location(Path(file).relative_to(directory).as_posix(), line, label=label)
            for file, line, label in run.places
            if Path(file).is_relative_to(directory)
        ),
        id=finding_id(concept, prop.name, *run.about) if is_named else "",
        replay=str(Replay(prop.name, concept, seed, run.schedule)) if is_named else "",
    )


def _plain(text: str, directory: Path) -> str:
    """What a subject says, without what differs from run to run and from machine to machine.

    Lone surrogates, which no UTF-8 holds, are shown as escapes.
    """
    valid = text.encode("utf-8", "backslashreplace").decode()
    return _ADDRESS.sub("at 0x...", valid.replace(f"{directory}/", ""))
