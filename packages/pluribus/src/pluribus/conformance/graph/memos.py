"""`functools.lru_cache`: a table that no attribute shows, read from what the collector sees."""

from __future__ import annotations

import functools
import gc
from typing import Any

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


def _content(item: Any) -> list[Any]:
    pairs = memo_entries(item)
    named = [value for name, value in item.__dict__.items() if name != "cache_parameters"]
    return [*(key for key, _ in pairs), *(result for _, result in pairs), *named]


def _labels(item: Any) -> list[str]:
    keys = [shown(key) for key, _ in memo_entries(item)]
    named = [f".{name}" for name in item.__dict__ if name != "cache_parameters"]
    return [*(".<key>" for _ in keys), *(f"-cached {each}->" for each in keys), *named]


memo_part = Part(_content, _labels)
