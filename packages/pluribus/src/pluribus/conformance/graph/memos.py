"""`functools.lru_cache`: a table that no attribute shows, read from what the collector sees."""

from __future__ import annotations

import functools
import gc
from typing import Any

from pluribus.conformance.graph.atoms import is_fixed
from pluribus.conformance.graph.contents import Part
from pluribus.conformance.graph.text import shown

MEMO: type = type(functools.lru_cache(lambda: None))


def memo_entries(item: Any) -> list[tuple[Any, Any]]:
    """Arguments and result of each call that is remembered."""
    seen = gc.get_referents(item)
    table = _table(item, seen)
    if item.cache_parameters()["maxsize"] is None:
        return list(table.items())
    # A bounded table leads to links that the collector does not see; it sees the key and the
    # result of each instead, one after the other.
    keys = {id(each) for each in table}
    found = []
    position = 0
    while position + 1 < len(seen) and seen[position] is not table:
        if id(seen[position]) in keys:
            found.append((seen[position], seen[position + 1]))
            position += 1
        position += 1
    return found


def _table(item: Any, seen: list[Any]) -> dict[Any, Any]:
    own = item.__dict__
    for each in reversed(seen):
        if type(each) is dict and each is not own:
            return each
    return {}


def _results(item: Any) -> list[tuple[str, Any]]:
    """Only what can be written: to hand out again what nobody can change shows nothing."""
    return [
        (f"-cached {shown(key)}->", result)
        for key, result in memo_entries(item)
        if not is_fixed(type(result))
    ]


def _named(item: Any) -> list[tuple[str, Any]]:
    # The keys are left out: whoever does not have them gets nothing by them.
    return [(f".{name}", each) for name, each in item.__dict__.items() if name not in _OWN]


_OWN = ("cache_parameters", *functools.WRAPPER_ASSIGNMENTS)

memo_part = Part(
    lambda item: [each for _, each in (*_results(item), *_named(item))],
    lambda item: [label for label, _ in (*_results(item), *_named(item))],
)
