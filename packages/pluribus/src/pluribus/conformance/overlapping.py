"""Calls that go on while others are made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Generic, TypeVar

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.history import Call
from pluribus.conformance.ruling import Hung
from pluribus.conformance.stage import Member, Sent, Stage

T = TypeVar("T")
Doing = Callable[[], Coroutine[object, object, object]]

_TURNS = 3
"""Until the subject's own code has run to where it first waits."""


class Begun(Generic[T]):
    """Something that a stage does and that has not ended yet: `await begin(...)` makes one."""

    def __init__(self, stage: Stage, doing: Coroutine[object, object, T]) -> None:
        self._stage = stage
        self._line = len(stage.history.lines)
        self._calls = len(stage.history.calls)
        self._variable = ""
        self._task = asyncio.ensure_future(doing)
        # What nobody waits for any more may fail in silence.
        self._task.add_done_callback(lambda task: task.cancelled() or task.exception())

    @property
    def is_over(self) -> bool:
        """Whether the call has returned, or raised."""
        return self._task.done()

    @property
    def call(self) -> Call:
        """The call as it was recorded."""
        return self._stage.history.calls[self._calls]

    @property
    def waits(self) -> str:
        """What it waits for, outermost first."""
        return " > ".join(self._stage.chain_of(self.call)) or "nothing"

    async def start(self) -> None:
        """Run it to where it first waits."""
        stage = self._stage
        stage.patience_s = None
        try:
            deadline = asyncio.get_running_loop().time() + stage.conform.timeout_s
            # Over a network the client has to be connected first.
            while not self._is_called() and asyncio.get_running_loop().time() < deadline:
                await asyncio.sleep(0)
            for _ in range(_TURNS):
                await asyncio.sleep(0)
        finally:
            stage.patience_s = stage.conform.timeout_s
        stage.watch.left()
        # A client of an application has hung up at once, and what waits is that it is let go.
        if not self.is_over and "" in stage.history.lines[self._line :]:
            self._variable = stage.fresh("begun")
            self._line = stage.history.lines.index("", self._line)
            self._write()

    def _is_called(self) -> bool:
        return self.is_over or len(self._stage.history.calls) > self._calls

    async def ended(self) -> T:
        """What comes of it.

        Raises:
            Hung: it did not end in time, counted from now.
        """
        if not self.is_over:
            await asyncio.wait({self._task}, timeout=self._stage.conform.timeout_s)
        if self._variable:
            self._write()
            self._stage.history.lines.append(f"await asyncio.wait([{self._variable}], timeout=5)")
        if not self.is_over:
            chain = self._stage.chain_of(self.call)
            self._task.cancel()
            raise Hung(self.call, self._stage.conform.timeout_s, chain)
        return self._task.result()

    def _write(self) -> None:
        """In place of a call that is awaited at once, as which it is recorded when it ends."""
        self._stage.history.lines[self._line] = (
            f"{self._variable} = asyncio.ensure_future({self.call.source})\n"
            "await asyncio.sleep(0.01)"
        )


class Sending(Begun[Sent]):
    """An event on its way."""

    @property
    def marker(self) -> str:
        """By which it is known on arrival."""
        return self._stage.markers[self._number]

    def __init__(self, stage: Stage, doing: Coroutine[object, object, Sent]) -> None:
        self._number = len(stage.markers)
        super().__init__(stage, doing)


async def begin_sending(
    stage: Stage,
    delivery: BoundOperation,
    to: Member,
    *,
    payload: Mapping[str, object] | None = None,
) -> Sending:
    """Send an event without waiting for the end of the call."""
    sending = Sending(stage, stage.try_send(delivery, to, payload=payload))
    await sending.start()
    return sending


async def begin(stage: Stage, doing: Coroutine[object, object, T]) -> Begun[T]:
    """Let a stage do something that begins with a call, without waiting for its end."""
    begun = Begun(stage, doing)
    await begun.start()
    return begun


def from_inside(stage: Stage, member: Member, doing: Doing) -> None:
    """Let a stage do something from inside of the next send to a socket, which waits for it."""
    lines = stage.history.lines
    place = len(lines)
    lines.append("")

    async def call_back() -> None:
        number, line = len(stage.history.calls), len(lines)
        task = asyncio.ensure_future(doing())
        await asyncio.sleep(0)
        source = stage.history.calls[number].source
        lines[place] = f"{member.variable}.calls_back(lambda: {source})"
        await task
        # It stands where it was asked for, and not where it was done.
        lines[line] = "pass"

    member.peer.calls_back(call_back)
