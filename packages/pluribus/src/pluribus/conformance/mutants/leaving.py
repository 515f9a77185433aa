"""Managers that are one a thread, and leave or hand on what they should not."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pluribus.conformance.mutants.good import PerThread, make_per_thread
from pluribus.conformance.peer import Peer

Made = dict[str, object]

_USER: contextvars.ContextVar[str] = contextvars.ContextVar("user")


class LeavesContextVariable(PerThread):
    """A context variable says whose event is sent, and is not set back."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event in the user's name."""
        _USER.set(self.context.user_id)
        return await super().emit_agent_event(event, payload, urgent=urgent)


def leaves_thread_local() -> Made:
    """The manager that was called last stays in a thread-local."""
    current = threading.local()

    class Manager(PerThread):
        async def add_connection(self, connection_id: str, websocket: Peer) -> None:
            current.manager = self
            await super().add_connection(connection_id, websocket)

    return make_per_thread(Manager)


LEAVING: Mapping[Callable[[], Made], tuple[str, ...]] = MappingProxyType(
    {leaves_thread_local: ("C7",)}
)
"""Factories of such managers to the properties that must refuse them."""

LEAVING_KINDS: Mapping[type[PerThread], tuple[str, ...]] = MappingProxyType(
    {LeavesContextVariable: ("C7",)}
)
"""The same of kinds of managers."""
