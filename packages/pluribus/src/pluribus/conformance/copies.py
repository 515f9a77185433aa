"""Does something in a copy of this process, which leaves nothing behind in it."""

from __future__ import annotations

import contextlib
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
_LOOKS_S = 0.05
"""How often it is looked whether a copy has ended whose end of the pipe is still open."""
_LEAVES_S = 0.001
"""The same once that end is closed, which is the last thing that a copy does."""

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
    answer, status = _received(process, readable, monotonic() + timeout_s)
    os.close(readable)
    if status is None:
        os.kill(process, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, 0)
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


def _received(process: int, readable: int, deadline: float) -> tuple[bytes, int | None]:
    """All that a copy sends, and its status; None for that when it takes too long.

    That the copy has ended is enough: what it started may hold the other end open for ever.
    """
    parts: list[bytes] = []
    is_open, status = True, None
    while is_open or status is None:
        looks_s = _LOOKS_S if is_open else _LEAVES_S
        left = 0.0 if status is not None else max(0.0, min(looks_s, deadline - monotonic()))
        if select.select([readable] if is_open else [], [], [], left)[0]:
            part = os.read(readable, _CHUNK_BYTES)
            parts.append(part)
            is_open = bool(part)
        elif status is not None:
            break
        elif monotonic() >= deadline:
            return b"", None
        if status is None:
            status = _status(process)
    return b"".join(parts), status


def _status(process: int) -> int | None:
    """How a copy ended; None while it runs."""
    try:
        ended, status = os.waitpid(process, os.WNOHANG)
    except ChildProcessError:  # the subject has it that nobody is told how children end
        return 0
    return status if ended else None
