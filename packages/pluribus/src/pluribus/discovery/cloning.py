"""Whether two things that hold copies of each other's code are owners of one concept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from pluribus.codebase import Class
from pluribus.discovery.exclusions import is_version_folder
from pluribus.discovery.landscape import Landscape, Thing
from pluribus.discovery.naming import stem
from pluribus.discovery.role_rivals import subject_of
from pluribus.findings import Confidence
from pluribus.rules.copying import LONG, TELLING, Pair, enough, is_legitimate
from pluribus.rules.kinship import are_twins, has_family

_GRADES = {
    "exact": "statement for statement",
    "renamed": "but for names and values",
    "near": "nearly",
}
_TOLD = 4
"""As many functions are named."""


class Cloned(msgspec.Struct, frozen=True, kw_only=True):
    """Two functions or classes of different modules, and what both have."""

    one: Thing
    other: Thing
    pairs: tuple[Pair, ...]
    is_whole: bool
    """Whether it is two classes that are there twice, and not just something in them, or in their
    modules."""
    confidence: Confidence

    @property
    def weight(self) -> int:
        """How many statements are there twice."""
        return sum(pair.row.shared for pair in self.pairs)

    @property
    def functions(self) -> frozenset[int]:
        return frozenset(
            each for pair in self.pairs for each in (pair.row.original, pair.row.copy)
        )

    def functions_of(self, thing: Thing) -> frozenset[int]:
        """Those of the functions that stand in one of the two."""
        ends = (each for pair in self.pairs for each in (pair.original, pair.copy))
        path = thing.location.path
        return frozenset(each.handle for each in ends if each.site.place.path == path)

    def told_from(self, seed: Thing) -> str:
        other = self.other if self.one == seed else self.one
        pairs = sorted(self.pairs, key=lambda pair: (-pair.row.shared, pair.copy.site.place))
        told = "; ".join(_told(pair) for pair in pairs[:_TOLD])
        more = f"; and {len(pairs) - _TOLD} more" if len(pairs) > _TOLD else ""
        return f"`{other.path}` and `{seed.path}` have the same code: {told}{more}"


def _told(pair: Pair) -> str:
    names = dict.fromkeys((pair.original.name, pair.copy.name))
    row = pair.row
    count = f"{row.shared} of {row.of}" if row.grade == "near" else f"{row.of}"
    return f"{' and '.join(f'`{name}`' for name in names)}, {_GRADES[row.grade]} ({count})"


def judged(
    landscape: Landscape, between: Mapping[tuple[Thing, Thing], Sequence[Pair]]
) -> Iterator[Cloned]:
    """Pairs of things without those that are rightly two, and those that share too little."""
    kept = {ends: found for ends, pairs in between.items() if (found := enough(list(pairs)))}
    landscape.codebase.read_classes(
        sorted({each.handle for ends in kept for each in ends if _is_class(landscape, each)})
    )
    for (one, other), pairs in sorted(kept.items(), key=lambda item: item[0]):
        if _are_rightly_two(landscape, one, other, pairs):
            continue
        classes = [_is_class(landscape, each) for each in (one, other)]
        is_same = stem(one.name) == stem(other.name) != ()
        yield Cloned(
            one=one,
            other=other,
            pairs=tuple(pairs),
            is_whole=all(classes) and is_same,
            confidence=_of_classes(pairs, is_same=is_same)
            if all(classes)
            else _of_functions(pairs, is_same=is_same),
        )


def _are_rightly_two(
    landscape: Landscape, one: Thing, other: Thing, pairs: Sequence[Pair]
) -> bool:
    if is_version_folder(landscape.modules[one.file], landscape.modules[other.file]):
        return True
    if any(are_twins(pair.original, pair.copy) for pair in pairs):
        return True
    found = [_class_of(landscape, each) for each in (one, other)]
    if found[0] is None or found[1] is None:
        return False
    subjects = [subject_of(landscape, each.handle) for each in (one, other)]
    return (
        are_twins(found[0].definition, found[1].definition)
        or is_legitimate(subjects[0], found[1])
        or is_legitimate(subjects[1], found[0])
        or has_family(subjects[0], found[0], found[1])
        or has_family(subjects[1], found[1], found[0])
    )


def _is_class(landscape: Landscape, thing: Thing) -> bool:
    return landscape.codebase.definition(thing.handle).kind == "class"


def _class_of(landscape: Landscape, thing: Thing) -> Class | None:
    return landscape.codebase.class_of(thing.handle) if _is_class(landscape, thing) else None


def _of_functions(pairs: Sequence[Pair], *, is_same: bool) -> Confidence:
    is_sure = any(pair.is_certain and pair.row.telling >= TELLING for pair in pairs)
    if is_sure:
        return Confidence.CERTAIN if is_same else Confidence.LIKELY
    return Confidence.LIKELY if is_same else Confidence.POSSIBLE


def _of_classes(pairs: Sequence[Pair], *, is_same: bool) -> Confidence:
    """That a method is there twice does not make two classes one, if nothing else is the same."""
    sure = [pair for pair in pairs if pair.is_certain and pair.row.telling >= TELLING]
    if not sure:
        return Confidence.LIKELY if is_same and len(pairs) >= 2 else Confidence.POSSIBLE
    if is_same and len(pairs) >= 2:
        return Confidence.CERTAIN
    is_much = is_same or len(pairs) >= 2 or any(pair.row.of >= LONG for pair in sure)
    return Confidence.LIKELY if is_much else Confidence.POSSIBLE
