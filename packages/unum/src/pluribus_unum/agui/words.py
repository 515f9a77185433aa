"""The words of AG-UI that belong together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from pluribus_unum.events import ToolExecuting

Out = dict[str, Any]
"""One event of AG-UI, as JSON."""


def opened_tool(tool: ToolExecuting) -> Iterator[Out]:
    """A call of a tool with its arguments; what came of it follows later."""
    call = {"toolCallId": tool.tool_call_id}
    parameters = {} if tool.parameters is None else tool.parameters
    yield {"type": "TOOL_CALL_START", **call, "toolCallName": tool.tool_name}
    yield {"type": "TOOL_CALL_ARGS", **call, "delta": _json(parameters)}
    yield {"type": "TOOL_CALL_END", **call}


def reasoning_start(message_id: str) -> Iterator[Out]:
    """A thought begins."""
    yield {"type": "REASONING_START", "messageId": message_id}
    yield {"type": "REASONING_MESSAGE_START", "messageId": message_id, "role": "reasoning"}


def reasoning_end(message_id: str) -> Iterator[Out]:
    """A thought ends."""
    yield {"type": "REASONING_MESSAGE_END", "messageId": message_id}
    yield {"type": "REASONING_END", "messageId": message_id}


def text(value: Any) -> str:
    """Text as it is, everything else as JSON."""
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
