"""Does something in a copy of this process, which leaves nothing behind in it."""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import NoReturn

_CHUNK_BYTES = 65_536

Leave = Callable[[bytes], None]
"""Ends the copy at once with this answer, from whichever thread."""


@dataclass(frozen=True)
class Copy:
    """What came of one."""

    answer: bytes
    """What was sent; nothing where it did not come to its end."""
    ended: str
    """How the copy ended, in words."""


def in_copy(work: Callable[[Leave], bytes], *, timeout_s: float) -> Copy:
    """Fork, do the work there, and end the copy when it is done or when its time is over.

    Only for processes without threads that the work needs: a copy has the calling thread alone.
    """
    readable, writable = os.pipe()
    process = os.fork()
    if process == 0:
        _work(work, readable, writable)
    os.close(writable)
    answer = _received(readable, monotonic() + timeout_s)
    if answer is None:
        os.kill(process, signal.SIGKILL)
    os.close(readable)
    _, status = os.waitpid(process, 0)
    if answer is None:
        return Copy(b"", f"took longer than {timeout_s:g} s")
    code = os.waitstatus_to_exitcode(status)
    how = f"was ended by signal {-code}" if code < 0 else f"left with status {code}"
    return Copy(answer, how)


def _work(work: Callable[[Leave], bytes], readable: int, writable: int) -> NoReturn:
    def leave(answer: bytes) -> NoReturn:
        rest = memoryview(answer)
        while rest:
            rest = rest[os.write(writable, rest) :]
        sys.stderr.flush()
        os._exit(0)

    try:
        os.close(readable)
        # Or the collector would write to all the memory that is still one with the original.
        gc.freeze()
        leave(work(leave))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(0)


def _received(readable: int, deadline: float) -> bytes | None:
    """All until the other end is closed; None when that takes too long."""
    parts: list[bytes] = []
    while True:
        left = max(0.0, deadline - monotonic())
        if not select.select([readable], [], [], left)[0]:
            return None
        part = os.read(readable, _CHUNK_BYTES)
        if not part:
            return b"".join(parts)
        parts.append(part)
