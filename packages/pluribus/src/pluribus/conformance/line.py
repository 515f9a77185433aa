"""The way from a socket to its client, and what may be wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum
from typing import Final

CLOSED: Final = 'Cannot call "send" once a close message has been sent.'


Loss = Callable[[str, int], Exception]
"""What a method raises when the connection is lost, for the first time or a later one."""
Deliver = Callable[[str, str], None]
"""Takes the method and the text of a frame that arrives."""


class Condition(Enum):
    """How a line is."""

    SOUND = "sound"
    STALLED = "stalled"
    """The client reads nothing: a send waits."""
    VANISHED = "vanished"
    """The client is gone without a word: what is sent is lost, and nobody is told."""
    RESET = "reset"
    """The client is gone, and the system has said so."""


class Line:
    """Carries frames to a client, or does to them what happens on a network.

    After a reset the first send still returns, because the system has only then been told; the
    second raises that the connection is lost, and each later one that it is closed. A frame whose
    send waits has been written already: it arrives when the client reads on, even if the send was
    cancelled meanwhile.
    """

    def __init__(self, loss: Loss) -> None:
        self._loss = loss
        self.condition = Condition.SOUND
        self.tried: list[str] = []
        """What the subject tried to send while the line was not sound."""
        self.raised = 0
        """How many of these sends raised."""
        self._written: list[tuple[str, str]] = []
        self._sends_after_reset = 0
        self._is_noticed = False
        self._moves = asyncio.Event()
        self._ends = asyncio.Event()

    @property
    def is_known_lost(self) -> bool:
        """Whether the subject has been told that the connection is lost."""
        return self.raised > 0 or self._is_noticed

    def becomes(self, condition: Condition, deliver: Deliver) -> None:
        """Change how the line is; what waits goes on when it no longer stalls."""
        self.condition = condition
        if condition is Condition.SOUND:
            written, self._written = self._written, []
            for method, text in written:
                deliver(method, text)
        if condition is Condition.RESET:
            self._ends.set()
        if condition is not Condition.STALLED:
            self._moves.set()
            self._moves = asyncio.Event()

    def noticed(self) -> None:
        """Whoever reads from the client has been told, so that the next send knows."""
        self._is_noticed = True
        self._sends_after_reset += 1

    def ended(self) -> None:
        """The subject has closed the socket: what waits is told."""
        self._written.clear()
        self._moves.set()

    async def carry(
        self, method: str, text: str, deliver: Deliver, *, is_open: Callable[[], bool]
    ) -> None:
        """Send one frame.

        Raises:
            Exception: what servers raise when the connection is lost, or was closed meanwhile.
        """
        if self.condition is Condition.SOUND:
            deliver(method, text)
            return
        self.tried.append(text)
        if self.condition is Condition.STALLED:
            self._written.append((method, text))
            await self._moves.wait()
            if not is_open():
                raise RuntimeError(CLOSED)
        if self.condition is Condition.RESET:
            self._sends_after_reset += 1
            if self._sends_after_reset > 1:
                self.raised += 1
                raise self._loss(method, self.raised)

    async def until_reset(self) -> None:
        """Wait until the client is gone and the system has said so."""
        await self._ends.wait()
