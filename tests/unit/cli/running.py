"""What running a command in this process gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str


class Run(Protocol):
    """Runs a command with these arguments."""

    def __call__(self, *arguments: str) -> Outcome: ...


class RunFailing(Protocol):
    """Runs a command that raises this error."""

    def __call__(self, error: BaseException) -> Outcome: ...
