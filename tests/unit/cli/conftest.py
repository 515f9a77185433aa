"""Running a command in this process."""

from __future__ import annotations

import sys
from types import ModuleType

import click
import pytest

from pluribus.cli import commands
from pluribus.cli.exits import run
from pluribus.cli.help import TaughtCommand
from tests.unit.cli.running import Outcome, Run, RunFailing


@pytest.fixture
def pluribus(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run a command with these arguments."""

    def run_it(*arguments: str) -> Outcome:
        status = run(arguments)
        written = capsysbinary.readouterr()
        return Outcome(status, written.out.decode(), written.err.decode())

    return run_it


@pytest.fixture
def failing(pluribus: Run, monkeypatch: pytest.MonkeyPatch) -> RunFailing:
    """Run a command that raises this error."""

    def run_it(error: BaseException) -> Outcome:
        @click.command("fail", cls=TaughtCommand, examples=())
        def command() -> int:
            raise error

        module = ModuleType("pluribus.cli.fail")
        module.command = command  # type: ignore[attr-defined]  # a module has what it defines
        monkeypatch.setitem(sys.modules, "pluribus.cli.fail", module)
        monkeypatch.setitem(commands.COMMANDS, "fail", "Fail.")
        return pluribus("fail")

    return run_it
