"""Cancels what is awaited, at one of the moments at which it waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Generator
from typing import Any

from pluribus.conformance.history import Call
from pluribus.conformance.schedules.decisions import Decisions
from pluribus.conformance.waiting import own_chain


class Interruption:
    """At most one cancellation, of whatever is called while it is armed."""

    def __init__(self, decisions: Decisions) -> None:
        self._decisions = decisions
        self.is_armed = True
        self.waits = 0
        """How often what was called has waited so far."""
        self.is_cancelled = False

    def around(self, call: Call, result: Awaitable[object]) -> Awaitable[object]:
        """Stand between the kit and a call."""
        return _Interrupted(self, call, result) if self.is_armed else result

    def is_wanted(self, call: Call, result: Awaitable[object]) -> bool:
        """Whether it is cancelled where it waits now."""
        self.waits += 1
        number = self.waits
        if self.is_cancelled:
            return False

        def label(option: int) -> str:
            chain = " > ".join(own_chain(result)) or "what it returned"
            nth = _nth(number)
            return f"`{call.name}` is cancelled when it waits for the {nth} time: {chain}"

        self.is_cancelled = self._decisions.choose(2, label) == 1
        return self.is_cancelled


class _Interrupted:
    def __init__(self, interruption: Interruption, call: Call, result: Awaitable[object]) -> None:
        self._interruption = interruption
        self._call = call
        self._result = result

    def __await__(self) -> Generator[Any, None, object]:
        steps = self._result.__await__()
        thrown: BaseException | None = None
        while True:
            try:
                # What was made by `__await__` may be no generator, and then takes no exception.
                waited = next(steps) if thrown is None else steps.throw(thrown)
            except StopIteration as stop:
                return stop.value
            if self._interruption.is_wanted(self._call, self._result):
                task = asyncio.current_task()
                assert task is not None
                asyncio.get_running_loop().call_soon(task.cancel)
            try:
                yield waited
                thrown = None
            except BaseException as error:  # noqa: BLE001  # it is handed on
                thrown = error


def _nth(number: int) -> str:
    return {1: "first", 2: "second", 3: "third"}.get(number, f"{number}th")
