"""The five events by name, for code that does not use `run`."""

from __future__ import annotations

from typing import Any

from pluribus_unum.events import (
    AgentCompleted,
    AgentError,
    AgentStarted,
    AgentThinking,
    ToolCompleted,
    ToolExecuting,
)
from pluribus_unum.identity import UserContext
from pluribus_unum.receipt import Receipt


class AgentEvents:
    """Each sends one event of the run that a context names; the order is the caller's affair."""

    async def emit_agent_event(
        self,
        event_type: str,
        payload: Any,
        *,
        run: UserContext | None = None,
        thread_id: str | None = None,
        run_id: str | None = None,
        agent_name: str | None = None,
        key: str | None = None,
    ) -> Receipt:
        """Send an event."""
        raise NotImplementedError

    async def send_agent_started(
        self, run: UserContext, agent_name: str, *, task: str | None = None
    ) -> Receipt:
        """Say that an agent began."""
        payload = AgentStarted(agent_name=agent_name, task=task)
        return await self.emit_agent_event(
            "agent_started", payload, run=run, agent_name=agent_name
        )

    async def send_agent_thinking(
        self, run: UserContext, thought: str, *, agent_name: str | None = None
    ) -> Receipt:
        """Say what it thinks."""
        return await self.emit_agent_event(
            "agent_thinking", AgentThinking(thought=thought), run=run, agent_name=agent_name
        )

    async def send_tool_executing(
        self, run: UserContext, tool_name: str, *, tool_call_id: str, parameters: Any = None
    ) -> Receipt:
        """Say that a tool was called."""
        payload = ToolExecuting(
            tool_call_id=tool_call_id, tool_name=tool_name, parameters=parameters
        )
        return await self.emit_agent_event("tool_executing", payload, run=run)

    async def send_tool_completed(
        self,
        run: UserContext,
        tool_name: str,
        *,
        tool_call_id: str,
        results: Any = None,
        error: str | None = None,
    ) -> Receipt:
        """Say that a tool came back."""
        payload = ToolCompleted(
            tool_call_id=tool_call_id,
            tool_name=tool_name,
            success=error is None,
            results=results,
            error=error,
        )
        return await self.emit_agent_event("tool_completed", payload, run=run)

    async def send_agent_completed(
        self, run: UserContext, *, agent_name: str | None = None, final_response: str | None = None
    ) -> Receipt:
        """Say that the agent is done."""
        payload = AgentCompleted(agent_name=agent_name, final_response=final_response)
        return await self.emit_agent_event(
            "agent_completed", payload, run=run, agent_name=agent_name
        )

    async def send_agent_error(self, run: UserContext, code: str, message: str) -> Receipt:
        """Say that it failed."""
        return await self.emit_agent_event(
            "agent_error", AgentError(code=code, message=message), run=run
        )
