"""Managers of users' connections, each sharing in its own way; loaded anew for each test.

`add` keeps a line of the user's under a connection: that is all that any of them is for.
"""

from __future__ import annotations

import contextvars
import functools
import io
import threading
import weakref
from collections import defaultdict, deque
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any


class Own:
    """Nothing is shared: the base of all others."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.lines: list[str] = []

    def add(self, connection: str, line: str) -> None:
        self.lines.append(line)


# The bad ones.


class ClassDict(Own):
    __connections: dict[str, str] = {}

    def add(self, connection: str, line: str) -> None:
        self.__connections[connection] = line


class Base(Own):
    queues: defaultdict[str, list[str]] = defaultdict(list)


class Inherited(Base):
    def add(self, connection: str, line: str) -> None:
        self.queues[connection].append(line)


RECENT: deque[str] = deque(maxlen=50)


class ModuleDeque(Own):
    def add(self, connection: str, line: str) -> None:
        RECENT.append(line)


class MutableDefault(Own):
    def add(self, connection: str, line: str, seen: list[str] = []) -> None:
        seen.append(line)


def _closing() -> Callable[[Any, str, str], None]:
    kept: list[str] = []

    def add(self: Any, connection: str, line: str) -> None:
        kept.append(line)

    return add


class Closure(Own):
    add = _closing()  # type: ignore[assignment]  # mypy takes it for an attribute, not a method


@functools.lru_cache
def _store(name: str) -> dict[str, str]:
    return {}


class Memo(Own):
    def add(self, connection: str, line: str) -> None:
        _store("connections")[connection] = line


class Pool:
    __slots__ = ("last", "lines")

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.last = ""


POOL = Pool()


class SharedSlots(Own):
    def __init__(self, user: str) -> None:
        super().__init__(user)
        self.pool = POOL

    def add(self, connection: str, line: str) -> None:
        self.pool.last = line


JOURNAL: list[str] = []


def _helper(line: str) -> None:
    JOURNAL.append(line)


def record(line: str) -> None:
    _helper(line)


class ViaFunction(Own):
    def add(self, connection: str, line: str) -> None:
        record(line)


class BoundCallback(Own):
    listeners: list[Callable[[str, str], None]] = []

    def add(self, connection: str, line: str) -> None:
        self.listeners.append(self.heard)

    def heard(self, connection: str, line: str) -> None:
        self.lines.append(line)


class FunctionAttribute(Own):
    def add(self, connection: str, line: str) -> None:
        FunctionAttribute.add.last = line  # type: ignore[attr-defined]  # what this shows


CONTEXT = SimpleNamespace(line="")


class SharedContext(Own):
    def __init__(self, user: str) -> None:
        super().__init__(user)
        self.context = CONTEXT

    def add(self, connection: str, line: str) -> None:
        self.context.line = line


class LazyClassAttribute(Own):
    def add(self, connection: str, line: str) -> None:
        if "lazy" not in vars(LazyClassAttribute):
            LazyClassAttribute.lazy = {}  # type: ignore[attr-defined]  # what this shows
        LazyClassAttribute.lazy[connection] = line  # type: ignore[attr-defined]  # as above


ALIVE: weakref.WeakSet[Own] = weakref.WeakSet()


class WeakSetOfAll(Own):
    def add(self, connection: str, line: str) -> None:
        ALIVE.add(self)


CURRENT = threading.local()


class ThreadLocal(Own):
    def add(self, connection: str, line: str) -> None:
        CURRENT.line = line


LAST = ""


class ReboundGlobal(Own):
    def add(self, connection: str, line: str) -> None:
        global LAST
        LAST = line


class ReboundClassAttribute(Own):
    added = 0

    def add(self, connection: str, line: str) -> None:
        type(self).added += 1


class LocalImport(Own):
    def add(self, connection: str, line: str) -> None:
        import toy as here  # type: ignore[import-not-found]  # as which it is loaded

        here.JOURNAL.append(line)


class Registering(type):
    made: list[object] = []

    def __call__(cls, *args: Any) -> Any:
        made = super().__call__(*args)
        cls.made.append(made)
        return made


class Singleton(Own, metaclass=Registering):
    pass


COPIED: dict[str, str] = {}


class CopiedOnWrite(Own):
    def add(self, connection: str, line: str) -> None:
        global COPIED
        COPIED = {**COPIED, connection: line}


class Buffer(Own):
    buffer = io.StringIO()

    def add(self, connection: str, line: str) -> None:
        self.buffer.write(line)


class LastManager(Own):
    last: Own | None = None

    def add(self, connection: str, line: str) -> None:
        LastManager.last = self


VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("line")


class ContextVariable(Own):
    def add(self, connection: str, line: str) -> None:
        VARIABLE.set(line)


def _remembering() -> Callable[[Any, str, str], None]:
    last = ""

    def add(self: Any, connection: str, line: str) -> None:
        nonlocal last
        last = line

    return add


class NonLocal(Own):
    add = _remembering()  # type: ignore[assignment]  # as above


class Miskeyed(Own):
    """Keeps under each user's key the line of whoever wrote last."""

    registry: dict[str, list[str]] = {}
    users = ("ann", "bob")

    def add(self, connection: str, line: str) -> None:
        for user in self.users:
            self.registry[user] = [line]


