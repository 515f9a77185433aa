"""However a command ends, the status says which way and stderr says why."""

from __future__ import annotations

import pytest

from pluribus.errors import ContractError, GitError, PluribusError
from tests.unit.cli.running import RunFailing


class Panic(BaseException):
    """As the Rust core raises: not an `Exception`."""


@pytest.mark.parametrize("kind", [PluribusError, ContractError, GitError])
def test_an_error_raised_on_purpose_is_told_with_its_hint(
    failing: RunFailing, kind: type[PluribusError]
) -> None:
    outcome = failing(kind("it is wrong", hint="make it right"))

    assert outcome.status == 2
    assert outcome.out == ""
    assert outcome.err == "error: it is wrong\n\nhint: make it right\n"


def test_an_error_without_a_hint_is_one_line(failing: RunFailing) -> None:
    assert failing(PluribusError("it is wrong")).err == "error: it is wrong\n"


@pytest.mark.parametrize(
    "error", [RuntimeError("no way"), Panic("no way"), EOFError("no way"), OSError("no way")]
)
def test_any_other_error_is_a_bug_without_a_traceback(
    failing: RunFailing, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLURIBUS_DEBUG", raising=False)

    outcome = failing(error)

    assert outcome.status == 2
    assert outcome.err.startswith(
        f"error: this is a bug in pluribus: {type(error).__name__}: no way\n"
    )
    assert "PLURIBUS_DEBUG=1" in outcome.err
    assert "Traceback" not in outcome.err


def test_a_bug_has_a_traceback_when_debugging(
    failing: RunFailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLURIBUS_DEBUG", "1")

    outcome = failing(RuntimeError("no way"))

    assert outcome.status == 2
    assert "Traceback (most recent call last)" in outcome.err
    assert "raise error" in outcome.err


def test_an_interrupt_is_130_in_one_word(failing: RunFailing) -> None:
    outcome = failing(KeyboardInterrupt())

    assert (outcome.status, outcome.err) == (130, "interrupted\n")


def test_a_message_cannot_command_the_terminal(failing: RunFailing) -> None:
    outcome = failing(PluribusError("a file `\x1b]0;title\x07`\nand more", hint="\x9b2J"))

    assert outcome.err == "error: a file `\\x1b]0;title\\x07`\nand more\n\nhint: \\x9b2J\n"
