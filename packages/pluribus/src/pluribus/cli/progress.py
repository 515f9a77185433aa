"""The line that says what a long run is doing."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from time import monotonic
from types import TracebackType
from typing import Final, Self, TextIO

from pluribus.cli.output import is_terminal

PATIENCE_S: Final = 0.5
"""How long a run may take without saying anything."""

_REDRAW_S: Final = 0.05
"""Faster than this nobody reads, and a slow terminal would hold up the run."""

_ERASE: Final = "\r\x1b[K"


class ProgressLine:
    """Rewrites one line of a terminal, from `delay_s` seconds on; leaves nothing behind.

    Use it as a context manager, and call it with each thing that there is to say.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        columns: int,
        delay_s: float = PATIENCE_S,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._stream = stream
        self._columns = columns
        self._clock = clock
        self._text = ""
        self._drawn_at: float | None = None
        self._is_over = False
        self._lock = threading.Lock()
        # A timer, because the phase that takes long is the one that reports nothing meanwhile.
        self._timer = threading.Timer(delay_s, self.begin)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __call__(self, text: str) -> None:
        """Say `text`: now, or when the delay is over."""
        with self._lock:
            self._text = text
            if self._drawn_at is not None and self._clock() - self._drawn_at >= _REDRAW_S:
                self._draw()

    def begin(self) -> None:
        """Show the line from now on. The timer does so when the delay is over."""
        with self._lock:
            if not self._is_over:
                self._draw()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._is_over = True
            if self._drawn_at is not None:
                self._write(_ERASE)

    def _draw(self) -> None:
        self._drawn_at = self._clock()
        # The last column stays free: some terminals wrap as soon as it is written.
        self._write(_ERASE + self._text[: max(self._columns - 1, 0)])

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def progress(*, is_quiet: bool) -> AbstractContextManager[Callable[[str], None] | None]:
    """Says on a terminal what is being done; nothing anywhere else."""
    stream = sys.stderr
    if is_quiet or not is_terminal(stream) or os.environ.get("TERM") == "dumb":
        return nullcontext()
    return ProgressLine(stream, columns=shutil.get_terminal_size().columns)
