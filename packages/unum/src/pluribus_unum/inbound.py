"""What clients send: handled once, by what was registered for it."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from pluribus_unum.clock import Clock
from pluribus_unum.core.session import Session
from pluribus_unum.core.wire import Message, Problem
from pluribus_unum.errors import UnumError
from pluribus_unum.limits import Limits
from pluribus_unum.manager import Manager

Handler = Callable[[Manager, Message], Awaitable[None]]

_LOG = logging.getLogger("unum")
_MOST_IDS = 1_000


class Inbox:
    """Handlers by type, and the ids that each user has sent of late."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._handlers: dict[str, Handler] = {}
        self._seen: OrderedDict[str, OrderedDict[str, float]] = OrderedDict()
        self._limits = limits
        self._clock = clock

    def register(self, message_type: str, handler: Handler) -> None:
        """Let a type be handled.

        Raises:
            UnumError: it is already.
        """
        if message_type in self._handlers:
            raise UnumError(f"`{message_type}` has a handler already")
        self._handlers[message_type] = handler

    async def handle(self, key: str, manager: Manager, session: Session, message: Message) -> None:
        """Handle a message, and answer its id."""
        handler = self._handlers.get(message.type)
        if handler is None:
            session.tell(Problem(code="unknown_type", ref=message.id))
            return
        if message.id is not None and self._is_known(key, message.id):
            session.accept(message)
            return
        try:
            await handler(manager, message)
        except Exception:
            # The connection must outlive a mistake of the application, which is told of here.
            _LOG.exception("the handler of a message failed")
            if message.id is not None:
                self._seen[key].pop(message.id, None)
            session.tell(Problem(code="failed", ref=message.id))
            return
        session.accept(message)

    def sweep(self) -> None:
        """Forget ids that are too old."""
        oldest = self._clock.monotonic() - self._limits.age_s
        for key in list(self._seen):
            ids = self._seen[key]
            while ids and next(iter(ids.values())) < oldest:
                ids.popitem(last=False)
            if not ids:
                del self._seen[key]

    def _is_known(self, key: str, message_id: str) -> bool:
        ids = self._seen.setdefault(key, OrderedDict())
        if message_id in ids:
            return True
        ids[message_id] = self._clock.monotonic()
        while len(ids) > _MOST_IDS:
            ids.popitem(last=False)
        return False
