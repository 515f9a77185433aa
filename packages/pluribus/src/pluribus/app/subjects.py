"""Declared concepts, found in the code base: what does not exist is an error, never green."""

from __future__ import annotations

from collections.abc import Sequence

from pluribus.codebase import Codebase, Definition, Focus
from pluribus.contract import Concept
from pluribus.errors import OwnerNotFoundError, OwnerNotReadError
from pluribus.rules import Subject
from pluribus.rules.implementations import METHODS_THAT_NOMINATE
from pluribus.rules.sending import senders
from pluribus.rules.vocabulary import spelled


def focus_of(concepts: Sequence[Concept]) -> Focus:
    """What has to be read to judge these concepts."""
    modules: set[str] = set()
    names: set[str] = set()
    definitions: set[tuple[str, str]] = set()
    methods = []
    for concept in concepts:
        modules |= {concept.owner_module, *concept.allowed_paths, *concept.legacy_paths}
        for reference in _references(concept):
            module, _, qualname = reference.partition(":")
            modules.add(module)
            if qualname:
                definitions.add((module, qualname))
                names.add(qualname.rpartition(".")[2])
        if concept.interface and len(concept.interface.methods) >= METHODS_THAT_NOMINATE:
            methods.append((concept.interface.methods, concept.rivals.shared_methods))
    return Focus(
        modules=tuple(sorted(modules)),
        names=tuple(sorted(names)),
        classes=tuple(sorted({glob for concept in concepts for glob in concept.rivals.names})),
        methods=tuple(methods),
        definitions=tuple(sorted(definitions)),
    )


def _owner_named(concept: Concept) -> tuple[str, str]:
    return concept.owner_module, concept.owner_qualname or ""


def _references(concept: Concept) -> list[str]:
    protocol = concept.interface.protocol if concept.interface else None
    return [concept.owner, *concept.factories, *([protocol] if protocol else [])]


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
        copied=tuple(sorted({_owner_named(subject.concept) for subject in subjects})),
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
        factories=tuple(_find(concept, each, "factory", codebase) for each in concept.factories),
        protocol=_find(concept, protocol, "protocol", codebase) if protocol else None,
    )


def _owner(concept: Concept, codebase: Codebase) -> Definition | None:
    if concept.owner_qualname is not None:
        return _find(concept, concept.owner, "owner", codebase)
    _refuse_unread(concept, concept.owner, "owner", codebase)
    if not codebase.has_module(concept.owner):
        nearest = codebase.nearest([(concept.owner, "")])[0]
        raise OwnerNotFoundError(concept.name, concept.owner, role="owner", nearest=nearest)
    return None


def _find(concept: Concept, reference: str, role: str, codebase: Codebase) -> Definition:
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
