"""The globals that code names, and what they are bound to now."""

from __future__ import annotations

import builtins
import dis
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pluribus.conformance.graph.classes import derives, namespace
from pluribus.conformance.graph.contents import ABSENT


@dataclass(frozen=True, slots=True)
class Binding:
    """A name in the namespace of a module or a class, and its value (or `ABSENT`)."""

    owner: str
    name: str
    space: object
    """The namespace itself: two classes may have one name."""
    value: object
    user: object
    """The function that names it, or the class that has it."""

    @property
    def path(self) -> str:
        return f"{self.owner}.{self.name}"


@dataclass(frozen=True, slots=True)
class _Chain:
    """`app.state.rooms`, from a global (`level` is `None`) or from an import in the function."""

    first: str
    level: int | None
    rest: tuple[str, ...]


class Names:
    def __init__(self, is_project: Callable[[str], bool]) -> None:
        self._is_project = is_project
        self._chains: dict[int, tuple[types.CodeType, tuple[_Chain, ...]]] = {}

    def of(self, function: types.FunctionType) -> Iterator[Binding]:
        """What a function of the project names in modules of the project; in order, once each."""
        space = function.__globals__
        if not self._is_project(_said(space, "__name__")):
            return
        seen: set[tuple[int, str]] = set()
        for chain in self._of_code(function.__code__):
            for each in self._bound(function, chain):
                if (id(each.space), each.name) not in seen:
                    seen.add((id(each.space), each.name))
                    yield each

    def _bound(self, function: types.FunctionType, chain: _Chain) -> Iterator[Binding]:
        space = function.__globals__
        value: object
        if chain.level is None:
            value = space.get(chain.first, ABSENT)
            if value is ABSENT and chain.first in vars(builtins):
                return
            yield Binding(_said(space, "__name__"), chain.first, space, value, function)
        else:
            value = sys.modules.get(_absolute(space, chain))
        for name in chain.rest:
            if not derives(type(value), types.ModuleType):
                return
            inside = namespace(value)  # type: ignore[arg-type]  # the line above says that it is one
            owner = _said(inside, "__name__")
            if not self._is_project(owner):
                return
            value = inside.get(name, ABSENT)
            yield Binding(owner, name, inside, value, function)

    def _of_code(self, code: types.CodeType) -> tuple[_Chain, ...]:
        # By identity: codes that are equal are not always one.
        known = self._chains.get(id(code))
        if known is None:
            known = (code, _chains_of(code))
            self._chains[id(code)] = known
        return known[1]


def _said(space: dict[str, object], name: str) -> str:
    said = space.get(name)
    return said if type(said) is str else ""


def _absolute(space: dict[str, object], chain: _Chain) -> str:
    if not chain.level:
        return chain.first
    package = _said(space, "__package__").split(".")
    kept = package[: len(package) - chain.level + 1]
    return ".".join([*kept, chain.first] if chain.first else kept)


class _Reader:
    """Follows the instructions of one code object in their order, which is near enough: a name
    that two branches import from two places is followed to the latter."""

    def __init__(self) -> None:
        self.found: list[_Chain] = []
        self._current: _Chain | None = None
        self._imported: _Chain | None = None
        self._takes_parts = False
        self._aliases: dict[str, _Chain] = {}

    def read(self, code: types.CodeType) -> list[_Chain]:
        before: tuple[object, object] = (None, None)
        for step in dis.get_instructions(code):
            last = self._current
            if step.opname in _ATTRIBUTE and last is not None:
                self._current = _Chain(last.first, last.level, (*last.rest, step.argval))
            else:
                if last is not None:
                    self.found.append(last)
                self._current = self._started(step.opname, step.argval, last, before)
            before = (before[1], step.argval)
        return self.found

    def _started(
        self, name: str, value: Any, last: _Chain | None, before: tuple[object, object]
    ) -> _Chain | None:
        if name in _GLOBAL:
            return _Chain(value, None, ())
        if name == "IMPORT_NAME":
            level, wanted = before
            # `import a.b` gives `a`; `from a.b import c` gives `a.b`.
            self._takes_parts = wanted is None
            whole = value.partition(".")[0] if self._takes_parts else value
            self._imported = _Chain(whole, level if type(level) is int else 0, ())
            return self._imported
        if name == "IMPORT_FROM" and self._imported is not None:
            taken = self._imported
            taken = _Chain(taken.first, taken.level, (*taken.rest, value))
            if self._takes_parts:
                # `import a.b.c as d` takes one part after the other.
                self._imported = taken
            return taken
        # Python 3.13 stores and loads two names in one instruction.
        names = value if type(value) is tuple else (value,)
        if name.startswith("STORE_FAST"):
            stored = names[:1] if name.endswith("LOAD_FAST") else names
            for each in stored:
                self._aliases.pop(each, None)
            if last is not None and last.level is not None:
                self._aliases[stored[0]] = last
        if name.startswith("LOAD_FAST") or name.endswith("LOAD_FAST"):
            return self._aliases.get(names[-1])
        return None


_ATTRIBUTE = ("LOAD_ATTR", "LOAD_METHOD", "STORE_ATTR", "DELETE_ATTR")
_GLOBAL = ("LOAD_GLOBAL", "LOAD_NAME", "STORE_GLOBAL", "DELETE_GLOBAL")


@lru_cache(maxsize=4096)
def _chains_of(code: types.CodeType) -> tuple[_Chain, ...]:
    """Once each. Codes that are equal name the same, whatever function has them."""
    return tuple(dict.fromkeys(_read(code)))


def _read(code: types.CodeType) -> Iterator[_Chain]:
    """The chains in a code object and in all that is nested in it."""
    yield from _Reader().read(code)
    for each in code.co_consts:
        if type(each) is types.CodeType:
            yield from _read(each)
