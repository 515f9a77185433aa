"""What a subject logs and prints."""

from __future__ import annotations

import contextlib
import io
import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

_COMPLAINT: Final = re.compile(
    r"error|exception|fail|traceback|can ?not|can't|could not|couldn't|unable|serializable",
    re.IGNORECASE,
)
"""What a printed line holds that says that something went wrong."""


class Said(NamedTuple):
    """A line that was logged or printed."""

    where: str
    """The log, standard output, or standard error."""
    text: str
    is_complaint: bool
    """Whether it is logged as a warning or worse, or printed and says that something failed."""


Lines = Callable[[], list[Said]]
"""All that was said so far."""


@contextlib.contextmanager
def recorded() -> Iterator[Lines]:
    """Records of Python's logging, made at whatever level is set, those of loguru where it is
    loaded, and what is printed.

    Where nobody has set the logging up yet, as programs do when they start, those of INFO are
    made, too.
    """
    records: list[tuple[logging.LogRecord, str]] = []
    make = logging.getLogRecordFactory()

    def making(*positional: object, **named: object) -> logging.LogRecord:
        record = make(*positional, **named)
        # As it is now: its arguments may change.
        records.append((record, _message(record)))
        return record

    root = logging.getLogger()
    level = root.level
    if not root.handlers and level == logging.WARNING:  # as Python has it
        root.setLevel(logging.INFO)
    printed, complained = io.StringIO(), io.StringIO()
    logging.setLogRecordFactory(making)
    try:
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(complained),
            _of_loguru() as others,
        ):
            yield lambda: [
                *(_logged(each, text) for each, text in records),
                *others,
                *(_printed("standard output", each) for each in printed.getvalue().splitlines()),
                *(_printed("standard error", each) for each in complained.getvalue().splitlines()),
            ]
    finally:
        logging.setLogRecordFactory(make)
        root.setLevel(level)


@contextlib.contextmanager
def _of_loguru() -> Iterator[list[Said]]:
    """What loguru is told. It writes to where standard error was when it was imported."""
    said: list[Said] = []
    loguru: Any = sys.modules.get("loguru")
    if loguru is None:
        yield said
        return

    def take(message: Any) -> None:
        level, name = message.record["level"], message.record["name"]
        said.append(
            Said(f"the log of `{name}`", str(message).strip(), level.no >= logging.WARNING)
        )

    number = loguru.logger.add(take, level="INFO", format="{message}", diagnose=False)
    try:
        yield said
    finally:
        # The subject may have taken all of them away.
        with contextlib.suppress(ValueError):
            loguru.logger.remove(number)


def _logged(record: logging.LogRecord, text: str) -> Said:
    is_complaint = record.levelno >= logging.WARNING
    return Said(f"the log of `{record.name}`", _whole(record, text), is_complaint)


def _printed(where: str, line: str) -> Said:
    return Said(where, line, bool(_COMPLAINT.search(line)))


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args}"


def _whole(record: logging.LogRecord, text: str) -> str:
    """The message, what was added as `extra`, and the exception."""
    known = vars(logging.makeLogRecord({}))
    extra = [
        f"{key}={value}"
        for key, value in vars(record).items()
        if key not in known and isinstance(value, str | int)
    ]
    raised: list[str] = []
    if record.exc_info and record.exc_info[1] is not None:
        raised = traceback.format_exception_only(record.exc_info[1])
    return " ".join([text, *extra, *(each.strip() for each in raised)])
