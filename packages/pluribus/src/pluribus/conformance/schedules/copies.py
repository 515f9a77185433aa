"""Runs something in a copy of this process, and brings back what came of it."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from time import monotonic

from pluribus.conformance.waiting import stack_of

_LOOKS_S = 0.1
_CHUNK_BYTES = 65_536


Leave = Callable[[bytes], None]
"""Ends the copy at once with this answer, from whichever thread."""


def in_a_copy(work: Callable[[Leave], bytes], *, timeout_s: float) -> tuple[bytes, str]:
    """What `work` returned, which is nothing if the copy died or took too long, and how it ended.

    The process must be one thread alone.
    """
    readable, writable = os.pipe()
    process = os.fork()
    if process == 0:
        _work(work, readable, writable)
    os.close(writable)
    try:
        answer, is_over = _read(readable, monotonic() + timeout_s)
    finally:
        os.close(readable)
    if not is_over:
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    if not is_over:
        return b"", f"took longer than {timeout_s:g} s"
    code = os.waitstatus_to_exitcode(status)
    return answer, f"was ended by signal {-code}" if code < 0 else f"left with status {code}"


def _work(work: Callable[[Leave], bytes], readable: int, writable: int) -> None:
    def leave(said: bytes) -> None:
        while said:
            said = said[os.write(writable, said) :]
        sys.stderr.flush()
        os._exit(0)

    try:
        os.close(readable)
        leave(work(leave))
    except BaseException:  # noqa: BLE001  # nothing may go on in the copy
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(0)


def _read(readable: int, deadline_s: float) -> tuple[bytes, bool]:
    chunks: list[bytes] = []
    while select.select([readable], [], [], max(0.0, deadline_s - monotonic()))[0]:
        chunk = os.read(readable, _CHUNK_BYTES)
        if not chunk:
            return b"".join(chunks), True
        chunks.append(chunk)
    return b"", False


class LoopWatch(threading.Thread):
    """Notices that the thread that made it no longer turns its loop, and says where it stands."""

    def __init__(
        self,
        turns: Callable[[], int],
        patience_s: float,
        report: Callable[[tuple[str, ...]], None],
    ) -> None:
        super().__init__(daemon=True, name="loop-watch")
        self._watched = threading.get_ident()
        self._turns = turns
        self._patience_s = patience_s
        self._report = report
        self._is_over = threading.Event()

    def stop(self) -> None:
        """The loop has ended."""
        self._is_over.set()

    def run(self) -> None:
        """Look at the loop until it ends."""
        turns, since = self._turns(), monotonic()
        while not self._is_over.wait(_LOOKS_S):
            if self._turns() != turns:
                turns, since = self._turns(), monotonic()
            elif monotonic() - since > self._patience_s:
                frames = sys._current_frames()  # noqa: SLF001  # documented, and the only way
                self._report(stack_of(frames.get(self._watched)))
                return
