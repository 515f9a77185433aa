"""What a broker does; `tests/unum/brokers` asks the same of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from pluribus_unum.core.stream import Position, Stream

Whispered = Callable[[str | None, str], None]
"""Is handed what is sent once and kept nowhere: the key, None for everybody, and the text."""


class Published(NamedTuple):
    """Where an event came to stand."""

    position: Position
    is_duplicate: bool
    """Whether it was there already, under the same idempotency key."""


class Broker(Protocol):
    """Numbers events, keeps the last of them, and brings them to every node."""

    async def start(self, whispered: Whispered) -> None:
        """Begin to work.

        Raises:
            BrokerDown: it cannot be reached.
        """

    async def stop(self) -> None:
        """End; what is kept elsewhere stays."""

    async def join(self, key: str) -> Stream:
        """The stream of a key, which is fed from now on; its epoch exists from now on too, also
        if nothing was ever sent. Joined twice, it is the same object.

        Raises:
            BrokerDown: it cannot be reached.
        """

    async def leave(self, key: str) -> None:
        """Nobody here follows that key any more."""

    async def publish(
        self, key: str, body: str, *, thread: str | None, idempotency: str | None
    ) -> Published:
        """Give an event its number, and bring it to all that joined its key.

        Args:
            key: Whose it is.
            body: A JSON object without `seq` and `id`.
            thread: Of the event, for those who follow some threads alone.
            idempotency: Two events of a key with the same are one.

        Raises:
            BrokerDown: it was not sent, or nobody knows.
        """

    async def whisper(self, key: str | None, text: str) -> None:
        """Bring something to those of a key, or to everybody, who are there now."""

    def sweep(self) -> None:
        """Let go of what is too old; called every now and then."""
