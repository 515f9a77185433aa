"""Drive the rivals that the source shows beside the owners that were driven.

Why: docs/decisions/0018-what-a-run-is-shown-beside.md.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from msgspec.structs import replace

from pluribus.app.conform import conform
from pluribus.app.conform_driving import Driving
from pluribus.app.conform_notes import transport_notes
from pluribus.app.judge import subjects_of
from pluribus.app.opening import open_codebase
from pluribus.app.options import CheckOptions
from pluribus.app.reporting import case_of
from pluribus.conformance.transports.names import MEMORY
from pluribus.contract import Concept, Conform, Contract, Operations
from pluribus.contract.conform import key_roles
from pluribus.errors import SubjectError
from pluribus.findings import Location
from pluribus.findings.conformance import Conformance, RivalConformance
from pluribus.rules import Subject
from pluribus.rules.role import methods_of

_OF_FACTORIES: Final = "B"
"""The letter of the properties that are about what gives out instances."""
_NO_FACTORY: Final = "no factory is declared for a rival"


def conform_with_rivals(driving: Driving) -> Conformance:
    """Judge the owners as `conform` does, and every rival of each beside it, over the same
    transport.

    What is said of a rival fails nothing: it is there to be compared, and to be gone one day.

    Raises:
        ContractError: as `conform`; or the source does not define what the contract names.
        FactsError: the source could not be read.
        SubjectError, UsageError: as `conform`.
    """
    concepts = {each.name: each for each in driving.concepts}
    driving.progress("looking for rivals")
    rivals = _found(driving.contract, tuple(concepts))
    judged = conform(driving)

    def beside(concept: Concept) -> tuple[RivalConformance, ...]:
        return tuple(_driven(driving, concept, each) for each in rivals[concept.name])

    return replace(
        judged,
        concepts=tuple(
            replace(each, rivals=beside(concepts[each.concept])) for each in judged.concepts
        ),
    )


def _found(contract: Contract, names: tuple[str, ...]) -> dict[str, tuple[_Rival, ...]]:
    """What there is besides the owners of some concepts."""
    # The places of verdicts are relative to this folder, so those of rivals are, too.
    root = contract.directory
    case = case_of(root, contract, CheckOptions(concepts=names))
    subjects = subjects_of(case, open_codebase(root, contract, cache=None))
    return {each.concept.name: tuple(_rivals(each)) for each in subjects}


@dataclass(frozen=True)
class _Rival:
    path: str
    location: Location | None = None
    methods: frozenset[str] | None = None
    """None where the source was not asked."""


def _rivals(subject: Subject) -> Iterator[_Rival]:
    """Those that are declared, in their order, then those that are found."""
    declared = (subject.concept.conform or Conform()).rivals
    yield from map(_Rival, declared)
    for each in sorted(subject.rivals, key=lambda each: each.found.definition.path):
        definition = each.found.definition
        if definition.path not in declared:
            methods = frozenset(methods_of(subject, each.found))
            yield _Rival(definition.path, definition.site.place.location(), methods)


def _driven(driving: Driving, concept: Concept, rival: _Rival) -> RivalConformance:
    told = RivalConformance(path=rival.path, location=rival.location)
    asked, notes = _under_its_contract(concept, rival)
    if driving.options.transport != MEMORY:
        settings = asked.conform or Conform()
        # Clients of the application would reach the owner.
        alone = replace(settings, app=None, route="/", query={}, headers={}, says=())
        asked = replace(asked, conform=alone)
        notes += transport_notes(asked.conform or Conform(), driving.options.transport)
        if settings.app:
            notes.append(f"`{settings.app}` serves the owner, so no client of it reached this one")
    beside = dataclasses.replace(
        driving, progress=lambda text: driving.progress(f"{rival.path}, a rival of {text}")
    )
    reason = ""
    for way, note in _ways_to_an_instance(asked, rival.path, driving.properties):
        try:
            answer = beside.answered(beside.job(way))
        except SubjectError as error:
            return replace(told, unbound=error.message)
        if answer.start.crash:
            # It does not import, however it is called.
            return replace(told, unbound=answer.start.crash)
        reason = answer.start.mistake
        if not reason:
            return replace(told, verdicts=answer.verdicts, notes=(*notes, note))
    return replace(told, unbound=reason)


def _under_its_contract(concept: Concept, rival: _Rival) -> tuple[Concept, list[str]]:
    """The concept as the rival is driven by it: of an operation whose declared method it is known
    to lack, nothing is declared."""
    settings = concept.conform or Conform()
    kept: dict[str, Any] = {}
    notes = []
    for role in Operations.__struct_fields__:
        declared = getattr(settings.ops, role)
        if declared is None:
            continue
        if declared.call is None or rival.methods is None or declared.call in rival.methods:
            kept[role] = declared
        else:
            notes.append(f"it has no `{declared.call}`, so names and types say what is `{role}`")
    return replace(concept, conform=replace(settings, ops=Operations(**kept))), notes


def _ways_to_an_instance(
    concept: Concept, path: str, chosen: tuple[str, ...]
) -> Iterator[tuple[Concept, str]]:
    """A rival is called for each user, where that is how the owner is given out, and else, or
    when it takes no user, once for all."""
    settings = concept.conform or Conform()
    keys = key_roles(concept.context.key if concept.context else (), settings.context)
    own = settings.sharing or ("thread" if "thread" in keys else "user" if keys else "shared")
    has_factory = settings.factories or concept.factories
    declined = {each: _NO_FACTORY for each in chosen if each.startswith(_OF_FACTORIES)}
    for sharing in dict.fromkeys((own if has_factory else "shared", "shared")):
        made = replace(
            settings,
            factories=(path,),
            sharing=sharing,
            declined={**declined, **settings.declined},
        )
        is_shared = sharing == "shared"
        yield (
            # A key that tells users apart and one instance for all contradict each other.
            replace(
                concept,
                owner=path,
                factories=(),
                conform=made,
                context=None if is_shared else concept.context,
            ),
            "one instance of it served everybody"
            if is_shared
            else f"it was called once for each {sharing}",
        )
