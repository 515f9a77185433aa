"""Classes that play one role: what `rival` would say of each other if one of them were declared.

Candidates are pairs that share methods which few other classes have, so that not every class has
to be compared with every other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations

import msgspec

from pluribus.codebase import Class, Inventoried, InventoriedClass
from pluribus.contract import Concept
from pluribus.discovery.exclusions import (
    are_across_a_wire,
    is_double,
    is_of_framework,
    is_version_folder,
)
from pluribus.discovery.group import SUREST_FIRST, Group, lowered
from pluribus.discovery.landscape import Landscape, Thing
from pluribus.discovery.naming import is_quality, telling, words_of
from pluribus.findings import Confidence, Evidence
from pluribus.rules import Subject
from pluribus.rules.kinship import not_a_rival
from pluribus.rules.rivalry import RivalClass, rival_class
from pluribus.rules.role import GENERIC_METHODS, methods_of, role_of

KIND = "role rivals"
_FEW = 24
"""A method that more classes have than this tells nothing of a role."""
_FAMILY = 4
"""As many classes of which none is of the same name and each shares the same methods are a family
of implementations, and no copies."""

_Found = tuple[Inventoried, InventoriedClass]


def role_rivals(landscape: Landscape) -> Iterator[Group]:
    """Group classes around the one that has most rivals."""
    classes = {
        module.handle(each.binding): (module, each)
        for module in landscape.product
        for each in module.classes
        if not is_of_framework(each)
        and not is_double(each.name)
        and not is_double(module.module.rpartition(".")[2])
    }
    pairs = sorted(_pairs(classes))
    landscape.codebase.read_classes(sorted({handle for pair in pairs for handle in pair}))
    judged = {pair: found for pair in pairs if (found := _judged(landscape, classes, pair))}
    yield from _clusters(landscape, classes, judged)


def _pairs(classes: dict[int, _Found]) -> Iterator[tuple[int, int]]:
    by_method: dict[str, list[int]] = defaultdict(list)
    for handle, (_, each) in classes.items():
        for method in {name.strip("_") for name in each.methods if not name.startswith("__")}:
            if method not in GENERIC_METHODS:
                by_method[method].append(handle)
    shared: Counter[tuple[int, int]] = Counter()
    for handles in by_method.values():
        if 2 <= len(handles) <= _FEW:
            shared.update(combinations(sorted(handles), 2))
    for pair, count in shared.items():
        names = [classes[handle][1].name for handle in pair]
        is_alike = names[0] == names[1] or bool(telling(names[0]) & telling(names[1]))
        if count >= 4 or (count >= 2 and is_alike):
            yield pair


def _judged(
    landscape: Landscape, classes: dict[int, _Found], pair: tuple[int, int]
) -> RivalClass | None:
    """The more convincing of the two ways to see a pair: either may be the owner."""
    (one_module, one), (other_module, other) = (classes[handle] for handle in pair)
    is_twice = one_module is other_module and one.name == other.name
    if is_twice or (one.name == other.name and is_version_folder(one_module, other_module)):
        return None
    if are_across_a_wire(one.name, other.name):
        return None
    subjects = [subject_of(landscape, handle) for handle in pair]
    found = [each.owner_class for each in subjects]
    if found[0] is None or found[1] is None:
        return None
    seen = [
        rival_class(subjects[0], found[1], named=False, among=[found[0], found[1]]),
        rival_class(subjects[1], found[0], named=False, among=[found[0], found[1]]),
    ]
    best = max((each for each in seen if each), key=lambda each: each.role.score, default=None)
    if best is None:
        best = _in_private(subjects[0], found[0], found[1])
    # What rules one of them out as the other's rival rules out both.
    if best is None or any(
        not_a_rival(subject, each)
        for subject, each in ((subjects[0], found[1]), (subjects[1], found[0]))
    ):
        return None
    confidence = _tempered(best.confidence, one.name, other.name, best)
    if confidence and one_module is other_module:
        confidence = Confidence.POSSIBLE
    return None if confidence is None else RivalClass(best.found, best.role, confidence)


def subject_of(landscape: Landscape, handle: int) -> Subject:
    """A class as if a contract named it the owner."""
    definition = landscape.codebase.definition(handle)
    return Subject(Concept(name="", owner=definition.path), landscape.codebase, definition)


def _in_private(subject: Subject, one: Class, other: Class) -> RivalClass | None:
    """Whether two classes of one name do the same, though one of them only for itself."""
    mine, theirs = (
        {each.name.strip("_") for each in found.methods if not each.name.startswith("__")}
        - GENERIC_METHODS
        for found in (one, other)
    )
    shared = sorted(mine & theirs)
    names = [telling(found.definition.name) for found in (one, other)]
    is_same_job = len(shared) >= 4 and 2 * len(shared) >= min(len(mine), len(theirs))
    if not is_same_job or names[0] != names[1] or not names[0]:
        return None
    role = msgspec.structs.replace(
        role_of(subject, other, named=False), methods=tuple(shared), telling=len(shared)
    )
    return RivalClass(other, role, Confidence.LIKELY)


def _tempered(
    confidence: Confidence, one: str, other: str, found: RivalClass
) -> Confidence | None:
    """Less sure where each name has a word of its own: then each may be for something else."""
    mine, theirs = telling(one), telling(other)
    if mine == theirs and min(len(words_of(one)), len(words_of(other))) == 1:
        # `Field`, `State`, `Node`: every domain has its own.
        return None if confidence is Confidence.POSSIBLE else Confidence.POSSIBLE
    is_of_one = bool(mine & theirs) or one == other
    if (mine - theirs and theirs - mine) or not is_of_one:
        is_close = found.role.telling >= 5 and found.role.alike >= 4
        return Confidence.POSSIBLE if is_close and is_of_one else None
    if mine != theirs:
        if found.role.telling < 4:
            return Confidence.POSSIBLE if confidence is Confidence.CERTAIN else None
        return lowered(confidence) or Confidence.POSSIBLE
    return confidence


def _clusters(
    landscape: Landscape, classes: dict[int, _Found], judged: dict[tuple[int, int], RivalClass]
) -> Iterator[Group]:
    near: dict[int, dict[int, RivalClass]] = defaultdict(dict)
    for (one, other), found in judged.items():
        near[one][other] = near[other][one] = found
    while near:
        seed = max(near, key=lambda handle: (_weight(near[handle]), -handle))
        members = {seed: None, **dict.fromkeys(sorted(near[seed]))}
        rivals = near[seed]
        above = {
            target.handle
            for handle in members
            if (each_class := landscape.codebase.class_of(handle))
            for target in each_class.ancestors
        }
        # Who inherits from a rival goes where the rival goes.
        bases = above & set(members)
        rivals = {
            handle: each
            for handle, each in rivals.items()
            if not _inherits(landscape, handle, bases)
        }
        if rivals and not is_family([classes[handle][1].name for handle in members]):
            yield _group(landscape, classes, seed, rivals)
        for handle in members:
            for other in near.pop(handle, {}):
                near.get(other, {}).pop(handle, None)
        near = defaultdict(dict, {handle: rest for handle, rest in near.items() if rest})


def _inherits(landscape: Landscape, handle: int, bases: set[int | None]) -> bool:
    found = landscape.codebase.class_of(handle)
    return found is not None and any(target.handle in bases for target in found.ancestors)


def _weight(rivals: dict[int, RivalClass]) -> float:
    return sum(
        3 - SUREST_FIRST.index(each.confidence) + each.role.score / 100 for each in rivals.values()
    )


def is_family(names: list[str]) -> bool:
    """Whether each has a word of its own: implementations of one thing for several others."""
    words = [frozenset(word for word in words_of(name) if not is_quality(word)) for name in names]
    return len(names) >= _FAMILY and len(set(words)) == len(names)


def _group(
    landscape: Landscape,
    classes: dict[int, _Found],
    seed: int,
    rivals: dict[int, RivalClass],
) -> Group:
    things = {handle: landscape.class_thing(*classes[handle]) for handle in (seed, *rivals)}
    surest = min((each.confidence for each in rivals.values()), key=SUREST_FIRST.index)
    evidence = [_evidence(things[seed], things[handle], each) for handle, each in rivals.items()]
    return Group(
        kind=KIND,
        things=tuple(things.values()),
        evidence=tuple(evidence),
        confidence=surest,
        completeness=completeness(landscape, list(things.values())),
    )


def _evidence(seed: Thing, rival: Thing, found: RivalClass) -> Evidence:
    role = found.role
    methods = [*role.methods, *role.more]
    listed = ", ".join(methods[:6]) + (f" and {len(methods) - 6} more" if len(methods) > 6 else "")
    alike = f"; {role.alike} take the same parameters" if role.alike else ""
    return Evidence(
        KIND, f"`{rival.path}` shares {len(methods)} methods with `{seed.path}`: {listed}{alike}"
    )


def completeness(landscape: Landscape, things: list[Thing]) -> dict[str, float]:
    """How much each class has of the public methods that at least two of them have."""
    own: dict[str, set[str]] = {}
    for thing in things:
        found = landscape.codebase.class_of(thing.handle)
        if found is not None:
            concept = Concept(name="", owner=found.definition.path)
            subject = Subject(concept, landscape.codebase, found.definition)
            own[thing.path] = set(methods_of(subject, found))
    counts = Counter(name for methods in own.values() for name in methods)
    asked = {name for name, count in counts.items() if count >= 2}
    return {path: len(asked & methods) / len(asked) for path, methods in own.items() if asked}
