"""What a call leaves in the context and in the thread that it was made from."""

from __future__ import annotations

import contextvars
import gc
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pluribus.conformance.graph.holding import Holding


@dataclass(frozen=True)
class Residue:
    """Where something of a user was left."""

    kind: str
    name: str
    path: str
    """From there to it."""


def in_context(context: contextvars.Context, holding: Holding) -> Residue | None:
    """The first context variable that holds something of the user."""
    for variable, value in sorted(context.items(), key=lambda each: each[0].name):
        path = holding.find(value)
        if path is not None:
            return Residue("context variable", variable.name, path)
    return None


class ThreadLocals:
    """Those of the whole process, as the current thread sees them."""

    def __init__(self, is_project: Callable[[str], bool]) -> None:
        self._is_project = is_project
        self._found: list[threading.local] = []
        self.look_up()
        # What is there already was left by somebody else.
        self._before = {
            (id(each), name): value
            for each in self._found
            for name, value in _values(each).items()
        }

    def look_up(self) -> None:
        """Find them anew: some are made when they are first needed."""
        kinds = {id(each) for each in _kinds(threading.local)}
        self._found = [each for each in gc.get_objects() if id(type(each)) in kinds]

    def holding(self, holding: Holding) -> Residue | None:
        """The first that holds something of the user."""
        for each in self._found:
            for name, value in _values(each).items():
                if self._before.get((id(each), name)) is value:
                    continue
                path = holding.find(value)
                if path is not None:
                    return Residue("thread-local", self._name(each), f".{name}{path}")
        return None

    def _name(self, local: threading.local) -> str:
        """The global of the project that it is bound to, or its class."""
        for name, module in sorted(sys.modules.items()):
            if self._is_project(name):
                for bound, value in vars(module).items():
                    if value is local:
                        return f"{name}.{bound}"
        return type(local).__qualname__


def _values(local: threading.local) -> dict[str, object]:
    return dict(threading.local.__getattribute__(local, "__dict__"))


def _kinds(kind: type) -> Iterator[type]:
    yield kind
    under: list[type] = type.__subclasses__(kind)
    for each in under:
        yield from _kinds(each)
