"""What SIGTERM does: first everybody is asked to go elsewhere, then the server ends."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any


@contextmanager
def drained_on_sigterm(drain: Callable[[], Awaitable[None]]) -> Iterator[None]:
    """Inside of the block, SIGTERM drains, and then does what it did before; a second one does
    not wait.

    Servers end all connections at once when they are told to stop, so that all clients come back
    at once. Nothing is changed where signals cannot be handled, as in a thread.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = signal.getsignal(signal.SIGTERM)
    draining: list[asyncio.Task[None]] = []

    async def drain_first(frame: FrameType | None) -> None:
        try:
            await drain()
        finally:
            _go_on(before, frame)

    def begin(frame: FrameType | None) -> None:
        if draining:
            _go_on(before, frame)
        else:
            draining.append(loop.create_task(drain_first(frame), name="unum drains"))

    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(begin, frame)

    signal.signal(signal.SIGTERM, handle)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) is handle:
            signal.signal(signal.SIGTERM, before if before is not None else signal.SIG_DFL)
        for each in draining:
            each.cancel()


def _go_on(before: Any, frame: FrameType | None) -> None:
    """Do what would have been done without us."""
    if callable(before):
        before(signal.SIGTERM, frame)
    elif before is not signal.SIG_IGN:
        with suppress(ValueError):
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)
