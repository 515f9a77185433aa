"""A signal ends the reading of a code base, which can be taken up again."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pluribus.codebase import Codebase, Focus

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs timers that send signals")

FILES = 120
FUNCTIONS = "".join(f"def f{number}(a, b):\n    return a + b\n" for number in range(2_000))


class EndedError(Exception):
    """What the handler of the signal raises."""


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A tree that takes a while to read, in the room of one file."""
    first = tmp_path / "first.py"
    first.write_text(FUNCTIONS)
    for number in range(FILES):
        os.link(first, tmp_path / f"f{number}.py")
    return tmp_path


@pytest.fixture
def ended_soon() -> Iterator[Callable[[], None]]:
    """Have a signal sent in a fiftieth of a second."""

    def end(*_: object) -> None:
        raise EndedError

    before = signal.signal(signal.SIGALRM, end)

    def start() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.02)

    yield start
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("reads_all", [True, False])
def test_a_signal_ends_the_reading_and_what_was_not_read_can_be_read_later(
    large: Path, ended_soon: Callable[[], None], reads_all: bool
) -> None:
    codebase = Codebase(large)
    focus = Focus(names=("f1",))
    ended_soon()

    with pytest.raises(EndedError):
        codebase.focus(focus, reads_all=reads_all)

    broken_off = codebase.ledger()
    assert broken_off.parsed < broken_off.seen
    codebase.focus(focus, reads_all=reads_all)
    assert codebase.ledger().parsed == codebase.ledger().seen
