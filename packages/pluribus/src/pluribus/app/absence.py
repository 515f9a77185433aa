"""Concepts in a revision that does not hold yet, or no more, all that the contract names."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from pluribus.app.subjects import find_definition, subject_of
from pluribus.codebase import Codebase
from pluribus.contract import Concept
from pluribus.errors import OwnerNotFoundError
from pluribus.rules import Rule, Subject


def subject_at_hand(concept: Concept, codebase: Codebase) -> Subject:
    """Find what there is of what the contract names; the concept of the answer names no more.

    Where the owner itself is absent, its module stands in for it, be it there or not.

    Raises:
        OwnerNotReadError: something may be in a file that could not be read whole.
    """
    try:
        return subject_of(concept, codebase)
    except OwnerNotFoundError:
        pass
    interface = concept.interface
    if interface and interface.protocol and not _is_there(concept, interface.protocol, codebase):
        interface = None
    left = msgspec.structs.replace(
        concept,
        interface=interface,
        factories=tuple(each for each in concept.factories if _is_there(concept, each, codebase)),
    )
    try:
        return subject_of(left, codebase)
    except OwnerNotFoundError:
        without = msgspec.structs.replace(left, owner=concept.owner_module)
        return Subject(concept=without, codebase=codebase, owner=None)


def absent(concept: Concept, subject: Subject) -> tuple[str, ...]:
    """What of a declared concept is not defined."""
    there = subject.concept
    missing = [each for each in concept.factories if each not in there.factories]
    if concept.interface and not there.interface and concept.interface.protocol:
        missing.append(concept.interface.protocol)
    if not _has_owner(concept, subject):
        missing.insert(0, concept.owner)
    return tuple(missing)


def obstacle(rule: Rule, concept: Concept, subject: Subject) -> str | None:
    """Why a rule cannot judge what is at hand of a declared concept; None when it can."""
    missing = absent(concept, subject)
    if rule.needs_owner and not _has_owner(concept, subject):
        return _said(missing)
    found = rule.obstacle(subject)
    return _said(missing) if found and missing else found


def _has_owner(concept: Concept, subject: Subject) -> bool:
    if subject.owner is not None:
        return True
    if concept.owner_qualname is not None:
        return False
    return subject.codebase.has_module(concept.owner)


def _is_there(concept: Concept, reference: str, codebase: Codebase) -> bool:
    try:
        find_definition(concept, reference, "definition", codebase)
    except OwnerNotFoundError:
        return False
    return True


def _said(missing: Sequence[str]) -> str:
    verb = "are" if len(missing) > 1 else "is"
    return " and ".join(f"`{each}`" for each in missing) + f" {verb} not defined at this revision"
