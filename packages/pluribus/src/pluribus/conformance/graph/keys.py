"""Whose the keys of a table are: a registry is one in which each belongs to exactly one user."""

from __future__ import annotations

import itertools
import pathlib
import uuid
import weakref
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pluribus.conformance.graph.canaries import Canaries
from pluribus.conformance.graph.classes import derives, is_frozen, is_one
from pluribus.conformance.graph.memos import MEMO, memo_entries


@dataclass(frozen=True)
class Partition:
    """Which of a registry's children are whose; a child may be under keys of several users."""

    entries: Mapping[str, frozenset[int]]

    @property
    def is_empty(self) -> bool:
        return not any(self.entries.values())

    def hidden(self) -> Mapping[str, frozenset[int]]:
        """What each user may not enter: what is under keys of others alone."""
        everyone = frozenset[int]().union(*self.entries.values())
        return {user: everyone - own for user, own in self.entries.items()}


class Keys:
    """Whose a key is, by the values that stand for each user."""

    def __init__(
        self,
        values: Mapping[str, Collection[object]],
        roots: Mapping[str, object],
        canaries: Canaries,
        content: Callable[[object], list[object]],
    ) -> None:
        self._content = content
        self._canaries = canaries
        self._users = tuple(roots)
        self._exact: dict[tuple[type, object], set[str]] = {}
        self._texts: list[tuple[str, str]] = []
        self._objects: dict[int, set[str]] = {}
        self._tables: dict[int, tuple[type, type | None]] = {}
        self._kept = [each for found in values.values() for each in found]
        # What was made for a user stands for it wherever it is a key itself.
        for user, each in roots.items():
            self._objects.setdefault(id(each), set()).add(user)
        for user, each in ((user, each) for user, found in values.items() for each in found):
            if is_one(type(each), *_PLAIN):
                self._exact.setdefault((type(each), each), set()).add(user)
                if type(each) is str and each:
                    self._texts.append((user, each))
            else:
                self._objects.setdefault(id(each), set()).add(user)

    def partition(self, item: object) -> Partition | None:
        """How a table is divided; `None` if it is none, or a key is of no single user."""
        entries: dict[str, set[int]] = {}
        kind = self._table_kind(type(item))
        if kind is None or not self._starts_well(item, kind):
            return None
        if kind is MEMO:
            # Whoever does not have the key gets nothing by it; a key of nobody is everybody's.
            for key, value in memo_entries(item):
                owners = self._owners(key) | set(self._canaries.within(key))
                if len(owners) == 1:
                    entries.setdefault(owners.pop(), set()).add(id(value))
        else:
            for key, value in _rows(item, kind):
                owners = self._owners(key)
                if len(owners) != 1:
                    return None
                entries.setdefault(owners.pop(), set()).update((id(key), id(value)))
        return Partition({user: frozenset(entries.get(user, ())) for user in self._users})

    def _table_kind(self, kind: type) -> type | None:
        known = self._tables.get(id(kind))
        if known is None:
            known = kind, next((each for each in (dict, set, MEMO) if derives(kind, each)), None)
            self._tables[id(kind)] = known
        return known[1]

    def _starts_well(self, item: Any, kind: type) -> bool:
        """Whether the first key is somebody's: most tables are given up here, and not copied."""
        return kind is MEMO or all(
            len(self._owners(each)) == 1 for each in itertools.islice(_iterated(item, kind), 1)
        )

    def _owners(self, key: Any, depth: int = 0) -> set[str]:
        kind = type(key)
        if id(key) in self._objects:
            return set(self._objects[id(key)])
        if is_one(kind, *_PLAIN):
            exact = self._exact.get((kind, key))
            if exact is not None:
                return set(exact)
            return self._mentioned(key) if kind is str else set()
        if derives(kind, str):
            return self._owners(str.__str__(key))
        if derives(kind, weakref.ref):
            return self._owners(weakref.ref.__call__(key), depth)
        is_plain_key = derives(kind, tuple, frozenset) or is_frozen(kind)
        if not is_plain_key or depth == _DEEPEST:
            return set()
        parts = self._content(key)
        return {user for each in parts for user in self._owners(each, depth + 1)}

    def _mentioned(self, text: str) -> set[str]:
        """Users whose value is a part of a text: `ann` of `room:ann`, not of `joanna`, and not of
        `about ann`, which is prose, or of `ann lee`, who is somebody else."""
        found = set()
        for user, value in self._texts:
            parts = text.split(value)
            is_prose = any(each.isspace() for part in parts for each in part)
            ends = [each[-1:] for each in parts[:-1]], [each[:1] for each in parts[1:]]
            is_apart = any(not (a.isalnum() or b.isalnum()) for a, b in zip(*ends, strict=True))
            if is_apart and not is_prose:
                found.add(user)
        return found


_DEEPEST = 4
_PLAIN = (str, bytes, int, uuid.UUID, pathlib.PurePosixPath)


def _iterated(item: Any, kind: type) -> Iterator[Any]:
    return dict.__iter__(item) if kind is dict else set.__iter__(item)


def _rows(item: Any, kind: type) -> list[tuple[Any, Any]]:
    if kind is dict:
        return list(dict.items(item))
    # A set of objects is no table: whoever looks through it gets those of others too.
    found = list(set.__iter__(item))
    return [(each if is_one(type(each), *_PLAIN, tuple) else None, each) for each in found]
