"""Declared concepts, found in the code base: what does not exist is an error, never green."""

from __future__ import annotations

from collections.abc import Sequence

from pluribus.app.focusing import METHODS_THAT_NOMINATE, focus_of, owner_named
from pluribus.codebase import Codebase, Definition, Focus
from pluribus.contract import Concept
from pluribus.errors import OwnerNotFoundError, OwnerNotReadError
from pluribus.rules import Subject
from pluribus.rules.sending import senders
from pluribus.rules.vocabulary import spelled


def focus_on_methods(subjects: Sequence[Subject]) -> Focus:
    """What else has to be read, by what only the owner's source names: files that define its
    methods, constants that are handed to those that send, and what holds the words of copies."""
    methods = [
        (tuple(sorted(names)), max(subject.concept.rivals.shared_methods, 1))
        for subject in subjects
        if len(names := subject.nominating) >= METHODS_THAT_NOMINATE
    ]
    first = focus_of([subject.concept for subject in subjects])
    public = {name for subject in subjects for name in subject.public_names}
    return Focus(
        modules=first.modules,
        names=tuple(sorted({*first.names, *public})),
        classes=first.classes,
        methods=(*first.methods, *methods),
        definitions=first.definitions,
        words=tuple(sorted({each for subject in subjects for each in spelled(subject)})),
        senders=tuple(sorted({name for subject in subjects for name in senders(subject)})),
        copied=tuple(sorted({owner_named(subject.concept) for subject in subjects})),
    )


def subject_of(concept: Concept, codebase: Codebase) -> Subject:
    """Find what the contract names.

    Raises:
        OwnerNotFoundError: the owner, a factory or the protocol is not defined; with what is most
            like it.
        OwnerNotReadError: one of them may be, in a file that could not be read whole.
    """
    protocol = concept.interface.protocol if concept.interface else None
    return Subject(
        concept=concept,
        codebase=codebase,
        owner=_owner(concept, codebase),
        factories=tuple(
            find_definition(concept, each, "factory", codebase) for each in concept.factories
        ),
        protocol=find_definition(concept, protocol, "protocol", codebase) if protocol else None,
    )


def _owner(concept: Concept, codebase: Codebase) -> Definition | None:
    if concept.owner_qualname is not None:
        return find_definition(concept, concept.owner, "owner", codebase)
    _refuse_unread(concept, concept.owner, "owner", codebase)
    if not codebase.has_module(concept.owner):
        nearest = codebase.nearest([(concept.owner, "")])[0]
        raise OwnerNotFoundError(concept.name, concept.owner, role="owner", nearest=nearest)
    return None


def find_definition(concept: Concept, reference: str, role: str, codebase: Codebase) -> Definition:
    """Find a definition that the contract names, in a role that errors repeat.

    Raises:
        OwnerNotFoundError: it is not defined.
        OwnerNotReadError: it may be, in a file that could not be read whole.
    """
    module, _, qualname = reference.partition(":")
    handle = codebase.handle(module, qualname)
    if handle is None:
        _refuse_unread(concept, reference, role, codebase)
        nearest = codebase.nearest([(module, qualname)])[0]
        raise OwnerNotFoundError(concept.name, reference, role=role, nearest=nearest)
    return codebase.definition(handle)


def _refuse_unread(concept: Concept, reference: str, role: str, codebase: Codebase) -> None:
    """Refuse to call undefined what stands in a file that was not read."""
    module, _, qualname = reference.partition(":")
    obstacle = codebase.obstacle(module, qualname)
    if obstacle is not None:
        path, reason = obstacle
        raise OwnerNotReadError(concept.name, reference, role=role, path=path, reason=reason)
