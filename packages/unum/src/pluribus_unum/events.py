"""The events of an agent's run, and what each holds."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from pluribus_unum.errors import EventRefused


class AgentStarted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agent began to work: the first event of a run, or an agent inside of one."""

    agent_name: str
    task: str | None = None
    parent_run_id: str | None = None
    depth: int = 0


class AgentThinking(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an agent thinks; with `delta`, a piece that goes on from the last."""

    thought: str
    step: int | None = None
    total_steps: int | None = None
    delta: bool = False


class ToolExecuting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A tool was called."""

    tool_call_id: str
    tool_name: str
    parameters: Any = None


class ToolCompleted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A tool came back, or failed."""

    tool_call_id: str
    tool_name: str
    success: bool
    results: Any = None
    error: str | None = None
    duration_ms: int | None = None


class AgentCompleted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agent is done: the last event of a run, or of an agent inside of one."""

    agent_name: str | None = None
    status: str = "completed"
    final_response: str | None = None
    result: Any = None
    duration_ms: int | None = None
    depth: int = 0


class AgentError(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A run ended without a result. The message is for the user."""

    code: str
    message: str
    recoverable: bool = False


AGENT_EVENTS: Final[Mapping[str, type[msgspec.Struct]]] = {
    "agent_started": AgentStarted,
    "agent_thinking": AgentThinking,
    "tool_executing": ToolExecuting,
    "tool_completed": ToolCompleted,
    "agent_completed": AgentCompleted,
    "agent_error": AgentError,
}

RESERVED: Final = frozenset("hello welcome reset ping pong ack auth auth_ok drain error".split())
"""Words of the protocol: no event has such a name."""


def encoded(event: msgspec.Struct, *, most_bytes: int) -> str:
    """Write an envelope as JSON.

    Raises:
        EventRefused: it holds what JSON has no word for, its name is taken, or it is too big.
    """
    name = getattr(event, "type", None)
    if not isinstance(name, str) or not name or name in RESERVED:
        raise EventRefused(
            f"`{name}` cannot be the name of an event",
            hint="these are words of the protocol: " + ", ".join(sorted(RESERVED)),
        )
    try:
        content = _ENCODER.encode(event)
    except (TypeError, ValueError, RecursionError, OverflowError) as error:
        raise EventRefused(f"`{name}` cannot be written as JSON: {error}") from error
    if len(content) > most_bytes:
        raise EventRefused(
            f"`{name}` takes {len(content):,} bytes, and the most is {most_bytes:,}",
            hint="send where it can be fetched, or raise `Limits.event_bytes`",
        )
    return content.decode()


def _plain(value: object) -> object:
    """What msgspec does not write by itself: models of pydantic, and objects that say how."""
    dump = getattr(value, "model_dump", None)
    if callable(dump):
        return dump(mode="json")
    if isinstance(value, Mapping):
        return dict(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


_ENCODER: Final = msgspec.json.Encoder(enc_hook=_plain)
