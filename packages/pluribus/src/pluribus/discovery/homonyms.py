"""One name that is bound to different objects, which have much in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pluribus.codebase import Class
from pluribus.discovery.exclusions import are_two_sides, is_double, is_version_folder
from pluribus.discovery.group import Group
from pluribus.discovery.landscape import Landscape, Thing
from pluribus.discovery.layers import are_of_two_layers
from pluribus.discovery.naming import stem
from pluribus.findings import Confidence, Evidence

KIND = "homonyms"
_MANY = 6
"""A name that more things bear is a habit of a framework or of plug-ins."""


def homonyms(landscape: Landscape) -> Iterator[Group]:
    """Classes that are imported under one name of two words or more, and look alike."""
    named: dict[str, dict[Thing, None]] = defaultdict(dict)
    classes = {
        landscape.class_thing(module, each)
        for module in landscape.product
        for each in module.classes
    }
    for thing, paths in landscape.imported_things():
        if thing in classes:
            for (_, name), files in paths.items():
                if any(not landscape.file(each).is_test for each in files):
                    named[name][thing] = None
    wanted = {
        name: sorted(things)
        for name, things in named.items()
        if 2 <= len(things) <= _MANY and len(stem(name)) >= 2 and not _is_usual(name)
    }
    landscape.codebase.read_classes(each.handle for things in wanted.values() for each in things)
    for name, things in sorted(wanted.items()):
        yield from _group(landscape, name, things)


def _is_usual(name: str) -> bool:
    return is_double(name) or name.endswith(("Error", "Exception", "Warning", "Mixin"))


def _group(landscape: Landscape, name: str, things: list[Thing]) -> Iterator[Group]:
    found = {each: landscape.codebase.class_of(each.handle) for each in things}
    first = max(things, key=lambda each: (len(landscape.importers(each).production), each))
    alike = [first]
    for each in things:
        one, other = found[first], found[each]
        if each == first or one is None or other is None:
            continue
        # That something goes by a name that is not its own was done on purpose: to stand for it.
        is_stand_in = name != each.name and stem(name) == stem(first.name)
        is_stood_for = (
            name != first.name and stem(name)[:-1] == stem(each.name)[: len(stem(name)) - 1]
        )
        if (
            is_stand_in or is_stood_for or _are_alike(landscape, (first, one), (each, other))
        ) and not _is_above(one, other):
            alike.append(each)
    if len(alike) < 2:
        return
    importers = [_importing(landscape, each, name) for each in alike]
    counts = ", ".join(
        f"`{each.path}` (imported by {count})"
        for each, count in zip(alike, importers, strict=True)
    )
    yield Group(
        kind=KIND,
        things=tuple(alike),
        evidence=(Evidence(KIND, f"the name `{name}` means {len(alike)} objects: {counts}"),),
        confidence=Confidence.LIKELY if sorted(importers)[-2] >= 2 else Confidence.POSSIBLE,
        subject=(name,),
    )


def _importing(landscape: Landscape, thing: Thing, name: str) -> int:
    """How many files of the product import something under a name."""
    files = {
        each
        for (_, called), importers in landscape.paths(thing).items()
        if called == name
        for each in importers
    }
    return len([each for each in files if not landscape.file(each).is_test])


def _is_above(one: Class, other: Class) -> bool:
    handles = {one.definition.handle, other.definition.handle}
    return any(target.handle in handles for target in (*one.ancestors, *other.ancestors))


def _are_alike(landscape: Landscape, one: tuple[Thing, Class], other: tuple[Thing, Class]) -> bool:
    """Whether most of what the larger has, the other has too."""
    (mine, first), (theirs, second) = one, other
    modules = (landscape.modules[mine.file], landscape.modules[theirs.file])
    if is_version_folder(*modules) or are_two_sides(*modules):
        return False
    if are_of_two_layers(landscape.codebase, first, second):
        return False
    members = [{*each.public_methods, *each.attributes} for each in (first, second)]
    shared = members[0] & members[1]
    return len(shared) >= 2 and 2 * len(shared) >= max(map(len, members))
