"""Hints that name what might be meant, and drive nothing by it."""

from __future__ import annotations

from typing import Any

import pytest

from pluribus.conformance.candidates import taking_a_socket, taking_content


class Chat:
    def __init__(self, message: str = "") -> None:
        self.message = message

    @property
    def content(self) -> str:
        raise RuntimeError

    def register(self, ws: Any, user_id: str) -> None:
        """Takes one in."""

    def send_to_user(self, user_id: str, message: dict[str, Any]) -> None:
        """Delivers."""

    def whisper(self, ws: Any, Text: str) -> None:  # noqa: N803  # somebody has such names
        """Delivers, and takes nobody in."""

    def _send(self, message: str) -> None:
        """Nobody's affair."""

    def count(self) -> int:
        return 0


class Many:
    def a(self, data: str) -> None: ...
    def b(self, data: str) -> None: ...
    def c(self, data: str) -> None: ...
    def d(self, data: str) -> None: ...


def test_what_takes_a_socket_and_what_takes_content_is_named() -> None:
    assert taking_a_socket(Chat()) == ", such as `register`"
    assert taking_content(Chat()) == ", such as `send_to_user` or `whisper`"


@pytest.mark.parametrize("nothing", [object(), 1, None, type])
def test_where_there_is_nothing_nothing_is_said(nothing: object) -> None:
    assert (taking_a_socket(nothing), taking_content(nothing)) == ("", "")


def test_three_are_enough() -> None:
    assert taking_content(Many()) == ", such as `a` or `b` or `c`"
