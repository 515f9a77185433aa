"""Whether a frame still holds what was sent, wherever in it that stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

_DEPTH = 12
_PARTS = 50
"""Beginnings that are looked at of what is no JSON as a whole."""
_OPENS = re.compile(r"[{\[]")
_DECODER = json.JSONDecoder()


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
            for inner in _in_text(value):
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


def _in_text(text: str) -> Iterator[object]:
    """The JSON that a text is; else what of it is JSON, as `42["name", {}]` of Socket.IO,
    `data: {}` of a stream of events, or one value a line."""
    with suppress(ValueError):
        yield json.loads(text)
        return
    at = 0
    for _ in range(_PARTS):
        start = _OPENS.search(text, at)
        if start is None:
            return
        try:
            found, at = _DECODER.raw_decode(text, start.start())
        except ValueError:
            at = start.end()
        else:
            yield found


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
