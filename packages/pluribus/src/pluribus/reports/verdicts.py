"""What the formats of `pluribus conform` say in the same way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pluribus.findings import Location
from pluribus.findings.conformance import (
    ConceptConformance,
    Conformance,
    Outcome,
    Verdict,
    is_open,
)
from pluribus.reports.wording import counted, printable

NAMED = (Outcome.FAIL, Outcome.ERROR)
"""The outcomes of which each verdict is told on its own, with all that it stands on."""
MARKS = {
    Outcome.FAIL: "F",
    Outcome.ERROR: "E",
    Outcome.NOT_EXERCISED: "n",
    Outcome.PASS: ".",
    Outcome.DECLINED: "-",
}
LEGEND = ". pass  F fail  n not exercised  E error  - declined"
_COUNTED = (Outcome.PASS, Outcome.FAIL, Outcome.NOT_EXERCISED, Outcome.DECLINED, Outcome.ERROR)


@dataclass(frozen=True, kw_only=True)
class Manager:
    """A column of the matrix: an owner, or a rival of it."""

    concept: ConceptConformance
    role: str
    """`owner`, `rival 1`, ..."""
    path: str
    location: Location | None
    verdicts: dict[str, Verdict]
    """By property."""
    unbound: str
    """Why it was not driven; empty when it was."""
    notes: tuple[str, ...]


def managers(concept: ConceptConformance) -> list[Manager]:
    """The owner of a concept, then its rivals."""
    owner = Manager(
        concept=concept,
        role="owner",
        path=concept.owner,
        location=None,
        verdicts=_by_property(concept.verdicts),
        unbound="",
        notes=concept.notes,
    )
    return [
        owner,
        *(
            Manager(
                concept=concept,
                role=f"rival {number}",
                path=each.path,
                location=each.location,
                verdicts=_by_property(each.verdicts),
                unbound=each.unbound,
                notes=each.notes,
            )
            for number, each in enumerate(concept.rivals or (), start=1)
        ),
    ]


def judged(columns: Iterable[Manager]) -> dict[str, str]:
    """The properties that were judged of any manager, in the order of verdicts, with titles."""
    return {name: each.title for column in columns for name, each in column.verdicts.items()}


def verdicts_of(conformance: Conformance) -> Iterator[tuple[ConceptConformance, Verdict]]:
    """Every verdict of an owner, with its concept."""
    return ((each, verdict) for each in conformance.concepts for verdict in each.verdicts)


def counts(conformance: Conformance) -> str:
    """How often each outcome came of the owners, on one line."""
    tally = Counter(verdict.outcome for _, verdict in verdicts_of(conformance))
    allowed = sum(bool(verdict.allowed) for _, verdict in verdicts_of(conformance))
    listed = ", ".join(f"{each} {tally[each]}" for each in _COUNTED)
    if allowed:
        listed += f" ({counted(allowed, 'not exercised', 'not exercised')} is allowed)"
    return listed


def headline(conformance: Conformance) -> str:
    """How the run went, and the counts."""
    if conformance.has_failed:
        word = "failed"
    else:
        word = "passed" if conformance.is_whole else "not judged"
    return f"{word}: {counts(conformance)}"


def unseen(verdicts: Iterable[Verdict]) -> dict[tuple[str, str], list[str]]:
    """What was not seen and what to do about it, once, with the properties that needed it."""
    missing: dict[tuple[str, str], list[str]] = {}
    for each in verdicts:
        if each.outcome is Outcome.NOT_EXERCISED:
            missing.setdefault((each.claim, each.hint), []).append(each.property)
    return missing


def unneeded(concept: ConceptConformance) -> list[str]:
    """What is said of each allowance that was not needed."""
    entries = [f"allow.{name}:" for name in concept.unused_allowances]
    entries += [f"allow-shared: {printable(each)} is" for each in concept.unused_shared]
    entries += [f"shared-keys: {printable(each)} is" for each in concept.unused_keys]
    return [f"{entry} not needed, take it out of the contract" for entry in entries]


def open_points(conformance: Conformance) -> list[str]:
    """What kept the run from being whole, a line each, with the properties that it is true of."""
    lines = []
    for concept in conformance.concepts:
        found: dict[tuple[Outcome, str], list[str]] = {}
        for each in concept.verdicts:
            if is_open(each):
                found.setdefault((each.outcome, each.claim), []).append(each.property)
        lines += [
            f"{concept.concept}: {outcome} {', '.join(names)}: {claim}"
            for (outcome, claim), names in found.items()
        ]
        lines += [f"{concept.concept}: {each}" for each in unneeded(concept)]
    return lines


def _by_property(verdicts: Sequence[Verdict]) -> dict[str, Verdict]:
    return {each.property: each for each in verdicts}
