"""Runs functions in threads of which one goes on at a time; where the next one does is decided.

A thread can be stopped before each line, or before each instruction, of the project's code. One
that waits for a lock which another holds is seen to sleep, and another goes on.
Why: docs/decisions/0017-schedules.md.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Any, Final

from pluribus.conformance.schedules.decisions import Decisions
from pluribus.conformance.schedules.sleeping import Sleep

_LOOKS_S: Final = 0.001
_SLOWER: Final = 10
"""How much more time a thread has that is at work, as far as the system knows."""


@dataclass
class Done:
    """What came of a function."""

    result: object = None
    error: BaseException | None = None


class Worker(threading.Thread):
    """One of the threads."""

    def __init__(self, number: int, work: Callable[[], object], turns: Turns) -> None:
        super().__init__(name=f"thread {number}", daemon=True)
        self._work = work
        self._turns = turns
        self.done = Done()
        self.is_over = False
        self.waits = False
        """Whether it was seen to wait for something that another has."""

    def run(self) -> None:
        """Do the work, a step whenever it is its turn."""
        self._turns.begin(self)
        sys.settrace(self._entered)
        try:
            self.done.result = self._work()
        except (Exception, SystemExit) as error:  # noqa: BLE001  # it is judged
            self.done.error = error
        finally:
            sys.settrace(None)
            self._turns.end(self)

    def _entered(self, frame: FrameType, event: str, arg: object) -> Any:
        if not self._turns.is_project(str(frame.f_globals.get("__name__", ""))):
            return None
        frame.f_trace_opcodes = self._turns.by_instruction
        frame.f_trace_lines = not self._turns.by_instruction
        return self._went_on

    def _went_on(self, frame: FrameType, event: str, arg: object) -> Any:
        if event in ("line", "opcode"):
            self._turns.step(self, frame)
        return self._went_on


class Turns:
    """Whose turn it is."""

    def __init__(
        self,
        decisions: Decisions,
        *,
        is_project: Callable[[str], bool],
        by_instruction: bool,
        patience_s: float,
    ) -> None:
        self.is_project = is_project
        self.by_instruction = by_instruction
        self._decisions = decisions
        self._patience_s = patience_s
        self._changed = threading.Condition(threading.Lock())
        self._workers: list[Worker] = []
        self._current: Worker | None = None
        self._progress = 0

    def run(self, works: Sequence[Callable[[], object]]) -> list[Done] | None:
        """What came of each; None when they wait for each other for ever.

        The first one begins. Whoever ends gives the turn to the first that is left.
        """
        self._workers = [Worker(at, each, self) for at, each in enumerate(works, 1)]
        self._current = self._workers[0]
        for each in self._workers:
            each.start()
        return [each.done for each in self._workers] if self._watched() else None

    def begin(self, worker: Worker) -> None:
        """Wait for the first turn."""
        with self._changed:
            self._await_turn(worker)

    def step(self, worker: Worker, frame: FrameType) -> None:
        """Go on, or let another go on first."""
        with self._changed:
            self._progress += 1
            worker.waits = False
            current = self._current
            if current is not worker:
                # It had waited for something, and has it now.
                if current is not None and current.waits:
                    self._current = worker
                self._await_turn(worker)
                return
            others = [each for each in self._left() if each is not worker]
            if not others:
                return

            def label(option: int) -> str:
                place = f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
                return (
                    f"{worker.name} stops at {place}, in {frame.f_code.co_qualname}, and"
                    f" {others[option - 1].name} goes on"
                )

            option = self._decisions.choose(1 + len(others), label)
            if option:
                self._give(others[option - 1])
                self._await_turn(worker)

    def end(self, worker: Worker) -> None:
        """Give the turn away for good."""
        with self._changed:
            self._progress += 1
            worker.is_over = True
            left = self._left()
            if self._current is worker and left:
                self._give(next((each for each in left if not each.waits), left[0]))
            self._changed.notify_all()

    def _left(self) -> list[Worker]:
        return [each for each in self._workers if not each.is_over]

    def _give(self, worker: Worker) -> None:
        self._current = worker
        self._changed.notify_all()

    def _await_turn(self, worker: Worker) -> None:
        while self._current is not worker:
            self._changed.wait()

    def _is_hopeless(self, idle_s: float) -> bool:
        """Whether nothing will happen any more: all sleep, and no machine is merely slow."""
        longest_s = self._patience_s * (1 if all(each.waits for each in self._left()) else _SLOWER)
        return idle_s > longest_s

    def _watched(self) -> bool:
        """See the workers to their end, and pass over those that wait for others."""
        sleep = Sleep()
        since, progress = monotonic(), -1
        while True:
            with self._changed:
                if not self._left():
                    break
                self._changed.wait(_LOOKS_S)
                current = self._current
                assert current is not None
                if self._progress != progress:
                    since, progress = monotonic(), self._progress
                elif self._is_hopeless(monotonic() - since):
                    return False
                if current.is_over or not sleep.is_certain(current.native_id, self._progress):
                    continue
                current.waits = True
                able = [each for each in self._left() if not each.waits]
                if able:
                    self._give(able[0])
        for each in self._workers:
            each.join()
        return True
