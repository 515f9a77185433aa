"""Ends a run in order when the system asks for it, as build servers and `timeout` do."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Final, NoReturn

_ASKED: Final = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_BY_SIGNAL: Final = 128
"""Added to the number of the signal, this is the status with which a shell shows it."""


@contextlib.contextmanager
def leaving_in_order() -> Iterator[None]:
    """Within this, what asks the process to end raises `SystemExit`, so that all it has started
    ends with it. What is ignored, as under `nohup`, stays ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.getsignal(each) for each in _ASKED}
    for each, handler in before.items():
        if handler is signal.SIG_DFL:
            signal.signal(each, _leave)
    try:
        yield
    finally:
        for each, handler in before.items():
            if handler is signal.SIG_DFL:
                signal.signal(each, handler)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(_BY_SIGNAL + number)
