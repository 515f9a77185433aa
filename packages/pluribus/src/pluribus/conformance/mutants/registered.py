"""A manager of one thread that shares what may be shared, and keeps what is shared by user."""

from __future__ import annotations

import enum
import functools
import logging
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pluribus.conformance.mutants.good import Context, PerThread, make_per_thread

_LOG = logging.getLogger(__name__)


class Mode(enum.Enum):
    """How events are sent."""

    FAST = "fast"
    SAFE = "safe"


@dataclass(frozen=True)
class Settings:
    """What never changes."""

    mode: Mode = Mode.SAFE
    names: tuple[str, ...] = ("started", "completed")


@functools.lru_cache
def _priority(event: str) -> int:
    return len(event)


def make_registered() -> dict[str, object]:
    """Such managers, in registries that begin empty."""

    class Registered(PerThread):
        """Has a lock, a logger and settings in common with all, and registries that are kept by
        user and thread."""

        settings = Settings()
        lock = threading.Lock()
        registry: dict[tuple[str, str], PerThread] = {}
        counts: defaultdict[str, int] = defaultdict(int)

        def __init__(self, context: Context) -> None:
            super().__init__(context)
            with self.lock:
                self.registry[context.user_id, context.thread_id] = self

        async def emit_agent_event(
            self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
        ) -> int:
            """Send an event, and count it under the user."""
            reached = await super().emit_agent_event(event, payload, urgent=urgent)
            with self.lock:
                self.counts[self.context.user_id] += 1
            _LOG.debug("priority %d, mode %s", _priority(event), self.settings.mode.value)
            return reached

        def close(self) -> None:
            """Let every socket go, and be in no registry."""
            super().close()
            with self.lock:
                self.registry.pop((self.context.user_id, self.context.thread_id), None)
                self.counts.pop(self.context.user_id, None)

        def get_connections(self) -> list[str]:
            """The ids of this thread's connections."""
            return list(self.sockets)

        def is_connected(self, connection_id: str) -> bool:
            """Whether it is one of them."""
            return connection_id in self.sockets

    return make_per_thread(Registered)
