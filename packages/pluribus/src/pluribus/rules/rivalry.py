"""The rivals of an owner: which classes and functions play its role, by weighed evidence."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import msgspec

from pluribus.codebase import Class, Definition
from pluribus.findings import Confidence
from pluribus.rules.kinship import not_a_rival, plugged_in
from pluribus.rules.role import (
    GENERIC_METHODS,
    Role,
    methods_of,
    role_of,
    takes_alike,
)

if TYPE_CHECKING:
    from pluribus.rules.subject import Subject

COMMON = 3
"""As many classes with the same methods, the owner among them, are a framework's plug-ins."""


class RivalClass(msgspec.Struct, frozen=True):
    found: Class
    role: Role
    confidence: Confidence


class RivalFunction(msgspec.Struct, frozen=True):
    """A function that does again what one of the owner does."""

    owned: Definition
    again: Definition


def rival_classes(subject: Subject) -> Iterator[RivalClass]:
    """Classes that play the role of an owner that is a class."""
    if subject.owner_class is None:
        return
    nominated = subject.concept.rivals
    family = plugged_in(subject, subject.candidates)
    for each in subject.candidates:
        if each.definition.handle not in family:
            named = any(fnmatchcase(each.definition.name, glob) for glob in nominated.names)
            found = rival_class(subject, each, named=named, among=subject.candidates)
            if found is not None:
                yield found


def rival_class(
    subject: Subject, each: Class, *, named: bool, among: list[Class]
) -> RivalClass | None:
    """Judge one class; `among` are all that were nominated with it."""
    role = role_of(subject, each, named=named)
    enough = named or len(role.methods) >= subject.concept.rivals.shared_methods
    if role.confidence is None or not enough or not_a_rival(subject, each) is not None:
        return None
    if role.is_kin or not _are_hooks(subject, role, among):
        return RivalClass(each, role, role.confidence)
    return None


def _are_hooks(subject: Subject, role: Role, among: list[Class]) -> bool:
    """Methods that many classes have are what a framework calls, and no role of their own."""
    shared = set(role.methods)
    return sum(shared <= set(methods_of(subject, each)) for each in among) >= COMMON


def rival_functions(subject: Subject) -> Iterator[RivalFunction]:
    """Functions of the name of an owner that is a function, or of a rival's, that take what it
    takes."""
    owner = subject.owner
    if owner is None or owner.kind != "function":
        return
    mine = {parameter.name for parameter in owner.parameters}
    for each in subject.codebase.functions(names=[owner.name], globs=subject.concept.rivals.names):
        theirs = {parameter.name for parameter in each.parameters}
        is_same = each.handle == owner.handle or each.site.is_test or each.body == "stub"
        twins = each.is_async != owner.is_async and each.name != owner.name
        if is_same or twins or each.body == "forward" or not takes_alike(owner, each):
            continue
        if mine & theirs or each.name == owner.name:
            yield RivalFunction(owner, each)


def telling_functions(subject: Subject) -> tuple[str, ...]:
    """Public functions of an owner that is a module whose names say something of its role."""
    module = subject.codebase.module(subject.owner_module) if subject.owner is None else None
    return tuple(
        own.name
        for own in (module.own if module else ())
        if own.kind in ("class", "function")
        and not own.name.startswith("_")
        and own.name not in GENERIC_METHODS
    )


def rival_modules(subject: Subject) -> dict[str, list[RivalFunction]]:
    """Modules that define the functions of an owner that is a module again, by name."""
    module = subject.codebase.module(subject.owner_module) if subject.owner is None else None
    if module is None:
        return {}
    owned = {
        each.name: each
        for each in subject.codebase.functions(names=telling_functions(subject))
        if each.site.module == module.name
    }
    by_module: dict[str, list[RivalFunction]] = {}
    for each in subject.codebase.functions(names=sorted(owned)):
        is_again = each.site.module != module.name and takes_alike(owned[each.name], each)
        if is_again and not each.site.is_test and each.body == "other":
            pair = RivalFunction(owned[each.name], each)
            by_module.setdefault(each.site.module, []).append(pair)
    least = subject.concept.rivals.shared_methods
    return {name: again for name, again in sorted(by_module.items()) if len(again) >= least}
