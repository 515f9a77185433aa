"""What has to be done some time soon, and over again until it succeeds."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Final

_LOG = logging.getLogger("unum")
FIRST_PAUSE_S: Final = 0.05
MOST_PAUSE_S: Final = 2.0


class Pause:
    """Waits between attempts: twice as long each time, and not all nodes at once."""

    def __init__(self) -> None:
        self._next_s = FIRST_PAUSE_S

    def reset(self) -> None:
        """It went well."""
        self._next_s = FIRST_PAUSE_S

    async def rest(self) -> None:
        """Wait."""
        await asyncio.sleep(self._next_s * random.uniform(0.5, 1.0))
        self._next_s = min(2 * self._next_s, MOST_PAUSE_S)


class Chore:
    """One thing that is done by a task of its own whenever it is due."""

    def __init__(self, work: Callable[[], Awaitable[bool]]) -> None:
        """Name the work, which says whether nothing of it is left."""
        self._work = work
        self._is_due = asyncio.Event()
        self._is_over = False
        self._pause = Pause()

    def due(self) -> None:
        """It has to be done."""
        self._is_due.set()

    def begin(self) -> None:
        """Let it be done from now on, in the loop that is running."""
        self._is_over = False
        self._is_due = asyncio.Event()

    def end(self) -> None:
        """Not once more. What is cancelled in the middle of a command may take that for the
        command's own end, so that to cancel it is not enough."""
        self._is_over = True

    async def run(self) -> None:
        """Do it whenever it is due, until the end."""
        while not self._is_over:
            await self._is_due.wait()
            self._is_due.clear()
            if await self._try():
                self._pause.reset()
            else:
                await self._pause.rest()
                self._is_due.set()

    async def _try(self) -> bool:
        try:
            return await self._work()
        except Exception:
            # Nobody waits for it, so nobody else would ever hear of a mistake.
            _LOG.exception("the broker could not be followed, which is tried again")
            return False
