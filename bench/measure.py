"""Runs whole commands as a person would, one after the other, and takes what each run cost."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

# Linux counts kibibytes, macOS bytes.
_PEAK_UNIT: Final = 1 if sys.platform == "darwin" else 1024


class CommandFailedError(Exception):
    """A command left with a status that does not count as done; below zero, a signal ended it."""

    def __init__(self, command: Command, status: int, said: str) -> None:
        end = f"left with status {status}" if status >= 0 else f"was ended by signal {-status}"
        super().__init__(f"`{command.name}` {end}" + (f": {said}" if said else ""))
        self.command = command
        self.status = status
        self.said = said


@dataclass(frozen=True, kw_only=True)
class Command:
    """What is run; its output goes nowhere."""

    name: str
    arguments: tuple[str, ...]
    done: frozenset[int] = frozenset({0})
    """The exit statuses of a run that did its work."""
    before: Callable[[int], None] | None = None
    """Done before each run, with its number; not measured."""


@dataclass(frozen=True, kw_only=True)
class Run:
    wall_s: float
    cpu_s: float
    """User and system time of all threads."""
    peak_bytes: int
    """The most memory that was resident at once.

    Never less than this process has itself, since a child starts as a copy of its parent.
    """


@dataclass(frozen=True)
class Runs:
    """All measured runs of one command."""

    command: Command
    runs: tuple[Run, ...]

    @property
    def walls_s(self) -> list[float]:
        return [run.wall_s for run in self.runs]

    @property
    def wall_s(self) -> float:
        return median(self.walls_s)

    @property
    def cpu_s(self) -> float:
        return median(run.cpu_s for run in self.runs)

    @property
    def peak_bytes(self) -> int:
        return max(run.peak_bytes for run in self.runs)


def run_once(command: Command, number: int) -> Run:
    """Run a command to its end.

    Raises:
        CommandFailedError: it left with a status that is not in `command.done`.
        OSError: it could not be started.
    """
    if command.before is not None:
        command.before(number)
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            command.arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        wall_s = time.perf_counter() - started
        # Popen did not see the end of its process.
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in command.done:
            errors.seek(0)
            lines = errors.read().decode(errors="replace").splitlines()
            raise CommandFailedError(command, process.returncode, lines[-1] if lines else "")
    return Run(
        wall_s=wall_s,
        cpu_s=usage.ru_utime + usage.ru_stime,
        peak_bytes=usage.ru_maxrss * _PEAK_UNIT,
    )


def interleaved(
    commands: Sequence[Command], *, runs: int, say: Callable[[str], None]
) -> dict[str, Runs]:
    """Measure commands in turns: A B A B, after one run of each that does not count.

    What disturbs the machine for a while then disturbs all of them.

    Raises:
        CommandFailedError: a command failed; nothing is measured then.
    """
    taken: dict[str, list[Run]] = {command.name: [] for command in commands}
    for number in range(runs + 1):
        for command in commands:
            say(f"{command.name}: " + (f"run {number} of {runs}" if number else "warming up"))
            run = run_once(command, number)
            if number:
                taken[command.name].append(run)
    return {command.name: Runs(command, tuple(taken[command.name])) for command in commands}


def ratios(one: Runs, other: Runs) -> list[float]:
    """How much longer each run of `one` took than the run of `other` in the same turn."""
    return [a / b for a, b in zip(one.walls_s, other.walls_s, strict=True)]


def as_plain(taken: Runs) -> dict[str, object]:
    """All runs of one command, as JSON has them."""
    return {
        "arguments": list(taken.command.arguments),
        "wall_s": [round(run.wall_s, 4) for run in taken.runs],
        "cpu_s": [round(run.cpu_s, 4) for run in taken.runs],
        "peak_bytes": [run.peak_bytes for run in taken.runs],
    }
