"""What is a copy of the owner's code, and what only looks like one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from pluribus.codebase import Class, Codebase, Copy, Definition
from pluribus.rules.kinship import is_double, is_twin
from pluribus.rules.places import repeats_by_right

if TYPE_CHECKING:
    from pluribus.rules.subject import Subject

LEAST = {"exact": 5, "renamed": 6}
"""Of fewer statements two functions may have the same by chance; what is near is longer."""
TELLING = 3
"""So many of them must say more than any other statement does."""
LONG = 12
"""Of so many statements even plain ones are no coincidence."""
SURE = 8
"""So many statements that are the same but for names and values leave no doubt."""
TOGETHER = 3
"""So many short methods of one class, under the owner's names, are as good as a long one."""
_KEEPERS = ("__init__", "__post_init__", "__new__")


class Pair(msgspec.Struct, frozen=True):
    """A function, and the owner's that it is again."""

    original: Definition
    copy: Definition
    row: Copy

    @property
    def is_long(self) -> bool:
        """Whether it is a finding by itself."""
        row = self.row
        if row.grade == "near":
            return True
        is_plain = row.of >= LONG and self.copy.name not in _KEEPERS
        return row.of >= LEAST[row.grade] and (row.telling >= TELLING or is_plain)

    @property
    def is_certain(self) -> bool:
        row = self.row
        return self.is_long and (
            row.grade == "exact" or (row.grade == "renamed" and row.of >= SURE)
        )


class CopiedCode(msgspec.Struct, frozen=True):
    """A class or a function that holds copies."""

    found: Definition
    pairs: tuple[Pair, ...]
    inherits: bool
    """Whether it inherits from the owner what it copies."""

    @property
    def is_function(self) -> bool:
        return self.pairs[0].copy.handle == self.found.handle

    @property
    def is_certain(self) -> bool:
        together = [pair for pair in self.pairs if pair.row.grade == "exact"]
        return any(pair.is_certain for pair in self.pairs) or len(together) >= TOGETHER


def copied_code(subject: Subject) -> Iterator[CopiedCode]:
    """Classes and loose functions that hold copies of the owner's code, in order of place."""
    modules = () if subject.owner else (subject.owner_module,)
    rows = subject.codebase.copies(handles=subject.handles, modules=modules)
    groups: dict[int, list[Pair]] = {}
    for row in rows:
        pair = pair_of(subject.codebase, row)
        if pair is not None:
            groups.setdefault(row.copy if row.class_ is None else row.class_, []).append(pair)
    for handle, pairs in groups.items():
        found = subject.codebase.definition(handle)
        copied = subject.codebase.class_of(handle)
        if is_double(found) or (copied is not None and is_legitimate(subject, copied)):
            continue
        kept = enough(pairs)
        if kept:
            yield CopiedCode(found, tuple(kept), _inherits(subject, copied))


def pair_of(codebase: Codebase, row: Copy) -> Pair | None:
    """The two functions of a row; None where one repeats the other by right."""
    # What stands in for a missing import is the owner under a condition.
    if row.site.fallback or repeats_by_right(row.site):
        return None
    original = codebase.definition(row.original)
    copy = codebase.definition(row.copy)
    # In one module the like of a function, with other values, stands there to be told from it.
    is_sibling = copy.site.place.path == original.site.place.path and row.grade != "exact"
    # The same on the other side of `await` cannot be one function.
    is_twin = original.is_async != copy.is_async
    return None if is_sibling or is_twin else Pair(original, copy, row)


def enough(pairs: list[Pair]) -> list[Pair]:
    """The pairs that are worth a finding together; none when they are not."""
    short = [
        pair
        for pair in pairs
        if not pair.is_long and pair.copy.name == pair.original.name and pair.row.telling >= 2
    ]
    long = [pair for pair in pairs if pair.is_long]
    both = [pair for pair in pairs if pair in short or pair in long]
    return both if long or len(short) >= TOGETHER else []


def is_legitimate(subject: Subject, copied: Class) -> bool:
    """Whether a class is the owner's base, or the owner on the other side of `await`."""
    owner = subject.owner_class
    if owner is None:
        return False
    above = {target.handle for target in owner.ancestors}
    # What the owner overrides with the same again is to be mended in the owner.
    return (
        copied.definition.handle in above
        or is_twin(subject, owner, copied)
        or (_is_other_side(owner, copied))
    )


def _is_other_side(owner: Class, copied: Class) -> bool:
    """Whether most of what two classes both have is async in one of them alone."""
    mine = {method.name: method.is_async for method in owner.methods}
    theirs = {method.name: method.is_async for method in copied.methods}
    asynchronous = [name for name in mine.keys() & theirs.keys() if mine[name] or theirs[name]]
    different = [name for name in asynchronous if mine[name] != theirs[name]]
    return 2 * len(different) > len(asynchronous)


def _inherits(subject: Subject, copied: Class | None) -> bool:
    ancestors = copied.ancestors if copied is not None else ()
    return any(target.handle in subject.handles for target in ancestors)
