"""Functions and methods that are written down again in other modules, whatever they are called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Literal

from pluribus.codebase import Copy, Member
from pluribus.discovery.cloning import Cloned, judged
from pluribus.discovery.exclusions import is_double, is_of_framework
from pluribus.discovery.group import SUREST_FIRST, Group
from pluribus.discovery.landscape import Landscape, Thing
from pluribus.discovery.repeated_functions import is_hook
from pluribus.discovery.role_rivals import is_family
from pluribus.findings import Evidence
from pluribus.rules.copying import LEAST, SURE, Pair, pair_of
from pluribus.rules.places import repeats_by_right

KIND = "clone families"
_MOST = 24
"""A body that more functions have is a habit, or what a tool writes."""


def clone_families(landscape: Landscape) -> Iterator[Group]:
    """Group what holds copies around the one that the others are copies of."""
    homes = _homes(landscape)
    between: dict[tuple[Thing, Thing], list[Pair]] = defaultdict(list)
    for family in landscape.codebase.clone_families(least=min(LEAST.values())):
        members = {each.handle: each for each in family.members if _may_count(each, homes)}
        if not 2 <= len(members) <= _MOST:
            continue
        for row in _rows(landscape, members, family.members[0].handle):
            one, other = sorted(homes[_home(members[at])] for at in (row.original, row.copy))
            # Siblings in one module stand there to be told from each other.
            pair = pair_of(landscape.codebase, row) if one.file != other.file else None
            if pair is not None:
                between[one, other].append(pair)
    yield from _clusters(judged(landscape, between))


def _homes(landscape: Landscape) -> dict[int, Thing]:
    """The functions of the product, and the classes that methods may be copied in."""
    return {
        module.handle(each.binding): landscape.class_thing(module, each)
        for module in landscape.product
        if not is_double(module.module.rpartition(".")[2])
        for all_of in (
            module.functions,
            [each for each in module.classes if not is_of_framework(each)],
        )
        for each in all_of
        if not is_double(each.name) and not is_hook(each.name)
    }


def _may_count(each: Member, homes: Mapping[int, Thing]) -> bool:
    """Whether it is of the product, and neither written by a tool nor for a missing import."""
    return _home(each) in homes and not each.site.fallback and not repeats_by_right(each.site)


def _home(each: Member) -> int:
    return each.handle if each.class_ is None else each.class_


def _rows(landscape: Landscape, members: Mapping[int, Member], first: int) -> Iterator[Copy]:
    """Pairs of which one is a copy of the other, and not just of something between the two."""
    same = [each for each in members.values() if each.grade in ("exact", "renamed")]
    for one, other in combinations(same, 2):
        is_exact = one.grade == other.grade == "exact"
        yield _row(one, other, "exact" if is_exact else "renamed", other)
    near = [each for each in members.values() if each.grade == "near" and first in members]
    for each in near:
        yield _row(members[first], each, "near", each)
    # What is only like another member is asked what it is like itself.
    asked: set[int] = set()
    for at in sorted(members.keys() - {each.handle for each in (*same, *near)}):
        asked.add(at)
        for row in landscape.codebase.copies(handles=[at]):
            if row.copy in members and row.copy not in asked:
                yield row


def _row(
    one: Member, other: Member, grade: Literal["exact", "renamed", "near"], measured: Member
) -> Copy:
    return Copy(
        site=other.site,
        copy=other.handle,
        class_=other.class_,
        original=one.handle,
        grade=grade,
        shared=measured.shared,
        of=measured.of,
        telling=one.telling,
    )


def _clusters(found: Iterable[Cloned]) -> Iterator[Group]:
    """What has a function of one thing in the middle; what is only like something at its edge is
    no copy of that, and is left out."""
    near: dict[Thing, list[Cloned]] = defaultdict(list)
    for each in found:
        near[each.one].append(each)
        near[each.other].append(each)
    ranks = {
        thing: (
            -sum(each.weight for each in all_of),
            min(SUREST_FIRST.index(each.confidence) for each in all_of),
        )
        for thing, all_of in near.items()
    }
    taken: set[int] = set()
    stars: dict[Thing, set[tuple[Thing, int]]] = defaultdict(set)
    for seed in sorted(near, key=lambda thing: (ranks[thing], thing)):
        for number, heaviest in enumerate(sorted(near[seed], key=lambda each: -each.weight)):
            shared = heaviest.functions_of(seed)
            star = [
                each
                for each in near[seed]
                if each.functions_of(seed) & shared
                and not each.functions & taken
                and not stars[each.one] & stars[each.other]
            ]
            if heaviest not in star:
                continue
            things = {thing for each in star for thing in (each.one, each.other)}
            if not _are_hooks(star, things):
                yield _group(seed, star, things)
            taken.update(*(each.functions for each in star))
            for thing in things:
                stars[thing].add((seed, number))


def _are_hooks(star: Sequence[Cloned], things: Iterable[Thing]) -> bool:
    """Whether plug-ins, each with a name of its own, do the same small thing."""
    is_small = all(
        pair.row.of < SURE and pair.original.name == pair.copy.name
        for each in star
        for pair in each.pairs
    )
    return is_small and is_family([each.name for each in things])


def _group(seed: Thing, star: Sequence[Cloned], things: Iterable[Thing]) -> Group:
    is_of_parts = not all(each.is_whole for each in star)
    longest = max((pair for each in star for pair in each.pairs), key=lambda pair: pair.row.shared)
    return Group(
        kind=KIND,
        things=(seed, *sorted(each for each in things if each != seed)),
        evidence=tuple(Evidence(KIND, each.told_from(seed)) for each in star),
        confidence=min((each.confidence for each in star), key=SUREST_FIRST.index),
        subject=(longest.original.name, longest.copy.name) if is_of_parts else (),
        is_of_parts=is_of_parts,
    )
