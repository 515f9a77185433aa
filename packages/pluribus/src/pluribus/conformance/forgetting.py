"""Lets go of what is kept of calls that are over, so that what is still held is the subject's."""

from __future__ import annotations

import logging
import sys
from typing import Final

from pluribus.conformance.stage import Stage

_LAST: Final = ("last_exc", "last_type", "last_value", "last_traceback")
"""One exception that Python remembers, until the next one replaces it."""


def forget_calls(stage: Stage) -> None:
    """Drop what the subject returned and raised: it may hold anything.

    Besides the kit, Python keeps the object that a warning is about, and a test runner each
    record of a log, with what was formatted into it and the frames of its exception.
    """
    for call in stage.history.calls:
        call.result = call.error = call.context = None
    for warning in stage.warnings:
        warning.source = None
    for name in _LAST:
        vars(sys).pop(name, None)
    for handler in logging.getLogger().handlers:
        if type(handler).__module__.startswith("_pytest."):
            for record in getattr(handler, "records", ()):
                _make_plain(record)


def _make_plain(record: logging.LogRecord) -> None:
    """Keep what it says and nothing else, as `logging.handlers.QueueHandler` does."""
    record.msg, record.args, record.exc_info = record.getMessage(), None, None
