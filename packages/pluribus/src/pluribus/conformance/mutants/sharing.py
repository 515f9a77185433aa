"""Managers that are one a thread and keep users' data where all reach it, each in its own way."""

from __future__ import annotations

import functools
import io
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from types import MappingProxyType, SimpleNamespace
from typing import Any

from pluribus.conformance.mutants.good import Context, PerThread, make_per_thread
from pluribus.conformance.peer import Peer

Made = dict[str, object]


class Keeps(PerThread):
    """Keeps what it sends, where those who come from it say."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event, and keep it."""
        reached = await super().emit_agent_event(event, payload, urgent=urgent)
        self.keep(event, dict(payload))
        return reached

    def keep(self, event: str, payload: dict[str, Any]) -> None:
        """Nowhere, here."""


def private_class_table() -> Made:
    """Connections are kept in a private table of the class."""

    class Manager(PerThread):
        __known: dict[str, Peer] = {}

        async def add_connection(self, connection_id: str, websocket: Peer) -> None:
            self.__known[connection_id] = websocket
            await super().add_connection(connection_id, websocket)

    return make_per_thread(Manager)


def inherited_queue() -> Made:
    """A base class has the queues of all that come from it."""

    class Base(Keeps):
        queues: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)

    class Manager(Base):
        def keep(self, event: str, payload: dict[str, Any]) -> None:
            self.queues[event].append(payload)

    return make_per_thread(Manager)


_RECENT: deque[dict[str, Any]] = deque(maxlen=20)


class RecentInModule(Keeps):
    """The latest events of all are kept in the module."""

    def keep(self, event: str, payload: dict[str, Any]) -> None:
        """In the module."""
        _RECENT.append(payload)


def mutable_default() -> Made:
    """A default argument is a list, and is written."""

    class Manager(Keeps):
        def keep(
            self, event: str, payload: dict[str, Any], seen: list[dict[str, Any]] = []
        ) -> None:
            seen.append(payload)

    return make_per_thread(Manager)


def closure() -> Made:
    """A function that was made once keeps a list for everybody."""

    def keeping() -> Callable[[Any, str, dict[str, Any]], None]:
        kept: list[dict[str, Any]] = []

        def keep(self: Any, event: str, payload: dict[str, Any]) -> None:
            kept.append(payload)

        return keep

    class Manager(Keeps):
        keep = keeping()  # type: ignore[assignment]  # taken for an attribute, not a method

    return make_per_thread(Manager)


def remembered_result() -> Made:
    """A cached function hands out one table to everybody."""

    @functools.lru_cache
    def table_of(name: str) -> dict[str, Peer]:
        return {}

    class Manager(PerThread):
        async def add_connection(self, connection_id: str, websocket: Peer) -> None:
            table_of("connections")[connection_id] = websocket
            await super().add_connection(connection_id, websocket)

    return make_per_thread(Manager)


class Pool:
    """Holds what was sent last."""

    __slots__ = ("last",)

    def __init__(self) -> None:
        self.last: dict[str, Any] = {}


def shared_slots() -> Made:
    """All instances are given one pool, which keeps the last payload."""
    pool = Pool()

    class Manager(Keeps):
        def __init__(self, context: Context) -> None:
            super().__init__(context)
            self.pool = pool

        def keep(self, event: str, payload: dict[str, Any]) -> None:
            self.pool.last = payload

    return make_per_thread(Manager)


_JOURNAL: list[str] = []


def _write(line: str) -> None:
    _JOURNAL.append(line)


def _record(context: Context) -> None:
    _write(f"sent for {context.user_id}")


class ThroughFunctions(Keeps):
    """A function that calls a function keeps who was served."""

    def keep(self, event: str, payload: dict[str, Any]) -> None:
        """Two calls away."""
        _record(self.context)


def function_attribute() -> Made:
    """A method keeps the last payload as an attribute of itself."""

    class Manager(Keeps):
        def keep(self, event: str, payload: dict[str, Any]) -> None:
            Manager.keep.last = payload  # type: ignore[attr-defined]  # the fault

    return make_per_thread(Manager)


def shared_namespace() -> Made:
    """What was meant for settings holds the user who came last."""
    settings = SimpleNamespace(user="")

    class Manager(PerThread):
        def __init__(self, context: Context) -> None:
            super().__init__(context)
            self.settings = settings

        async def add_connection(self, connection_id: str, websocket: Peer) -> None:
            self.settings.user = self.context.user_id
            await super().add_connection(connection_id, websocket)

    return make_per_thread(Manager)


def lazy_class_table() -> Made:
    """The first who sends makes a table in the class, for all."""

    class Manager(Keeps):
        table: dict[str, dict[str, Any]] | None = None

        def keep(self, event: str, payload: dict[str, Any]) -> None:
            if Manager.table is None:
                Manager.table = {}
            Manager.table[event] = payload

    return make_per_thread(Manager)


