"""A short run says nothing; a long one rewrites one line and takes it away again."""

from __future__ import annotations

import io
import threading

import pytest

from pluribus.cli.progress import ProgressLine

ERASE = "\r\x1b[K"
NEVER_S = 3600.0


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now_s


def test_a_run_that_is_over_before_the_delay_says_nothing() -> None:
    stream = io.StringIO()

    with ProgressLine(stream, columns=80, delay_s=NEVER_S) as progress:
        progress("reading 1 of 2 files")
    progress.begin()

    assert stream.getvalue() == ""


def test_after_the_delay_the_latest_is_shown_and_in_the_end_erased() -> None:
    stream, clock = io.StringIO(), Clock()

    with ProgressLine(stream, columns=80, delay_s=NEVER_S, clock=clock) as progress:
        progress("reading")
        progress("resolving")
        progress.begin()
        clock.now_s += 1
        progress("judging")

    assert stream.getvalue() == f"{ERASE}resolving{ERASE}judging{ERASE}"


def test_the_timer_begins_without_another_word() -> None:
    begun = threading.Event()

    class Stream(io.StringIO):
        def flush(self) -> None:
            begun.set()

    stream = Stream()

    with ProgressLine(stream, columns=80, delay_s=0.0) as progress:
        progress("reading")
        assert begun.wait(60)

    assert stream.getvalue().endswith(ERASE)


def test_it_is_not_drawn_more_often_than_anyone_can_read() -> None:
    stream, clock = io.StringIO(), Clock()

    with ProgressLine(stream, columns=80, delay_s=NEVER_S, clock=clock) as progress:
        progress.begin()
        for number in range(1000):
            clock.now_s += 0.001
            progress(f"reading {number} of 1000 files")

    assert 10 < stream.getvalue().count("reading") <= 20


def test_a_narrow_terminal_never_gets_a_second_line() -> None:
    stream = io.StringIO()

    with ProgressLine(stream, columns=10, delay_s=NEVER_S) as progress:
        progress("reading 100 of 1000 files")
        progress.begin()

    assert stream.getvalue() == f"{ERASE}reading 1{ERASE}"


def test_an_error_leaves_no_line_behind() -> None:
    stream = io.StringIO()

    with (
        pytest.raises(KeyboardInterrupt),
        ProgressLine(stream, columns=80, delay_s=NEVER_S) as progress,
    ):
        progress.begin()
        raise KeyboardInterrupt

    assert stream.getvalue().endswith(ERASE)
