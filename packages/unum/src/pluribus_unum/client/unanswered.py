"""What a client has said and the server has not answered yet."""

from __future__ import annotations

from collections import deque
from typing import Any, Final

import msgspec

from pluribus_unum.core.wire import SAID_BY_CLIENTS, Message
from pluribus_unum.errors import NotHandled

MOST_MESSAGES: Final = 1_000


class Unanswered:
    """Messages by id, in the order in which they were sent."""

    def __init__(self, name: str) -> None:
        """Make one that is empty.

        Args:
            name: Of the client, so that the ids of its messages are nobody else's.
        """
        self._name = name
        self._texts: dict[str, str] = {}
        self._number = 0
        self._held: deque[str] = deque()
        """Ids of those that the server has not taken because there were too many."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Of all of them, in the order in which they were sent."""
        return tuple(self._texts)

    @property
    def is_holding(self) -> bool:
        """Whether there is something to `release`."""
        return bool(self._held)

    def add(
        self, message_type: str, payload: Any, thread_id: str | None, run_id: str | None
    ) -> str:
        """Take in a message; returns its id. It is held where others are.

        Raises:
            NotHandled: there are too many, or the type is a word of the protocol, to which no
                handler answers.
        """
        if message_type in SAID_BY_CLIENTS:
            raise NotHandled("reserved", hint="name it otherwise: " + ", ".join(SAID_BY_CLIENTS))
        if len(self._texts) >= MOST_MESSAGES:
            raise NotHandled("outbox_full", hint="wait until others have been answered")
        self._number += 1
        message_id = f"{self._name}-{self._number}"
        message = Message(
            type=message_type, id=message_id, thread_id=thread_id, run_id=run_id, payload=payload
        )
        self._texts[message_id] = msgspec.json.encode(message).decode()
        if self._held:
            self._held.append(message_id)
        return message_id

    def text(self, message_id: str) -> str:
        """A message, as it is sent."""
        return self._texts[message_id]

    def remove(self, message_id: str) -> bool:
        """Let go of a message; False when it is not there."""
        return self._texts.pop(message_id, None) is not None

    def clear(self) -> tuple[str, ...]:
        """Let go of all; returns their ids."""
        ids = tuple(self._texts)
        self._texts.clear()
        self._held.clear()
        return ids

    def hold(self, message_id: str) -> bool:
        """Send it again by and by; False when it is not there."""
        if message_id not in self._texts:
            return False
        self._held.append(message_id)
        return True

    def release(self) -> str | None:
        """The next one of those that are held: all at once would be too many again."""
        while self._held:
            text = self._texts.get(self._held.popleft())
            if text is not None:
                return text
        return None

    def hold_none(self) -> None:
        """All are sent again with the next connection."""
        self._held.clear()
