"""What `pluribus conform` says: a verdict a property, and what each verdict stands on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import msgspec

from pluribus.findings.explanation import RuleText
from pluribus.findings.finding import Evidence, Location

CONFORMANCE_SCHEMA_VERSION: Final = 1
"""Of the JSON that `pluribus conform` writes."""


SWALLOWED: Final = "swallowed"
"""The evidence that is an exception which a subject kept to itself."""


class Outcome(StrEnum):
    """What is known of one property, the worst first."""

    FAIL = "FAIL"
    """There is a counterexample in the recorded history."""
    ERROR = "ERROR"
    """The kit could not judge."""
    NOT_EXERCISED = "NOT_EXERCISED"
    """Nothing speaks against it, and something that would have to be seen was not."""
    PASS = "PASS"
    """Everything that would have to be seen was seen, and no counterexample."""
    DECLINED = "DECLINED"
    """It is not promised; the reason says by what."""


_WORST_FIRST: Final = tuple(Outcome)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Of several outcomes the worst; a declined one counts only where there is no other."""
    return min(outcomes, key=_WORST_FIRST.index, default=Outcome.NOT_EXERCISED)


WAYS: Final[Mapping[str, str]] = MappingProxyType({"waits": " > ", "stands at": " > "})
"""The names of evidence whose text is a way from one place to another, with what stands between
its hops."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of one property of one concept."""

    property: str
    """Its name, such as `D2`."""
    title: str
    """What it says, in a few words."""
    outcome: Outcome
    claim: str
    """What was found, in one sentence without a full stop."""
    hint: str = ""
    """What to do about it."""
    witnesses: tuple[str, ...] = ()
    """What was seen, without which there is no PASS."""
    evidence: tuple[Evidence, ...] = ()
    sequence: str = ""
    """The calls that lead there, as a Python program that runs by itself."""
    anchors: tuple[Location, ...] = ()
    """Where in the source this is about."""
    id: str = ""
    """Of a FAIL or an ERROR: the property and a digest of names, the same in every run."""
    replay: str = ""
    """Of a FAIL or an ERROR: what `pluribus conform --replay` takes to see it again."""
    allowed: str = ""
    """Why it may stay not exercised, as the contract says."""


def is_open(verdict: Verdict) -> bool:
    """Whether it keeps the run from being whole: the kit could not judge, or what is promised was
    not exercised, and the contract does not allow that."""
    if verdict.outcome is Outcome.NOT_EXERCISED:
        return not verdict.allowed
    return verdict.outcome is Outcome.ERROR


class RivalConformance(msgspec.Struct, frozen=True, kw_only=True):
    """The same properties of a rival of the owner. They say what it does, and fail nothing."""

    path: str
    """`module:Class`."""
    location: Location | None = None
    verdicts: tuple[Verdict, ...] = ()
    unbound: str = ""
    """Why it could not be driven; empty when it was."""
    notes: tuple[str, ...] = ()
    """What tempers its verdicts, such as that it was bound in another way than the owner."""


class ConceptConformance(msgspec.Struct, frozen=True, kw_only=True):
    """The verdicts of one concept."""

    concept: str
    owner: str
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()
    """What tempers all of them, such as a path that gives tests away."""
    unused_allowances: tuple[str, ...] = ()
    """Properties that the contract allows not to be exercised, and that were."""
    unused_shared: tuple[str, ...] = ()
    """What the contract allows to be shared, and that nothing reached."""
    unused_keys: tuple[str, ...] = ()
    """Keys of a store that the contract allows to be shared, and that nobody shared."""
    rivals: tuple[RivalConformance, ...] | None = None
    """What was judged beside the owner; None when nobody asked."""


class Conformance(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one run, free of clocks and host paths."""

    tool_version: str
    seed: int
    concepts: tuple[ConceptConformance, ...]
    contract: str = ""
    """The name of the contract's file; empty for one that was made in memory. The places of
    verdicts are relative to the folder that it is in."""
    texts: tuple[RuleText, ...] = ()
    """What the properties mean, for formats that say so."""

    @property
    def has_failed(self) -> bool:
        """Whether a property does not hold."""
        return any(each.outcome is Outcome.FAIL for each in self._verdicts())

    @property
    def is_whole(self) -> bool:
        """Whether all was judged that must be: no ERROR, nothing unexercised that is not
        allowed, and no allowance that is not needed."""
        return not any(map(is_open, self._verdicts())) and not any(
            each.unused_allowances or each.unused_shared or each.unused_keys
            for each in self.concepts
        )

    def _verdicts(self) -> Iterable[Verdict]:
        return (verdict for each in self.concepts for verdict in each.verdicts)


class MatrixLine(msgspec.Struct, frozen=True, kw_only=True):
    """One manager of a self-test, and what every property said of it."""

    name: str
    about: str
    """What is wrong with it; empty for one that must pass."""
    outcomes: tuple[tuple[str, Outcome], ...]
    """Property to outcome."""
    problem: str = ""
    """Why this line is not as it must be; empty when it is."""


class KitTrial(msgspec.Struct, frozen=True, kw_only=True):
    """The self-test of the kit, or of one concept's adapter."""

    subject: str
    lines: tuple[MatrixLine, ...]
    problems: tuple[str, ...] = ()
    """What is wrong with the kit as a whole."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing survived that should have been found, and nothing good was refused."""
        return not self.problems and not any(each.problem for each in self.lines)


def finding_id(concept: str, name: str, *parts: str) -> str:
    """Name what is wrong by property and names alone, so that it stays the same between runs."""
    digest = hashlib.sha256("\0".join((concept, name, *parts)).encode()).hexdigest()[:12]
    return f"{name}:{digest}"
