"""What clients send: handled once, by what was registered for it."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from pluribus_unum.clock import Clock
from pluribus_unum.core.session import Session
from pluribus_unum.core.wire import SAID_BY_CLIENTS, Message, Problem
from pluribus_unum.errors import UnumError
from pluribus_unum.limits import Limits
from pluribus_unum.manager import Manager

Handler = Callable[[Manager, Message], Awaitable[None]]

_LOG = logging.getLogger("unum")
_MOST_IDS = 1_000


def must_be_type(message_type: object) -> None:
    """Refuse what no message for the application has as its type.

    Raises:
        UnumError: it is no text, or a word of the protocol.
    """
    if not isinstance(message_type, str):
        raise UnumError(
            f"a handler is for a type of messages, and not for `{type(message_type).__name__}`",
            hint='`@hub.on("ask")`, with the type in it',
        )
    if message_type in SAID_BY_CLIENTS:
        raise UnumError(
            f"`{message_type}` is a word of the protocol, and reaches no handler",
            hint="name it otherwise; these are taken: " + ", ".join(SAID_BY_CLIENTS),
        )


class Inbox:
    """Handlers by type, and the ids that each user has sent of late."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._handlers: dict[str, Handler] = {}
        self._seen: dict[str, OrderedDict[str, float]] = {}
        self._handling: dict[tuple[str, str], asyncio.Event] = {}
        """What is not over yet."""
        self._limits = limits
        self._clock = clock

    def register(self, message_type: str, handler: Handler) -> None:
        """Let a type be handled.

        Raises:
            UnumError: it is already, or is a word of the protocol.
        """
        must_be_type(message_type)
        if message_type in self._handlers:
            raise UnumError(f"`{message_type}` has a handler already")
        self._handlers[message_type] = handler

    async def handle(self, key: str, manager: Manager, session: Session, message: Message) -> None:
        """Handle a message, and answer its id."""
        handler = self._handlers.get(message.type)
        if handler is None:
            session.tell(Problem(code="unknown_type", ref=message.id))
            return
        if message.id is None:
            if await self._is_handled(handler, manager, message):
                session.accept(message)
            else:
                session.tell(Problem(code="failed"))
            return
        place = (key, message.id)
        while (other := self._handling.get(place)) is not None:
            # It was sent again after a cut of which nothing has been noticed here yet.
            await other.wait()
        if message.id in self._seen.get(key, ()):
            session.accept(message)
            return
        self._handling[place] = over = asyncio.Event()
        try:
            if await self._is_handled(handler, manager, message):
                self._remember(key, message.id)
                session.accept(message)
            else:
                session.tell(Problem(code="failed", ref=message.id))
        finally:
            # Also where it was cancelled: who sends it again has not had it handled.
            del self._handling[place]
            over.set()

    def sweep(self) -> None:
        """Forget ids that are too old."""
        oldest = self._clock.monotonic() - self._limits.age_s
        for key in list(self._seen):
            ids = self._seen[key]
            while ids and next(iter(ids.values())) < oldest:
                ids.popitem(last=False)
            if not ids:
                del self._seen[key]

    async def _is_handled(self, handler: Handler, manager: Manager, message: Message) -> bool:
        try:
            await handler(manager, message)
        except Exception:
            # The connection must outlive a mistake of the application, which is told of here.
            _LOG.exception("the handler of a message failed")
            return False
        return True

    def _remember(self, key: str, message_id: str) -> None:
        ids = self._seen.setdefault(key, OrderedDict())
        ids[message_id] = self._clock.monotonic()
        while len(ids) > _MOST_IDS:
            ids.popitem(last=False)
