"""From the events of a run to those of AG-UI (docs.ag-ui.com), for one client of one run.

What comes out is in an order that the public client of AG-UI accepts, also where only a part of
the run is seen.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Final

import msgspec

from pluribus_unum.agui.words import Out, opened_tool, reasoning_end, reasoning_start, text
from pluribus_unum.core.wire import Event
from pluribus_unum.events import (
    AGENT_EVENTS,
    AgentCompleted,
    AgentError,
    AgentStarted,
    AgentThinking,
    ToolCompleted,
    ToolExecuting,
)

CAPABILITIES: Final = {"transport": {"streaming": True, "websocket": True, "resumable": True}}
"""What AG-UI calls the capabilities of an agent that is served by unum."""


class Mapper:
    """Maps the events of one run, in their order; those of other runs are left out.

    A client that comes in the middle is first told what is open: let `pass_by` see what it has
    seen already, if you have it. What nobody saw being opened is opened when it is closed.
    """

    def __init__(self, run_id: str, *, thread_id: str = "") -> None:
        """Begin.

        Args:
            run_id: Which run.
            thread_id: Where the events name none: AG-UI must have one.
        """
        self.run_id = run_id
        self._thread_id = thread_id
        self._is_begun = False
        self.is_over = False
        """Whether the run has ended: nothing more comes out."""
        self._agents: list[tuple[str, str]] = []
        """Of the agents inside that are at work: the name, and that of the step."""
        self._tools: dict[str, ToolExecuting] = {}
        self._thoughts: dict[str, str] = {}
        """Of the thought that each agent may go on with: its message."""

    def pass_by(self, event: Event) -> None:
        """Take in an event that the client has seen before it came back."""
        if event.run_id == self.run_id:
            # Only what is open afterwards is of interest.
            for _ in self._parts(event):
                pass

    def map(self, event: Event) -> Iterator[Out]:
        """What an event is in AG-UI: nothing, one or several."""
        if event.run_id != self.run_id or self.is_over:
            return
        at = round(event.timestamp * 1000)
        parts = self._parts(event)
        if not self._is_begun:
            # What is open is what was before this event, so it is not looked at yet.
            yield from ({**each, "timestamp": at} for each in self._prelude(event))
        yield from ({**each, "timestamp": at} for each in parts)

    def fail(self, code: str, message: str) -> Iterator[Out]:
        """End it, because the rest of the run will not be seen."""
        if not self.is_over:
            if not self._is_begun:
                yield self._run("RUN_STARTED")
            self.is_over = True
            yield {"type": "RUN_ERROR", "message": message, "code": code}

    def _prelude(self, event: Event) -> Iterator[Out]:
        self._is_begun = True
        self._thread_id = event.thread_id or self._thread_id
        yield self._run("RUN_STARTED")
        for _, step in self._agents:
            yield {"type": "STEP_STARTED", "stepName": step}
        for tool in self._tools.values():
            yield from opened_tool(tool)
        for message_id in self._thoughts.values():
            yield from reasoning_start(message_id)

    def _parts(self, event: Event) -> Iterator[Out]:
        agent = event.agent_name or ""
        payload = _payload(event)
        if isinstance(payload, AgentThinking):
            yield from self._think(agent, payload, event)
            return
        yield from self._end_thought(agent)
        match payload:
            case AgentStarted(depth=0):
                pass
            case AgentStarted(agent_name=name):
                yield from self._begin_agent(name)
            case ToolExecuting(tool_call_id=call):
                self._tools[call] = payload
                yield from opened_tool(payload)
            case ToolCompleted():
                yield from self._complete_tool(payload, event)
            case AgentCompleted(depth=0):
                yield from self._finish(payload, event)
            case AgentCompleted(agent_name=name):
                yield from self._end_agent(name or agent)
            case AgentError(code=code, message=message):
                self.is_over = True
                yield {"type": "RUN_ERROR", "message": message, "code": code}
            case _:
                yield {"type": "CUSTOM", "name": event.type, "value": event.payload}

    def _think(self, agent: str, thinking: AgentThinking, event: Event) -> Iterator[Out]:
        if not thinking.delta:
            yield from self._end_thought(agent)
        if agent not in self._thoughts:
            self._thoughts[agent] = event.id
            yield from reasoning_start(event.id)
        if thinking.thought:
            yield {
                "type": "REASONING_MESSAGE_CONTENT",
                "messageId": self._thoughts[agent],
                "delta": thinking.thought,
            }

    def _end_thought(self, agent: str) -> Iterator[Out]:
        message_id = self._thoughts.pop(agent, None)
        if message_id is not None:
            yield from reasoning_end(message_id)

    def _begin_agent(self, name: str) -> Iterator[Out]:
        steps = {step for _, step in self._agents}
        # Two steps that are open may not have one name, and two agents may.
        number = next(n for n in range(1, len(steps) + 2) if _numbered(name, n) not in steps)
        self._agents.append((name, _numbered(name, number)))
        yield {"type": "STEP_STARTED", "stepName": self._agents[-1][1]}

    def _end_agent(self, name: str) -> Iterator[Out]:
        yield from self._end_thought(name)
        for index in reversed(range(len(self._agents))):
            if self._agents[index][0] == name:
                yield {"type": "STEP_FINISHED", "stepName": self._agents.pop(index)[1]}
                return
        yield {"type": "STEP_STARTED", "stepName": name}
        yield {"type": "STEP_FINISHED", "stepName": name}

    def _complete_tool(self, completed: ToolCompleted, event: Event) -> Iterator[Out]:
        call = completed.tool_call_id
        if self._tools.pop(call, None) is None:
            yield from opened_tool(ToolExecuting(tool_call_id=call, tool_name=completed.tool_name))
        content = completed.results if completed.success else completed.error or "failed"
        yield {
            "type": "TOOL_CALL_RESULT",
            "messageId": event.id,
            "toolCallId": call,
            "role": "tool",
            "content": text(content),
        }

    def _finish(self, completed: AgentCompleted, event: Event) -> Iterator[Out]:
        for agent in list(self._thoughts):
            yield from self._end_thought(agent)
        while self._agents:
            yield {"type": "STEP_FINISHED", "stepName": self._agents.pop()[1]}
        if completed.final_response:
            message = {"messageId": event.id}
            yield {"type": "TEXT_MESSAGE_START", **message, "role": "assistant"}
            yield {"type": "TEXT_MESSAGE_CONTENT", **message, "delta": completed.final_response}
            yield {"type": "TEXT_MESSAGE_END", **message}
        self.is_over = True
        result = {} if completed.result is None else {"result": completed.result}
        yield self._run("RUN_FINISHED") | result

    def _run(self, kind: str) -> Out:
        return {"type": kind, "threadId": self._thread_id, "runId": self.run_id}


async def as_agui(
    events: AsyncIterator[Event], run_id: str, *, thread_id: str = ""
) -> AsyncIterator[Out]:
    """Map the events of one run, as `client` iterates over them, until it ends."""
    mapper = Mapper(run_id, thread_id=thread_id)
    async for event in events:
        for each in mapper.map(event):
            yield each
        if mapper.is_over:
            return


def _payload(event: Event) -> msgspec.Struct | None:
    """The payload of an agent's event; None where it is none, or holds something else."""
    kind = AGENT_EVENTS.get(event.type)
    if kind is None:
        return None
    try:
        found: msgspec.Struct = msgspec.convert(event.payload, kind)
    except msgspec.ValidationError:
        # Whatever it holds, it is the end.
        if event.type == "agent_error":
            return AgentError(code="failed", message="The run failed.")
        return AgentCompleted() if event.ends_run else None
    return found


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} ({number})"
