"""Marks of each user, and where they turn up."""

from __future__ import annotations

import pathlib
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from pluribus.conformance.graph.atoms import is_atom
from pluribus.conformance.graph.classes import derives, is_one

_DEEPEST = 4


class Canaries:
    """Text is looked for inside text and bytes, numbers by equality, any other object by identity.

    The root of each user is one of its marks, unless several users have the same one.
    """

    def __init__(
        self, marks: Mapping[str, Collection[object]], roots: Mapping[str, object]
    ) -> None:
        self._texts: list[tuple[str, str]] = []
        self._bytes: list[tuple[str, bytes]] = []
        self._numbers: dict[tuple[type, object], str] = {}
        self._objects: dict[int, tuple[object, str]] = {}
        self._atoms: dict[int, str] = {}
        """Objects that no walk enters, such as the kit's sockets: known by who holds them."""
        self._silent: dict[int, type] = {id(str): str}
        """Types in which nothing can be found, and text, which is searched apart."""
        for user, each in ((user, each) for user, found in marks.items() for each in found):
            if type(each) is str and each:
                self._texts.append((user, each))
                self._bytes.append((user, each.encode("utf-8", "surrogatepass")))
            elif type(each) is bytes and each:
                self._bytes.append((user, each))
            elif is_one(type(each), int, float):
                self._numbers[type(each), each] = user
            elif not is_one(type(each), str, bytes, bool, type(None)):
                self._objects[id(each)] = (each, user)
                if is_atom(type(each)):
                    self._atoms[id(each)] = user
        if not self._numbers:
            self._silent.update({id(int): int, id(float): float})
        ids = [id(each) for each in roots.values()]
        for user, root in roots.items():
            if ids.count(id(root)) == 1:
                self._objects.setdefault(id(root), (root, user))

    def owner(self, item: object) -> str | None:
        """Whose an object is by identity."""
        found = self._objects.get(id(item))
        return None if found is None else found[1]

    def among(self, content: list[object]) -> dict[str, int]:
        """Each user with a mark among values, and the position of its first."""
        silent = self._silent
        texts = [each for each in content if type(each) is str]
        others = [each for each in content if id(type(each)) not in silent]
        # One look at all the text of an object, because hardly any has a mark in it.
        whole = "\0".join(texts)
        if not any(text in whole for _, text in self._texts) and not others:
            return {}
        found: dict[str, int] = {}
        for position, value in enumerate(content):
            kind = type(value)
            if id(value) in self._atoms:
                found.setdefault(self._atoms[id(value)], position)
                continue
            if kind is not str and id(kind) not in silent and not self._may_hold(kind):
                silent[id(kind)] = kind
            for user in self.within(value):
                found.setdefault(user, position)
        return found

    def is_object(self, value: object) -> bool:
        """Whether a value is somebody's by identity."""
        return id(value) in self._objects

    def within(self, value: Any, depth: int = 0) -> list[str]:
        """The users with a mark in a value: an atom, or a tuple or frozenset of atoms."""
        kind = type(value)
        if id(value) in self._atoms:
            return [self._atoms[id(value)]]
        if kind is str:
            return [user for user, text in self._texts if text in value]
        if kind is int or kind is float:
            user = self._numbers.get((kind, value))
            return [] if user is None else [user]
        if kind is bytes:
            return [user for user, text in self._bytes if text in value]
        if kind is tuple or kind is frozenset:
            if depth == _DEEPEST:
                return []
            return [user for each in value for user in self.within(each, depth + 1)]
        if derives(kind, str):
            return self.within(str.__str__(value), depth)
        if derives(kind, uuid.UUID, pathlib.PurePath):
            return self.within(str(value), depth)
        return []

    def _may_hold(self, kind: type) -> bool:
        """Whether `within` could find anything in a value of this type."""
        exactly = is_one(kind, bytes, int, float, tuple, frozenset)
        is_socket = bool(self._atoms) and is_atom(kind)
        return exactly or is_socket or derives(kind, str, uuid.UUID, pathlib.PurePath)
