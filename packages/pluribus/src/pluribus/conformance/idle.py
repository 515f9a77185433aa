"""Whether anything can still happen, so that nobody waits for what cannot come."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from pathlib import Path
from typing import Final

WATCHDOG: Final = "watchdog"
"""The name of the kit's own thread."""


def is_idle() -> bool:
    """Whether the running loop has nothing to do but what the caller does: no callback, no timer,
    no file that it watches, and no thread that could call it.

    False wherever that cannot be known, as of another loop than asyncio's own or on another system
    than Linux. Then one waits, which takes longer and tells the same.
    """
    loop = asyncio.get_running_loop()
    ready = getattr(loop, "_ready", None)
    timers = getattr(loop, "_scheduled", None)
    selector = getattr(loop, "_selector", None)
    if ready is None or timers is None or selector is None:
        return False
    if ready or any(not each.cancelled() for each in timers):
        return False
    watched = selector.get_map()
    # The loop itself watches one: whoever calls it from another thread writes there.
    return watched is not None and len(watched) <= 1 and not _has_threads()


def _has_threads() -> bool:
    """Whether there is a thread besides this one and the watchdog, even of a C extension."""
    tasks = Path("/proc/self/task")
    if sys.platform != "linux" or not tasks.is_dir():
        return True
    own = [each for each in threading.enumerate() if each.name == WATCHDOG]
    return len(os.listdir(tasks)) > 1 + len(own)
