"""What is asked of `pluribus conform`: which concepts, which properties, which failure again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pluribus.conformance.properties import PROPERTIES
from pluribus.conformance.replay import replay_of
from pluribus.conformance.transports.names import MEMORY
from pluribus.contract import Concept, Conform, Contract
from pluribus.contract.keys import nearest
from pluribus.errors import ContractError, UsageError

NAMES: Final = tuple(each.name for each in PROPERTIES)
"""Of all properties, in the order of verdicts."""


@dataclass(frozen=True, kw_only=True)
class ConformOptions:
    """What is judged, and with which values."""

    concepts: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    seed: int = 0
    schedule: str = ""
    """Of one property that is judged under many schedules, the one that is run again."""
    transport: str = MEMORY
    """Over what: one of `TRANSPORTS`."""
    is_replay: bool = False
    """Whether this is to show a failure that has been seen before."""


def replayed(text: str) -> ConformOptions:
    """What a report names after `--replay`.

    Raises:
        UsageError: it is no such name.
    """
    replay = replay_of(text)
    chosen = chosen_properties((replay.property,))
    (prop,) = [each for each in PROPERTIES if each.name in chosen]
    if prop.bounds is None and replay.schedule:
        raise UsageError(f"`{text}` cannot be replayed: a run of {prop.name} has no schedule")
    return ConformOptions(
        concepts=(replay.concept,),
        properties=chosen,
        seed=replay.seed,
        schedule=replay.schedule,
        is_replay=True,
    )


def driven_concepts(contract: Contract, named: tuple[str, ...]) -> tuple[Concept, ...]:
    """The concepts that are named, or all that have a table [conform].

    Raises:
        ContractError: none has one.
        UsageError: there is no such concept.
    """
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


def chosen_properties(named: tuple[str, ...]) -> tuple[str, ...]:
    """The names that were asked for, or all, in the order of verdicts.

    Raises:
        UsageError: there is no such property.
    """
    wanted = [each.upper() for each in named]
    for name in wanted:
        if name not in NAMES:
            raise UsageError(f"there is no property `{name}`", hint=_near(name, NAMES))
    return tuple(each for each in NAMES if not wanted or each in wanted)


def must_name_properties(concept: Concept) -> None:
    """Refuse an allowance of what is no property.

    Raises:
        ContractError: naming it.
    """
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
