"""Whether a frame still holds what was sent, wherever in it that stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

_DEPTH = 12


def holds(frame: str, wanted: object) -> bool:
    """Whether `wanted` is somewhere in the JSON of `frame`.

    A table may have become part of a larger one; text may have become part of a longer one; JSON
    that was put into a string is looked into.
    """
    return any(_contains(each, wanted) for each in _values(frame, 0))


def _values(value: object, depth: int) -> Iterator[object]:
    yield value
    if depth > _DEPTH:
        return
    match value:
        case str():
            try:
                inner = json.loads(value)
            except ValueError:
                return
            if isinstance(inner, dict | list | str):
                yield from _values(inner, depth + 1)
        case dict():
            for item in value.values():
                yield from _values(item, depth + 1)
        case list():
            for item in value:
                yield from _values(item, depth + 1)
        case _:
            return


def _contains(found: object, wanted: object) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(found, dict) and all(
            key in found and _same(found[key], item) for key, item in wanted.items()
        )
    if isinstance(wanted, str):
        return isinstance(found, str) and wanted in found
    return _same(found, wanted)


def _same(found: object, wanted: object) -> bool:
    """Equal, and `1` is not `True`."""
    if isinstance(wanted, dict):
        return (
            isinstance(found, dict)
            and found.keys() == wanted.keys()
            and all(_same(found[key], item) for key, item in wanted.items())
        )
    if isinstance(wanted, list):
        return (
            isinstance(found, list)
            and len(found) == len(wanted)
            and all(map(_same, found, wanted))
        )
    return isinstance(found, bool) == isinstance(wanted, bool) and found == wanted
