"""Who makes and keeps instances of the owner, and by which key."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Change, Definition
from pluribus.rules.subject import Subject


def makers_of(subject: Subject) -> tuple[Definition, ...]:
    """The functions that give the owner."""
    return tuple(each for each in subject.makers.values() if each.kind == "function")


def methods_above(subject: Subject) -> Iterator[Definition]:
    """The methods of the owner, and of the classes of the code base above it."""
    for handle in classes_above(subject):
        found = subject.codebase.class_of(handle)
        yield from found.methods if found else ()


def classes_above(subject: Subject) -> tuple[int, ...]:
    """Handles of the owner's class and of those of the code base above it."""
    owner = subject.owner_class
    if owner is None:
        return ()
    above = (target.handle for target in owner.ancestors if target.handle is not None)
    return (owner.definition.handle, *above)


def changes_of(subject: Subject) -> list[Change]:
    """What the owner's methods and its factories change that outlives them, each change once."""
    holders = (*classes_above(subject), *(each.handle for each in makers_of(subject)))
    found = subject.codebase.changes(holders) if holders else []
    # A factory may be a method of the owner.
    once = {(each.site.place, each.target, each.how): each for each in found}
    return list(once.values())


def parameters_of(subject: Subject, change: Change) -> set[str]:
    """The parameters of the function that a change stands in."""
    functions = (*makers_of(subject), *methods_above(subject))
    return {
        parameter.name
        for each in functions
        if each.site.module == change.site.module and each.qualname == change.site.scope
        for parameter in each.parameters
        if parameter.name != "cls"
    }


def is_of_owner(subject: Subject, handle: int | None) -> bool:
    """Whether a class is the owner, or one below it."""
    if handle is None or subject.owner_class is None:
        return False
    own = subject.owner_class.definition.handle
    found = subject.codebase.class_of(handle)
    above = {target.handle for target in found.ancestors} if found else set()
    return own == handle or own in above


def is_keyed_by_whole_context(subject: Subject, change: Change) -> bool:
    """Whether the key holds the context itself, or all that tells one from another."""
    context = subject.concept.context
    if context is None:
        return False
    if any(chain.rpartition(".")[2] == context.parameter for chain in change.key):
        return True
    return all(
        any(chain == part or chain.endswith(f".{part}") for chain in change.key)
        for part in context.key
    )
