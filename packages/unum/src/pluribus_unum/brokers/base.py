"""What a broker does; `tests/unum/brokers` asks the same of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from pluribus_unum.brokers.presence import Presence
from pluribus_unum.brokers.revocations import Revocation, Revocations
from pluribus_unum.core.stream import Position, Stream

Whispered = Callable[[str | None, str], None]
"""Is handed what is sent once and kept nowhere: the key, None for everybody, and the text."""

Revoked = Callable[[], None]
"""Is called when there is something new among the revocations."""


class Published(msgspec.Struct, frozen=True, gc=False):
    """Where an event came to stand.

    There is one for every event, and a named tuple would take four times as long to make.
    """

    epoch: str
    seq: int
    is_duplicate: bool
    """Whether it was there already, under the same idempotency key."""

    @property
    def position(self) -> Position:
        """The place."""
        return Position(self.epoch, self.seq)


class Broker(Protocol):
    """Numbers events, keeps the last of them, and brings them to every node."""

    node_id: str
    """Names this node among those of the same broker."""
    revocations: Revocations
    """Those that are known on this node."""

    async def start(self, whispered: Whispered, revoked: Revoked = ...) -> None:
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

    def arrived(self, key: str, connection_id: str, since: float) -> None:
        """A connection of a key is on this node, which others are told soon; it waits for
        nobody."""

    def departed(self, key: str, connection_id: str) -> None:
        """It is gone."""

    async def presence(self, key: str) -> tuple[Presence, ...]:
        """The connections of a key on all nodes. Those of a node that was killed are among them
        for `Limits.presence_s` more, and not for longer.

        Raises:
            BrokerDown: it cannot be reached.
        """

    async def revoke(self, revocation: Revocation) -> None:
        """Let a revocation be known on every node, those that start later too.

        Raises:
            UnumError: there are too many.
            BrokerDown: it cannot be reached. Here it is in force all the same, and the others get
                it as soon as it can be reached again and for as long as this node runs.
        """

    def sweep(self) -> None:
        """Let go of what is too old; called every now and then."""


def nothing() -> None:
    """For who needs not know."""
