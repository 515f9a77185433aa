"""What happened in one run: calls, and frames as each peer read them, in one order."""

from __future__ import annotations

import contextvars
import textwrap
import threading
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Frame:
    """One message that reached a peer, as it was at that moment."""

    order: int
    """Among all calls and frames of the run."""
    method: str
    """The method of the peer that carried it."""
    text: str
    """What the client reads."""


@dataclass
class Call:
    """One call of the subject."""

    role: str
    """`factory`, `add`, `remove`, `emit` or `broadcast`."""
    name: str
    """Of the function or method that was called."""
    source: str
    """The call as Python text."""
    started: int
    target: str = ""
    """The variable that takes the result in the program that repeats the run."""
    ended: int | None = None
    """None when it did not return."""
    result: object = None
    error: BaseException | None = None
    was_awaited: bool = False
    context: contextvars.Context | None = None
    """The context variables as the caller has them when it is over."""
    warnings: tuple[str, ...] = ()
    thread: int = field(default_factory=threading.get_ident)
    """The thread that made it."""

    @property
    def raised(self) -> str:
        """The exception as text, `ValueError: x`; empty when there was none."""
        return "" if self.error is None else described(self.error)


@dataclass
class History:
    """All that was recorded, in the order of `tick`."""

    calls: list[Call] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    """The program that repeats the run, without its imports and frame."""
    imports: set[str] = field(default_factory=set)
    sockets: list[str] = field(default_factory=list)
    """The variables of the peers."""
    ending: list[str] = field(default_factory=list)
    """What the program does before it prints what each socket got."""
    fences: list[str] = field(default_factory=list)
    """The markers of the fences that arrived."""
    _now: int = 0

    def tick(self) -> int:
        """The next moment; moments are counted, never timed."""
        self._now += 1
        return self._now

    def program(self) -> str:
        """The run as a Python program, which prints at its end what each socket got; where there
        are none, which of the instances are one."""
        shown = [
            f'print("{name}", [frame.text for frame in {name}.frames])' for name in self.sockets
        ]
        made = [each.target for each in self.calls if each.role == "factory" and not each.error]
        if not self.sockets and made:
            first, *others = made
            shown = [f'print("{first} is {each}:", {first} is {each})' for each in others]
        body = textwrap.indent("\n".join([*self.lines, *self.ending, *shown]) or "pass", "    ")
        imports = "\n".join(sorted({"import asyncio", *self.imports}, key=_import_order))
        return f"{imports}\n\n\nasync def main():\n{body}\n\n\nasyncio.run(main())\n"


def described(error: BaseException) -> str:
    """Name an exception and what it says, on one line."""
    text = " ".join(str(error).split())
    name = type(error).__name__
    return f"{name}: {text}" if text else name


def _import_order(line: str) -> tuple[bool, str]:
    return (line.startswith("from "), line)
