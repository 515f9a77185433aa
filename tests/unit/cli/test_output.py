"""Colours are a choice, and bytes are the same everywhere."""

from __future__ import annotations

import io

import pytest

from pluribus.cli.output import has_color, write_stdout


@pytest.mark.parametrize(
    ("choice", "to_terminal", "environ", "expected"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", False, {"FORCE_COLOR": ""}, False),
        ("auto", True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", True, {"TERM": "dumb"}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {"FORCE_COLOR": "1"}, False),
    ],
)
def test_what_was_asked_for_comes_before_the_environment_and_that_before_the_terminal(
    choice: str, to_terminal: bool, environ: dict[str, str], expected: bool
) -> None:
    assert has_color(choice, to_terminal=to_terminal, environ=environ) is expected


def test_what_is_piped_is_utf_8_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    piped = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(piped, encoding="ascii", newline="\r\n"))

    write_stdout("für 日本\n")

    assert piped.getvalue() == "für 日本\n".encode()


def test_a_terminal_gets_what_it_can_show(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.BytesIO()

    class AsciiTerminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdout", AsciiTerminal(shown, encoding="ascii"))

    write_stdout("für\n")

    assert shown.getvalue() == b"f\\xfcr\n"
