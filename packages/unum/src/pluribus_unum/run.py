"""One run of an agent: it begins once, ends once, and what it opens it closes."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from types import TracebackType
from typing import Any, Protocol, Self

from msgspec.structs import replace

from pluribus_unum.clock import Clock
from pluribus_unum.core.stream import Position
from pluribus_unum.errors import EventRefused, RunOver
from pluribus_unum.events import (
    AgentCompleted,
    AgentError,
    AgentStarted,
    AgentThinking,
    ToolCompleted,
    ToolExecuting,
)
from pluribus_unum.identity import label
from pluribus_unum.outbox import Outbox
from pluribus_unum.receipt import Receipt

_SPARE_BYTES = 64
"""What an event may take more when it is sent than when it was put into an outbox: its time may
have more digits."""


class Sender(Protocol):
    """Sends the events of one user."""

    key: str
    user_id: str

    @property
    def clock(self) -> Clock:
        """The time."""

    async def emit_agent_event(
        self,
        event_type: str,
        payload: Any,
        *,
        thread_id: str | None = None,
        run_id: str | None = None,
        agent_name: str | None = None,
        key: str | None = None,
        meta: Mapping[str, str] | None = None,
    ) -> Receipt:
        """Send an event."""

    def written(
        self,
        event_type: str,
        payload: Any,
        thread_id: str | None = None,
        run_id: str | None = None,
        agent_name: str | None = None,
        *,
        spare_bytes: int = 0,
    ) -> str:
        """An event as it would be sent now."""


class Running(Protocol):
    """The runs of a node, and what others are told of them."""

    @property
    def node_id(self) -> str:
        """Names the node."""

    def enter(self, run: Run) -> None:
        """It is about to begin."""

    def hold(self, run: Run, key: str, began: Position) -> str:
        """It began there, in the stream of a key; gives the idempotency key of its end."""

    def leave(self, run: Run) -> None:
        """It has ended, or nobody will end it any more."""


class Tool:
    """A call of a tool, while it runs."""

    def __init__(self, tool_call_id: str, tool_name: str) -> None:
        self.tool_call_id = tool_call_id
        self.tool_name = tool_name
        self.results: Any = None
        """What it gave; set it before the block ends."""


class Run:
    """Sends the events of a run in an order that every client can follow.

    Entered, it sends `agent_started`; left, exactly one of `agent_completed` and `agent_error`,
    whatever happened inside. Agents and tools that are still at work are closed first.
    """

    def __init__(
        self,
        sender: Sender,
        context: object,
        *,
        agent_name: str,
        parent: Run | None = None,
        running: Running | None = None,
    ) -> None:
        self._sender = sender
        self._parent = parent
        self._running = running
        self.agent_name = agent_name
        self.thread_id = label(context, "thread_id")
        self.run_id = label(context, "run_id") or uuid.uuid4().hex
        self.depth: int = 0 if parent is None else parent.depth + 1
        self._open: dict[str, Tool] = {}
        self._inside: list[Run] = []
        """Agents that work inside of it, the last one last."""
        self._has_begun = False
        self._is_over = False
        self._started_at = 0.0
        # Under this key there is one end, whoever sends it, and however often.
        self._ending: str | None = None

    @property
    def user_id(self) -> str:
        """Whose run it is."""
        return self._sender.user_id

    @property
    def is_over(self) -> bool:
        """Whether its terminal event has been sent."""
        return self._is_over

    async def __aenter__(self) -> Self:
        if self._has_begun:
            raise RunOver("a run is entered once", hint="make another by `manager.run`")
        self._has_begun = True
        self._started_at = self._sender.clock.monotonic()
        parent = self._parent.run_id if self._parent is not None else None
        started = AgentStarted(agent_name=self.agent_name, parent_run_id=parent, depth=self.depth)
        if self._running is None:
            await self._send("agent_started", started)
            return self
        self._running.enter(self)
        try:
            sent = await self._send("agent_started", started, meta={"node": self._running.node_id})
        except BaseException:
            self._running.leave(self)
            raise
        began = Position(sent.epoch, sent.seq)
        self._ending = self._running.hold(self, self._sender.key, began)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._running is not None:
            # Whoever leaves the block has had its end, sent or not.
            self._running.leave(self)
        if error is None:
            if not self._is_over:
                await self.send_agent_completed()
            return
        cancelled = isinstance(error, asyncio.CancelledError)
        ending = self._fail(
            "cancelled" if cancelled else "failed",
            "The run was cancelled." if cancelled else "The run failed.",
        )
        # Whoever cancels the run must not cancel what says so.
        await asyncio.shield(asyncio.ensure_future(ending))

    async def send_agent_thinking(
        self,
        thought: str,
        *,
        step: int | None = None,
        total_steps: int | None = None,
        delta: bool = False,
    ) -> Receipt:
        """Say what the agent thinks."""
        thinking = AgentThinking(thought=thought, step=step, total_steps=total_steps, delta=delta)
        return await self._send("agent_thinking", thinking)

    async def emit(self, event_type: str, payload: Any) -> Receipt:
        """Send an event of your own, as a part of this run."""
        return await self._send(event_type, payload)

    async def send_agent_completed(
        self,
        final_response: str | None = None,
        *,
        result: Any = None,
        status: str = "completed",
    ) -> Receipt:
        """End the run with what came of it; the block may go on, and sends nothing more."""
        await self._close_all()
        completed = AgentCompleted(
            agent_name=self.agent_name,
            status=status,
            final_response=final_response,
            result=result,
            duration_ms=self._duration_ms(),
            depth=self.depth,
        )
        receipt = await self._send("agent_completed", completed, key=self._ending)
        self._end()
        return receipt

    async def send_agent_error(
        self, code: str, message: str, *, recoverable: bool = False
    ) -> Receipt:
        """End the run without a result. The message is for the user: it holds no secrets.

        Said by an agent inside of a run, it ends the run as a whole, which has one end.
        """
        if self._parent is not None:
            await self.send_agent_completed(status="failed")
            return await self._parent.send_agent_error(code, message, recoverable=recoverable)
        await self._close_all()
        failed = AgentError(code=code, message=message, recoverable=recoverable)
        receipt = await self._send("agent_error", failed, key=self._ending)
        self._end()
        return receipt

    async def interrupt(self) -> None:
        """End the run from outside, because nobody will: the server stops."""
        await self._fail("interrupted", "The server stopped.")

    @asynccontextmanager
    async def tool(self, tool_name: str, parameters: Any = None) -> AsyncIterator[Tool]:
        """Call a tool inside of the block: what opens is closed under the same id."""
        tool = Tool(uuid.uuid4().hex, tool_name)
        self._open[tool.tool_call_id] = tool
        began = self._sender.clock.monotonic()
        executing = ToolExecuting(
            tool_call_id=tool.tool_call_id, tool_name=tool_name, parameters=parameters
        )
        try:
            await self._send("tool_executing", executing)
        except (EventRefused, RunOver):
            # Nobody was told of it, so nobody needs to hear of its end.
            self._open.pop(tool.tool_call_id, None)
            raise
        failed = ""
        try:
            yield tool
        except BaseException as error:
            failed = type(error).__name__
            raise
        finally:
            if self._open.pop(tool.tool_call_id, None) is not None and not self._is_over:
                took = self._sender.clock.monotonic() - began
                await self._complete(tool, failed, duration_ms=round(took * 1000))

    @asynccontextmanager
    async def agent(self, agent_name: str) -> AsyncIterator[Run]:
        """Let another agent work inside of this run: it begins and ends by itself."""
        nested = Run(self._sender, self, agent_name=agent_name, parent=self)
        try:
            async with nested:
                self._inside.append(nested)
                yield nested
        finally:
            with suppress(ValueError):
                self._inside.remove(nested)

    def outbox(self) -> Outbox:
        """Events that are sent when a transaction has been committed, and not before."""
        return Outbox(
            self.emit,
            partial(
                self._sender.written,
                thread_id=self.thread_id,
                run_id=self.run_id,
                agent_name=self.agent_name,
                spare_bytes=_SPARE_BYTES,
            ),
        )

    def _end(self) -> None:
        self._is_over = True
        if self._running is not None:
            self._running.leave(self)

    async def _fail(self, code: str, message: str) -> None:
        if not self._is_over:
            if self._parent is None:
                await self.send_agent_error(code, message)
            else:
                # The run as a whole has one end, and that is its parent's affair.
                await self.send_agent_completed(status=code)

    async def _close_all(self) -> None:
        """Nothing comes after the end, so what is inside ends before it."""
        while self._inside:
            inside = self._inside.pop()
            if not inside.is_over:
                await inside.send_agent_completed(status="unfinished")
        for tool in list(self._open.values()):
            del self._open[tool.tool_call_id]
            await self._complete(tool, "Unfinished")

    async def _complete(self, tool: Tool, failed: str, duration_ms: int | None = None) -> None:
        completed = ToolCompleted(
            tool_call_id=tool.tool_call_id,
            tool_name=tool.tool_name,
            success=not failed,
            results=tool.results,
            error=failed or None,
            duration_ms=duration_ms,
        )
        try:
            await self._send("tool_completed", completed)
        except EventRefused as refused:
            # What it gave cannot be sent; that it is over can, and must be.
            error = failed or type(refused).__name__
            without = replace(completed, success=False, results=None, error=error)
            await self._send("tool_completed", without)
            raise

    def _duration_ms(self) -> int:
        return round((self._sender.clock.monotonic() - self._started_at) * 1000)

    async def _send(
        self,
        event_type: str,
        payload: Any,
        *,
        key: str | None = None,
        meta: Mapping[str, str] | None = None,
    ) -> Receipt:
        if not self._has_begun:
            raise RunOver(
                f"`{event_type}` before the run has begun", hint="enter it by `async with`"
            )
        if self._is_over:
            raise RunOver(f"`{event_type}` after the end of the run")
        return await self._sender.emit_agent_event(
            event_type,
            payload,
            thread_id=self.thread_id,
            run_id=self.run_id,
            agent_name=self.agent_name,
            key=key,
            meta=meta,
        )
