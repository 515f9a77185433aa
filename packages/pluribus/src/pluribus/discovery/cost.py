"""What it would cost to consolidate: the files that would have to be touched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pluribus.discovery.landscape import Importers, Landscape, Thing
from pluribus.findings.discovery import Counts


def importers_of(landscape: Landscape, thing: Thing) -> Importers:
    """Files that import a thing; of a module, those that import anything from it."""
    if thing.binding != -1:
        return landscape.importers(thing)
    return landscape.through(landscape.modules[thing.file])


def counted(all_of: Iterable[Importers]) -> Counts:
    """How many files, each once."""
    found = list(all_of)
    return Counts(
        production=len(frozenset().union(*(each.production for each in found))),
        tests=len(frozenset().union(*(each.tests for each in found))),
        backups=len(frozenset().union(*(each.backups for each in found))),
    )


def cost(landscape: Landscape, others: Sequence[Thing], detours: Iterable[int]) -> Counts:
    """The files of all rivals but the owner, those that import them, and those that import the
    owner by another path than its own."""
    own = Importers(frozenset(each.file for each in others), frozenset(), frozenset())
    around = landscape.apart(set(detours))
    return counted([own, around, *(importers_of(landscape, each) for each in others)])
