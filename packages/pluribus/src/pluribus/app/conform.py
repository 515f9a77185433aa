"""Judge how the owners of a contract behave, on live objects."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from pluribus import __version__
from pluribus.app.conform_driving import Driving
from pluribus.app.conform_notes import (
    notes_of,
    seen_again,
    store_notes,
    transport_notes,
    unused_allowances,
    unused_keys,
    unused_shared,
)
from pluribus.app.property_texts import text_of
from pluribus.conformance.properties import PROPERTIES
from pluribus.conformance.transports.names import MEMORY
from pluribus.conformance.transports.opening import must_be_installed
from pluribus.contract import Concept, Conform
from pluribus.findings.conformance import ConceptConformance, Conformance, Outcome, Verdict


def conform(driving: Driving) -> Conformance:
    """Judge the chosen properties of the chosen concepts.

    Raises:
        ContractError: the contract does not say enough to drive a subject, or contradicts itself.
        SubjectError: a subject does not import.
        UsageError: there is no such concept or property, or a library is missing.
    """
    chosen, concepts = driving.properties, driving.concepts
    must_be_installed(driving.options.transport)
    return Conformance(
        tool_version=__version__,
        seed=driving.options.seed,
        concepts=tuple(_conformance(driving, each) for each in concepts),
        contract="" if driving.contract.path is None else driving.contract.path.name,
        texts=tuple(text_of(each) for each in PROPERTIES if each.name in chosen),
    )


def _conformance(driving: Driving, concept: Concept) -> ConceptConformance:
    options = driving.options
    answer = driving.started(driving.job(concept))
    return concluded(
        concept,
        answer.verdicts,
        (
            *notes_of(driving.contract, answer),
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
