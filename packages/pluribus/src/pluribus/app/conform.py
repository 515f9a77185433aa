"""Judge how the owners of a contract behave, on live objects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from pluribus import __version__
from pluribus.conformance.jobs import Answer, Job, Row
from pluribus.conformance.matrix import kit_trial
from pluribus.conformance.neutral import gives_away
from pluribus.conformance.properties import PROPERTIES
from pluribus.conformance.sabotage import SABOTAGES
from pluribus.conformance.transports.names import IMPLEMENTATIONS, MEMORY
from pluribus.conformance.transports.opening import must_be_installed
from pluribus.contract import Concept, Conform, Contract
from pluribus.contract.keys import nearest
from pluribus.errors import ContractError, SubjectError, UsageError
from pluribus.findings.conformance import (
    ConceptConformance,
    Conformance,
    KitTrial,
    MatrixLine,
    Outcome,
    Verdict,
)

NAMES = tuple(each.name for each in PROPERTIES)


class Drive(Protocol):
    """Drives one concept in a process of its own."""

    def __call__(self, job: Job, progress: Callable[[str], None] = ...) -> Answer:
        """Do the job."""


@dataclass(frozen=True, kw_only=True)
class ConformOptions:
    """What is judged, and with which values."""

    concepts: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    seed: int = 0
    transport: str = MEMORY
    """Over what: one of `TRANSPORTS`."""


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
    chosen = _properties(options.properties)
    concepts = _concepts(contract, options.concepts)
    must_be_installed(options.transport)
    judged = tuple(
        _conformance(contract, each, chosen, options, drive, progress) for each in concepts
    )
    return Conformance(tool_version=__version__, seed=options.seed, concepts=judged)


def bindings(
    contract: Contract, options: ConformOptions, *, drive: Drive
) -> tuple[tuple[Concept, str, tuple[Row, ...]], ...]:
    """What each parameter of the chosen concepts is given, and who has an instance of their own.

    Raises:
        ContractError: a parameter is bound by nothing.
        SubjectError: a subject does not import, or gives out no instance.
    """
    found = []
    for concept in _concepts(contract, options.concepts):
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
    chosen = _properties(options.properties)
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
        for each in _concepts(contract, options.concepts)
    )


def _trial(
    contract: Contract,
    concept: Concept,
    options: ConformOptions,
    drive: Drive,
    progress: Callable[[str], None],
) -> KitTrial:
    chosen = _properties(options.properties)
    whole = _started(contract, concept, chosen, options.seed, drive, progress=progress)
    before = {each.property: each.outcome for each in whole.verdicts}
    failing = tuple(name for name, outcome in before.items() if outcome is Outcome.FAIL)
    lines = [MatrixLine(name="as it is", about="", outcomes=tuple(before.items()))]

    def broken(name: str) -> Answer:
        return _started(
            contract,
            concept,
            chosen,
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
    over = options.transport
    answer = _started(
        contract, concept, chosen, options.seed, drive, progress=progress, transport=over
    )
    settings = concept.conform or Conform()
    verdicts = tuple(
        msgspec.structs.replace(each, allowed=settings.allow.get(each.property, ""))
        if each.outcome is Outcome.NOT_EXERCISED
        else each
        for each in answer.verdicts
    )
    return ConceptConformance(
        concept=concept.name,
        owner=concept.owner,
        verdicts=verdicts,
        notes=(*_notes(contract, answer), *_transport_notes(settings, over)),
        unused_allowances=_unused(settings, verdicts, over),
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
    transport: str = MEMORY,
) -> Answer:
    _must_name_properties(concept)
    directory = contract.directory.resolve()
    try:
        str(directory).encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"the path {str(directory)!a} is not valid UTF-8") from error
    answer = drive(
        Job(
            concept=concept,
            directory=str(directory),
            roots=_roots(contract, directory),
            properties=chosen,
            seed=seed,
            answers="",
            sabotage=sabotage,
            failing=failing,
            transport=transport,
        ),
        progress,
    )
    if answer.start.mistake:
        raise ContractError(answer.start.mistake, hint=answer.start.hint or None)
    if answer.start.crash:
        raise SubjectError(
            f"concept `{concept.name}`: its owner cannot be driven: {answer.start.crash}",
            hint=f"it must import and give out an instance by itself\n\n{answer.start.trace}",
        )
    return answer


def _roots(contract: Contract, directory: Path) -> tuple[str, ...]:
    declared = contract.codebase.roots
    if declared is not None:
        return tuple(str((directory / each).resolve()) for each in declared)
    source = directory / "src"
    return (str(source), str(directory)) if source.is_dir() else (str(directory),)


def _notes(contract: Contract, answer: Answer) -> tuple[str, ...]:
    notes = []
    if gives_away(_roots(contract, contract.directory.resolve())):
        notes.append(
            "the path of the code base holds `test`: code that looks for that word may behave as"
            " in a test run"
        )
    if not answer.start.can_fork:
        notes.append(
            "importing the subject started a thread, so each property was judged in a process that"
            " imported it anew"
        )
    return tuple(notes)


def _transport_notes(settings: Conform, over: str) -> tuple[str, ...]:
    if over == MEMORY:
        return ()
    served = (
        f"clients of `{settings.app}`" if settings.app else "sockets of the kit's own endpoint"
    )
    if over == "asgi":
        return (f"judged over ASGI in memory, by {served}",)
    return (
        f"judged over real sockets on loopback, by {served}, on each of uvicorn's"
        f" implementations: {', '.join(IMPLEMENTATIONS)}",
    )


def _unused(settings: Conform, verdicts: Sequence[Verdict], over: str) -> tuple[str, ...]:
    asked = {each.name for each in PROPERTIES if over in each.transports}
    judged = {each.property: each.outcome for each in verdicts if each.property in asked}
    return tuple(
        name
        for name in sorted(settings.allow)
        if judged.get(name, Outcome.NOT_EXERCISED) is not Outcome.NOT_EXERCISED
    )


def _concepts(contract: Contract, named: tuple[str, ...]) -> tuple[Concept, ...]:
    known = {each.name: each for each in contract.concepts}
    for name in named:
        if name not in known:
            raise UsageError(f"there is no concept `{name}`", hint=_near(name, known))
    if named:
        return tuple(known[name] for name in dict.fromkeys(named))
    found = tuple(each for each in contract.concepts if each.conform is not None)
    if not found:
        first = contract.concepts[0].name
        raise ContractError(
            "no concept says that it is to be driven",
            hint=f"add an empty table `[concepts.{first}.conform]`, or name one by --concept;"
            " `--suggest` writes what is found by itself",
        )
    return found


def _properties(named: tuple[str, ...]) -> tuple[str, ...]:
    wanted = [each.upper() for each in named]
    for name in wanted:
        if name not in NAMES:
            raise UsageError(f"there is no property `{name}`", hint=_near(name, NAMES))
    return tuple(each for each in NAMES if not wanted or each in wanted)


def _must_name_properties(concept: Concept) -> None:
    settings = concept.conform or Conform()
    for key in ("allow", "declined"):
        for name in getattr(settings, key):
            if name not in NAMES:
                raise ContractError(
                    f"concepts.{concept.name}.conform.{key} names `{name}`, which is no property",
                    hint=_near(name, NAMES),
                )


def _near(word: str, known: object) -> str:
    assert hasattr(known, "__iter__")
    listed = list(known)
    near = nearest(word, listed)
    if near:
        return "did you mean " + " or ".join(f"`{each}`" for each in near) + "?"
    return "there are " + ", ".join(listed)
