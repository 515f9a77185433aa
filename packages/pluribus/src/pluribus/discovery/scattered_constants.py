"""The same sets of words, and the same telling strings, written down in several modules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pluribus.codebase import Inventoried
from pluribus.discovery.group import Group
from pluribus.discovery.landscape import Landscape, Thing
from pluribus.findings import Confidence, Evidence, Location
from pluribus.rules.vocabulary import is_vocabulary

KIND = "scattered constants"
_LEAST_MODULES = 2
_LEAST_WORDS = 4


def scattered_constants(landscape: Landscape) -> Iterator[Group]:
    """Constants of at least two modules that list the same telling words."""
    by_words: dict[frozenset[str], list[Thing]] = defaultdict(list)
    for module in landscape.product:
        for name, words, line in module.sets:
            is_own = not (name.startswith("__") and name.endswith("__"))
            if is_own and len(set(words)) >= _LEAST_WORDS and is_vocabulary(words):
                by_words[frozenset(words)].append(_thing(module, name, line))
    for listed, things in sorted(by_words.items(), key=lambda item: sorted(item[0])):
        modules = {each.module for each in things}
        if len(modules) >= _LEAST_MODULES:
            yield _group(sorted(listed), things)


def _thing(module: Inventoried, name: str, line: int) -> Thing:
    return Thing(module.module, name, module.file, -1, Location(module.path, max(line, 1)))


def _group(words: list[str], things: list[Thing]) -> Group:
    listed = ", ".join(words[:5]) + (f" and {len(words) - 5} more" if len(words) > 5 else "")
    is_copy = len(things) >= 3 or len({each.qualname for each in things}) < len(things)
    return Group(
        kind=KIND,
        things=tuple(sorted(things)),
        evidence=(
            Evidence(KIND, f"{len(things)} constants list the same {len(words)} words: {listed}"),
        ),
        confidence=Confidence.LIKELY if is_copy else Confidence.POSSIBLE,
    )
