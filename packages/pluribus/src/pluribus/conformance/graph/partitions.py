"""Registries: tables in which every key belongs to exactly one user."""

from __future__ import annotations

import pathlib
import uuid
import weakref
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pluribus.conformance.graph.canaries import Canaries
from pluribus.conformance.graph.classes import attributes, mro
from pluribus.conformance.graph.memos import MEMO, memo_entries
from pluribus.conformance.graph.walk import Cuts, Graph, Parents, shared_of


@dataclass(frozen=True)
class Partition:
    """Which of a registry's children are whose; a child may be under keys of several users."""

    entries: Mapping[str, frozenset[int]]

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
    ) -> None:
        self._canaries = canaries
        self._users = tuple(roots)
        self._exact: dict[tuple[type, object], set[str]] = {}
        self._texts: list[tuple[str, str]] = []
        self._objects: dict[int, set[str]] = {}
        # What was made for a user stands for it wherever it is a key itself.
        for user, each in roots.items():
            self._objects.setdefault(id(each), set()).add(user)
        for user, each in ((user, each) for user, found in values.items() for each in found):
            if type(each) in _PLAIN:
                self._exact.setdefault((type(each), each), set()).add(user)
                if type(each) is str and each:
                    self._texts.append((user, each))
            else:
                self._objects.setdefault(id(each), set()).add(user)

    def partition(self, item: object) -> Partition | None:
        """How a table is divided; `None` if it is none or empty, or a key is of no single user."""
        entries: dict[str, set[int]] = {}
        kind = _table_kind(type(item))
        if kind is MEMO:
            # Whoever does not have the key gets nothing by it; a key of nobody is everybody's.
            for key, value in memo_entries(item):
                owners = self._owners(key) | set(self._canaries.within(key))
                if len(owners) == 1:
                    entries.setdefault(owners.pop(), set()).add(id(value))
        elif kind is not None:
            for key, value in _rows(item, kind):
                owners = self._owners(key)
                if len(owners) != 1:
                    return None
                entries.setdefault(owners.pop(), set()).update((id(key), id(value)))
        if not entries:
            return None
        return Partition({user: frozenset(entries.get(user, ())) for user in self._users})

    def _owners(self, key: Any, *, is_part: bool = False) -> set[str]:
        kind = type(key)
        if id(key) in self._objects:
            return set(self._objects[id(key)])
        if kind in _PLAIN:
            exact = self._exact.get((kind, key))
            if exact is not None:
                return set(exact)
            return self._mentioned(key) if kind is str else set()
        if str in mro(kind):
            return self._owners(str.__str__(key))
        if weakref.ref in mro(kind):
            return self._owners(weakref.ref.__call__(key), is_part=is_part)
        if kind is tuple or kind is frozenset or tuple in mro(kind):
            return {user for each in key for user in self._owners(each, is_part=True)}
        if not is_part and _hashes_by_fields(kind):
            fields = [getattr(key, name, None) for name in attributes(kind)["__match_args__"]]  # type: ignore[attr-defined]  # checked by the line above
            return {user for each in fields for user in self._owners(each, is_part=True)}
        return set()

    def _mentioned(self, text: str) -> set[str]:
        """Users whose value stands in a text as a word: `ann` in `room:ann`, not in `joanna`."""
        found = set()
        for user, value in self._texts:
            start = text.find(value)
            while start >= 0:
                around = text[start - 1 : start] + text[start + len(value) :][:1]
                if not any(each.isalnum() for each in around):
                    found.add(user)
                    break
                start = text.find(value, start + 1)
        return found


_PLAIN = (str, bytes, int, uuid.UUID, pathlib.PurePosixPath)


def _hashes_by_fields(kind: type) -> bool:
    own = attributes(kind)
    return "__dataclass_params__" in own and type(own.get("__match_args__")) is tuple


def _table_kind(kind: type) -> type | None:
    if kind is dict or kind is set:
        return kind
    return next((each for each in (dict, set, MEMO) if each in mro(kind)), None)


def _rows(item: Any, kind: type) -> Iterator[tuple[Any, Any]]:
    if kind is dict:
        yield from dict.items(item)
        return
    for each in set.__iter__(item):
        # A set of objects is no table: whoever looks through it gets those of others too.
        yield (each if type(each) in (*_PLAIN, tuple) else None), each


def cuts_of(
    graph: Graph,
    keys: Keys,
    canaries: Canaries,
    roots: Mapping[str, int],
    whole: Mapping[str, Parents],
) -> tuple[Cuts, Mapping[str, Parents]]:
    """The registries among what is shared, and what each user reaches within them.

    A registry is none if an entry of one user holds a mark of another and only the first reaches
    that place: what both reach is judged for itself.
    """
    partitions: dict[int, Partition] = {}
    for each in shared_of(whole):
        if each in graph.data and (found := keys.partition(graph.objects[each])) is not None:
            partitions[each] = found
    while True:
        cuts: Cuts = {each: found.hidden() for each, found in partitions.items()}
        reached = whole
        if cuts:
            reached = {
                user: graph.reach(user, root, cuts, frozenset()) for user, root in roots.items()
            }
        mixed = [
            each
            for each, found in partitions.items()
            if _is_mixed(graph, canaries, found, cuts, reached)
        ]
        if not mixed:
            return cuts, reached
        for each in mixed:
            del partitions[each]


def _is_mixed(
    graph: Graph,
    canaries: Canaries,
    partition: Partition,
    cuts: Cuts,
    reached: Mapping[str, Parents],
) -> bool:
    for user, entries in partition.entries.items():
        if user not in reached:
            continue
        others = [found for name, found in reached.items() if name != user]
        queue = deque(each for each in entries if each in graph.objects)
        seen = set(queue)
        while queue:
            item = queue.popleft()
            if any(item in each for each in others):
                continue
            if set(canaries.among(graph.contents.get(item, []))) - {user}:
                return True
            hidden = cuts[item].get(user, frozenset()) if item in cuts else frozenset()
            for child in graph.data.get(item, ()):
                if child not in seen and child not in hidden:
                    seen.add(child)
                    queue.append(child)
    return False
