"""See `rival.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from pluribus.codebase import Class, Definition
from pluribus.findings import Confidence, Evidence, Location, Severity
from pluribus.rules.base import Violation, rule
from pluribus.rules.kinship import not_a_rival, plugged_in
from pluribus.rules.role import (
    GENERIC_METHODS,
    Role,
    interface_of,
    methods_of,
    role_of,
    shared_words,
    takes_alike,
)
from pluribus.rules.subject import Subject

COMMON = 3
"""As many classes with the same methods, the owner among them, are a framework's plug-ins."""


def _obstacle(subject: Subject) -> str | None:
    if subject.owner is not None and subject.owner.kind == "variable":
        return "the owner is a value: it has neither methods nor parameters to compare"
    return None


@rule(
    name="rival",
    family="implementations",
    summary="another class plays the concept's role",
    severity=Severity.ERROR,
    obstacle=_obstacle,
)
def rival(subject: Subject) -> Iterator[Violation]:
    if subject.owner is None:
        yield from _modules(subject)
    elif subject.owner.kind == "class":
        yield from _classes(subject)
    elif subject.owner.kind == "function":
        yield from _functions(subject, subject.owner)


def _classes(subject: Subject) -> Iterator[Violation]:
    nominated = subject.concept.rivals
    candidates = subject.codebase.classes(
        globs=nominated.names,
        methods=sorted(interface_of(subject)),
        least=nominated.shared_methods,
    )
    family = plugged_in(subject, candidates)
    for each in candidates:
        if each.definition.handle in family:
            continue
        named = _is_named(subject, each.definition.name)
        role = role_of(subject, each, named=named)
        confidence = role.confidence
        enough = named or len(role.methods) >= nominated.shared_methods
        if confidence is None or not enough or not_a_rival(subject, each) is not None:
            continue
        if not role.is_kin and _are_hooks(subject, role, candidates):
            continue
        path = each.definition.path
        yield Violation(
            site=each.definition.site,
            message=f"class `{path}` plays the role of `{subject.keep}`: it has "
            f"{len(role.methods) + len(role.more)} of its methods" + _and_events(role.events),
            hint="move what it does better into the owner and let its users take that one, "
            "or name it after the role that is its own",
            confidence=confidence,
            related=_owner_place(subject),
            evidence=role.evidence(subject.keep),
            key=(path, subject.keep),
        )


def _are_hooks(subject: Subject, role: Role, candidates: list[Class]) -> bool:
    """Methods that many classes have are what a framework calls, and no role of their own."""
    shared = set(role.methods)
    return sum(shared <= set(methods_of(subject, each)) for each in candidates) >= COMMON


def _and_events(events: tuple[str, ...]) -> str:
    return f" and speaks {len(events)} of its events" if events else ""


def _is_named(subject: Subject, name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in subject.concept.rivals.names)


def _owner_place(subject: Subject) -> tuple[Location, ...]:
    owner = subject.owner
    return (owner.site.place.location("the owner"),) if owner else ()


def _functions(subject: Subject, owner: Definition) -> Iterator[Violation]:
    """Functions of the owner's name, or of a rival's, that take what the owner takes."""
    mine = {parameter.name for parameter in owner.parameters}
    for each in subject.codebase.functions(names=[owner.name], globs=subject.concept.rivals.names):
        theirs = {parameter.name for parameter in each.parameters}
        is_same = each.handle == owner.handle or each.site.is_test or each.body == "stub"
        twins = each.is_async != owner.is_async and each.name != owner.name
        if is_same or twins or each.body == "forward" or not takes_alike(owner, each):
            continue
        is_namesake = each.name == owner.name
        if not (mine & theirs) and not is_namesake:
            continue
        shared = sorted(mine & theirs)
        yield Violation(
            site=each.site,
            message=f"function `{each.path}` plays the role of `{subject.keep}`",
            hint="let its callers call the owner, then remove it",
            confidence=Confidence.LIKELY if shared else Confidence.POSSIBLE,
            related=_owner_place(subject),
            evidence=tuple(
                Evidence(name, ", ".join(words))
                for name, words in (
                    ("parameters", shared),
                    ("name", shared_words(owner.name, each.name)),
                )
                if words
            ),
            key=(each.path, subject.keep),
        )


def _modules(subject: Subject) -> Iterator[Violation]:
    """Modules that define the functions and classes of the owner again."""
    module = subject.codebase.module(subject.owner_module)
    if module is None:
        return
    telling = [
        own.name
        for own in module.own
        if own.kind in ("class", "function")
        and not own.name.startswith("_")
        and own.name not in GENERIC_METHODS
    ]
    owned = {
        each.name: each
        for each in subject.codebase.functions(names=telling)
        if each.site.module == module.name
    }
    by_module: dict[str, list[Definition]] = {}
    for each in subject.codebase.functions(names=sorted(owned)):
        is_again = each.site.module != module.name and takes_alike(owned[each.name], each)
        if is_again and not each.site.is_test and each.body == "other":
            by_module.setdefault(each.site.module, []).append(each)
    for name, again in sorted(by_module.items()):
        if len(again) < subject.concept.rivals.shared_methods:
            continue
        functions = ", ".join(sorted(each.name for each in again))
        yield Violation(
            site=again[0].site,
            message=f"module `{name}` plays the role of `{subject.keep}`: it defines "
            f"{len(again)} of its functions again",
            hint="let its users take the owner's, then remove them here",
            confidence=Confidence.LIKELY,
            related=tuple(
                owned[each.name].site.place.location(f"the owner's `{each.name}`")
                for each in again
            ),
            evidence=(Evidence("functions", functions),),
            key=(name, subject.keep),
        )