class Tables:
    def __init__(self) -> None:
        self.by_connection: dict[str, str] = {}
        self.by_line: dict[str, str] = {}


TABLES = Tables()


class Hub(Own):
    """Two tables of one object are one fault of that object."""

    def add(self, connection: str, line: str) -> None:
        TABLES.by_connection[connection] = line
        TABLES.by_line[line] = connection


class StaticMethod(Own):
    def add(self, connection: str, line: str) -> None:
        self.write(line)

    @staticmethod
    def write(line: str) -> None:
        WRITTEN.append(line)


WRITTEN: list[str] = []
NOTED: list[str] = []


class ClassMethod(Own):
    def add(self, connection: str, line: str) -> None:
        self.write(line)

    @classmethod
    def write(cls, line: str) -> None:
        NOTED.append(line)


KEPT: list[str] = []


class Property(Own):
    def add(self, connection: str, line: str) -> None:
        self.kept.append(line)

    @property
    def kept(self) -> list[str]:
        return KEPT


class Services:
    """Of one manager alone, and the way to what all have."""

    def __init__(self) -> None:
        self.hub = HOOKS


HOOKS: list[Any] = []


class Hooked(Own):
    """Its own state is written too, and nearer to it than what is shared."""

    def __init__(self, user: str) -> None:
        super().__init__(user)
        self.services = Services()
        self.added = 0

    def add(self, connection: str, line: str) -> None:
        self.added += 1
        self.lines.append(line)
        self.services.hub.append(self)


class Message:
    def __init__(self, line: str) -> None:
        self.body = {"line": line}


class Messages(Own):
    """Keeps them from the start, so that no operation writes."""

    messages: list[Message] = []

    def __init__(self, user: str) -> None:
        super().__init__(user)
        secrets = {"ann": "canary-4f1c", "bob": "canary-93be"}
        self.messages.extend(Message(secrets[user]) for _ in range(3))


# Neither: nobody's data is in them, but all of them write.


class Counting(Own):
    counts = {"added": 0}

    def add(self, connection: str, line: str) -> None:
        self.counts["added"] += 1
        self.lines.append(line)


class Asynchronous(Own):
    shared: list[str] = []

    async def add_later(self, connection: str, line: str) -> None:
        self.shared.append(line)


SWITCHING: dict[str, str] = {}


class Switching(Own):
    """In a table that is keyed by user until it is keyed by connection."""

    def add(self, connection: str, line: str) -> None:
        SWITCHING[self.user if self.user == "ann" else connection] = line