def text_buffer() -> Made:
    """All write their transcripts into one buffer."""

    class Manager(Keeps):
        transcript = io.StringIO()

        def keep(self, event: str, payload: dict[str, Any]) -> None:
            self.transcript.write(f"{event}: {payload}\n")

    return make_per_thread(Manager)


def nonlocal_name() -> Made:
    """A function remembers for whom it was called last."""

    def remembering() -> Callable[[Any, str, dict[str, Any]], None]:
        last = ""

        def keep(self: Any, event: str, payload: dict[str, Any]) -> None:
            nonlocal last
            last = self.context.user_id

        return keep

    class Manager(Keeps):
        keep = remembering()  # type: ignore[assignment]  # as above

    return make_per_thread(Manager)


def static_method() -> Made:
    """A static method writes to a table of the class."""

    class Manager(Keeps):
        written: list[dict[str, Any]] = []

        @staticmethod
        def write(payload: dict[str, Any]) -> None:
            Manager.written.append(payload)

        def keep(self, event: str, payload: dict[str, Any]) -> None:
            self.write(payload)

    return make_per_thread(Manager)


def behind_property() -> Made:
    """A property hands out one list to everybody."""
    kept: list[dict[str, Any]] = []

    class Manager(Keeps):
        @property
        def kept(self) -> list[dict[str, Any]]:
            return kept

        def keep(self, event: str, payload: dict[str, Any]) -> None:
            self.kept.append(payload)

    return make_per_thread(Manager)


def filled_at_the_start() -> Made:
    """Each instance enters its user in a list when it is made, and never writes again."""

    class Manager(PerThread):
        users: list[dict[str, str]] = []

        def __init__(self, context: Context) -> None:
            super().__init__(context)
            self.users.append({"user": context.user_id})

    return make_per_thread(Manager)


class MessageQueue:
    """One connection's messages, and how they are processed."""

    def __init__(self, user_id: str, processor: Callable[[str, dict[str, Any]], None]) -> None:
        self.user_id = user_id
        self.processor = processor
        self.waiting: deque[dict[str, Any]] = deque()


class MessageQueues:
    """All queues by connection: whoever has one connection has the table of all."""

    def __init__(self) -> None:
        self.queues: dict[str, MessageQueue] = {}

    def open(
        self, connection_id: str, user_id: str, processor: Callable[[str, dict[str, Any]], None]
    ) -> None:
        """Make the queue of a connection."""
        self.queues[connection_id] = MessageQueue(user_id, processor)

    def close(self, connection_id: str) -> None:
        """Forget it."""
        self.queues.pop(connection_id, None)


def queues_by_connection() -> Made:
    """One registry of queues for everybody is keyed by connection, as in the founding report."""
    queues = MessageQueues()

    class Manager(Keeps):
        def __init__(self, context: Context) -> None:
            super().__init__(context)
            self.queues = queues

        async def add_connection(self, connection_id: str, websocket: Peer) -> None:
            self.queues.open(connection_id, self.context.user_id, self.keep)
            await super().add_connection(connection_id, websocket)

        async def remove_connection(self, connection_id: str) -> None:
            self.queues.close(connection_id)
            await super().remove_connection(connection_id)

    return make_per_thread(Manager)


def switches_keys() -> Made:
    """A table is kept by user until a user comes back, and by connection from then on."""
    table: dict[str, list[str]] = {}

    class Manager(PerThread):
        async def add_connection(self, connection_id: str, websocket: Peer) -> None:
            known = self.context.user_id in table
            key = connection_id if known else self.context.user_id
            table.setdefault(key, []).append(connection_id)
            await super().add_connection(connection_id, websocket)

    return make_per_thread(Manager)


_CURRENT: Mapping[str, object] = {}


class CopiedGlobal(Keeps):
    """A table of the module is replaced by a longer one with each event."""

    def keep(self, event: str, payload: dict[str, Any]) -> None:
        """In a copy."""
        global _CURRENT
        _CURRENT = {**_CURRENT, str(payload["marker"]): payload}


SHARING: Mapping[Callable[[], Made], tuple[str, ...]] = MappingProxyType(
    {
        private_class_table: ("C4",),
        inherited_queue: ("C4",),
        mutable_default: ("C4",),
        closure: ("C4",),
        remembered_result: ("C4",),
        shared_slots: ("C4",),
        function_attribute: ("C4",),
        shared_namespace: ("C4",),
        lazy_class_table: ("C4",),
        text_buffer: ("C4",),
        nonlocal_name: ("C4",),
        static_method: ("C4",),
        behind_property: ("C4",),
        filled_at_the_start: ("C4",),
        queues_by_connection: ("C4",),
        switches_keys: ("C4",),
    }
)
"""Factories of such managers to the one property of isolation that must refuse each."""

SHARING_IN_MODULE: Mapping[type[PerThread], tuple[str, ...]] = MappingProxyType(
    {RecentInModule: ("C4",), ThroughFunctions: ("C4",), CopiedGlobal: ("C4",)}
)
"""The same, of those whose state is in this module."""
