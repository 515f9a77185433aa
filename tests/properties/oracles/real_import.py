"""What names are, found out by importing them in a child process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

CHILD = Path(__file__).with_name("importing_child.py")

Answers = dict[str, dict[str, list[str]]]
"""By module and name, all that the name can be: several when the order of imports decides."""


class Question(msgspec.Struct, frozen=True):
    root: str
    modules: Sequence[str]
    names: Sequence[str]
    type_checking: bool


class RealImports:
    """One child for any number of trees; it forgets each tree before the next."""

    def __init__(self) -> None:
        # Bytecode is not written: trees come and go faster than a file's time stamp ticks.
        self._child = subprocess.Popen(
            [sys.executable, "-B", "-I", str(CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._child.communicate()

    def answers(
        self, root: Path, modules: Sequence[str], names: Sequence[str], *, type_checking: bool
    ) -> Answers:
        """Modules that cannot be imported are left out."""
        stdin, stdout = self._child.stdin, self._child.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("the child has no pipes")
        question = Question(str(root), modules, names, type_checking)
        stdin.write(msgspec.json.encode(question) + b"\n")
        stdin.flush()
        return msgspec.json.decode(stdout.readline(), type=Answers)
