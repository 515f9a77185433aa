"""Judge how the owners of a contract behave, on live objects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import msgspec

from pluribus import __version__
from pluribus.app.conform_notes import (
    notes_of,
    roots_of,
    seen_again,
    store_notes,
    transport_notes,
    unused_allowances,
    unused_keys,
    unused_shared,
)
from pluribus.app.conform_options import (
    ConformOptions,
    chosen_properties,
    driven_concepts,
    must_name_properties,
)
from pluribus.app.property_texts import text_of
from pluribus.conformance.jobs import Answer, Job, Row
from pluribus.conformance.matrix import kit_trial
from pluribus.conformance.properties import PROPERTIES
from pluribus.conformance.sabotage import SABOTAGES
from pluribus.conformance.transports.names import MEMORY
from pluribus.conformance.transports.opening import must_be_installed
from pluribus.contract import Concept, Conform, Contract
from pluribus.errors import ContractError, SubjectError, UsageError
from pluribus.findings.conformance import (
    ConceptConformance,
    Conformance,
    KitTrial,
    MatrixLine,
    Outcome,
    Verdict,
)


class Drive(Protocol):
    """Drives one concept in a process of its own."""

    def __call__(self, job: Job, progress: Callable[[str], None] = ...) -> Answer:
        """Do the job."""


def conform(
    contract: Contract,
    options: ConformOptions,
    *,
    drive: Drive,
    progress: Callable[[str], None] = lambda text: None,
) -> Conformance:
    """Judge the chosen properties of the chosen concepts.

    Raises:
        ContractError: the contract does not say enough to drive a subject, or contradicts itself.
        SubjectError: a subject does not import.
        UsageError: there is no such concept or property.
    """
    chosen = chosen_properties(options.properties)
    concepts = driven_concepts(contract, options.concepts)
    must_be_installed(options.transport)
    judged = tuple(
        _conformance(contract, each, chosen, options, drive, progress) for each in concepts
    )
    return Conformance(
        tool_version=__version__,
        seed=options.seed,
        concepts=judged,
        contract="" if contract.path is None else contract.path.name,
        texts=tuple(text_of(each) for each in PROPERTIES if each.name in chosen),
    )


def bindings(
    contract: Contract, options: ConformOptions, *, drive: Drive
) -> tuple[tuple[Concept, str, tuple[Row, ...]], ...]:
    """What each parameter of the chosen concepts is given, and who has an instance of their own.

    Raises:
        ContractError: a parameter is bound by nothing.
        SubjectError: a subject does not import, or gives out no instance.
    """
    found = []
    for concept in driven_concepts(contract, options.concepts):
        answer = _started(contract, concept, (), options.seed, drive)
        if not answer.start.rows:
            raise SubjectError(
                f"concept `{concept.name}`: nothing could be bound, because there is"
                f" {answer.start.trace or 'nothing to call'}"
            )
        found.append((concept, answer.start.sharing, answer.start.rows))
    return tuple(found)


def kit(
    options: ConformOptions, *, progress: Callable[[str], None] = lambda text: None
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
    )


def sabotage(
    contract: Contract,
    options: ConformOptions,
    *,
    drive: Drive,
    progress: Callable[[str], None] = lambda text: None,
) -> tuple[KitTrial, ...]:
    """Break each subject through its adapter, in memory, and see that some property notices.

    Raises:
        ContractError, SubjectError, UsageError: as `conform`.
    """
    if options.transport != MEMORY:
        raise UsageError(
            "a subject is broken in memory alone",
            hint=f"leave `--transport {options.transport}` out",
        )
    return tuple(
        _trial(contract, each, options, drive, progress)
        for each in driven_concepts(contract, options.concepts)
    )


def _trial(
    contract: Contract,
    concept: Concept,
    options: ConformOptions,
    drive: Drive,
    progress: Callable[[str], None],
) -> KitTrial:
    chosen = chosen_properties(options.properties)
    whole = _started(contract, concept, chosen, options.seed, drive, progress=progress)
    before = {each.property: each.outcome for each in whole.verdicts}
    failing = tuple(name for name, outcome in before.items() if outcome is Outcome.FAIL)
    # What makes runs of its own makes them of the subject as it is.
    apart = {each.name for each in PROPERTIES if each.has_own_runs}
    affected = tuple(each for each in chosen if each not in apart)
    lines = [MatrixLine(name="as it is", about="", outcomes=tuple(before.items()))]

    # What is sent, and to whom, goes wrong first; all else waits in vain for what does not come.
    likely = tuple(sorted(affected, key=lambda name: name[0] not in "DE"))

    def broken(name: str) -> Answer:
        return _started(
            contract,
            concept,
            likely,
            options.seed,
            drive,
            progress=progress,
            sabotage=name,
            failing=failing,
        )

    # What is broken is waited for in vain, which takes long and little of the machine.
    with ThreadPoolExecutor(len(SABOTAGES)) as threads:
        answers = list(threads.map(broken, [each.name for each in SABOTAGES]))
    for each, answer in zip(SABOTAGES, answers, strict=True):
        outcomes = tuple((one.property, one.outcome) for one in answer.verdicts)
        noticed = any(
            outcome is Outcome.FAIL and before[name] is not Outcome.FAIL
            for name, outcome in outcomes
        )
        is_possible = answer.start.is_applicable
        lines.append(
            MatrixLine(
                name=each.name,
                about=each.about if is_possible else f"{each.about}: not possible here",
                outcomes=outcomes,
                problem="" if noticed or not is_possible else "no property notices it",
            )
        )
    return KitTrial(subject=concept.name, lines=tuple(lines))


def _conformance(
    contract: Contract,
    concept: Concept,
    chosen: tuple[str, ...],
    options: ConformOptions,
    drive: Drive,
    progress: Callable[[str], None],
) -> ConceptConformance:
    answer = _started(
        contract,
        concept,
        chosen,
        options.seed,
        drive,
        progress=progress,
        schedule=options.schedule,
        transport=options.transport,
    )
    return concluded(
        concept,
        answer.verdicts,
        (
            *notes_of(contract, answer),
            *store_notes(concept.conform or Conform()),
            *transport_notes(concept.conform or Conform(), options.transport),
            *seen_again(options, answer.verdicts),
        ),
        over=options.transport,
        is_whole=not options.is_replay,
    )


def concluded(
    concept: Concept,
    verdicts: Sequence[Verdict],
    notes: tuple[str, ...] = (),
    *,
    over: str = MEMORY,
    is_whole: bool = True,
) -> ConceptConformance:
    """The verdicts of a concept, with what its contract allows."""
    settings = concept.conform or Conform()
    allowed = tuple(
        msgspec.structs.replace(each, allowed=settings.allow.get(each.property, ""))
        if each.outcome is Outcome.NOT_EXERCISED
        else each
        for each in verdicts
    )
    return ConceptConformance(
        concept=concept.name,
        owner=concept.owner,
        verdicts=allowed,
        notes=notes,
        unused_allowances=unused_allowances(settings, allowed, over) if is_whole else (),
        unused_shared=unused_shared(settings, allowed) if is_whole else (),
        unused_keys=unused_keys(settings, allowed) if is_whole else (),
    )


def _started(
    contract: Contract,
    concept: Concept,
    chosen: tuple[str, ...],
    seed: int,
    drive: Drive,
    *,
    progress: Callable[[str], None] = lambda text: None,
    sabotage: str = "",
    failing: tuple[str, ...] | None = None,
    schedule: str = "",
    transport: str = MEMORY,
) -> Answer:
    answer = answered(
        contract,
        concept,
        chosen,
        seed,
        drive,
        progress=progress,
        sabotage=sabotage,
        failing=failing,
        schedule=schedule,
        transport=transport,
    )
    if answer.start.mistake:
        raise ContractError(answer.start.mistake, hint=answer.start.hint or None)
    if answer.start.crash:
        raise SubjectError(
            f"concept `{concept.name}`: its owner cannot be driven: {answer.start.crash}",
            hint=f"it must import and give out an instance by itself\n\n{answer.start.trace}",
        )
    return answer


def answered(
    contract: Contract,
    concept: Concept,
    chosen: tuple[str, ...],
    seed: int,
    drive: Drive,
    *,
    progress: Callable[[str], None] = lambda text: None,
    sabotage: str = "",
    failing: tuple[str, ...] | None = None,
    schedule: str = "",
    transport: str = MEMORY,
) -> Answer:
    """Drive one concept, judging the properties that are chosen; the answer says what kept it
    from being driven.

    Raises:
        ContractError: it allows or declines what is no property.
        SubjectError: the process that drives it ended before it could say anything.
        UsageError: the folder of the contract has no name in UTF-8.
    """
    must_name_properties(concept)
    directory = contract.directory.resolve()
    try:
        str(directory).encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"the path {str(directory)!a} is not valid UTF-8") from error
    return drive(
        Job(
            concept=concept,
            directory=str(directory),
            roots=roots_of(contract, directory),
            properties=chosen,
            seed=seed,
            answers="",
            sabotage=sabotage,
            failing=failing,
            schedule=schedule,
            transport=transport,
        ),
        progress,
    )
