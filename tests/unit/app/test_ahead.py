"""The outcome of work that was begun ahead of time."""

from __future__ import annotations

import os
import threading

import pytest

from pluribus.app.ahead import Ahead


def test_what_it_returns_is_waited_for_and_may_be_asked_for_again() -> None:
    may_end = threading.Event()
    ahead = Ahead(lambda: may_end.wait(10))

    may_end.set()

    assert ahead.outcome() is True
    assert ahead.outcome() is True


def test_what_it_raises_is_raised_where_the_outcome_is_asked_for() -> None:
    ahead = Ahead(lambda: os.environ["PLURIBUS_HAS_NO_SUCH_KEY"])

    with pytest.raises(KeyError, match="NO_SUCH_KEY"):
        ahead.outcome()


def test_it_goes_on_in_another_thread() -> None:
    assert Ahead(threading.get_ident).outcome() != threading.get_ident()
