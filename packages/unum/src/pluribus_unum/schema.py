"""The protocol for programs: JSON Schema and AsyncAPI, made from the types that speak it."""

from __future__ import annotations

from typing import Any

import msgspec

from pluribus_unum.core import wire
from pluribus_unum.events import AGENT_EVENTS

CLIENT = (wire.Hello, wire.Ack, wire.Auth, wire.Ping, wire.Message)
"""What clients say."""
SERVER = (
    wire.Welcome,
    wire.Reset,
    wire.Pong,
    wire.Accepted,
    wire.AuthOk,
    wire.Drain,
    wire.Problem,
    wire.Envelope,
)
"""What servers say."""

_REFERENCE = "#/$defs/{name}"


def json_schema() -> dict[str, Any]:
    """A JSON Schema (2020-12): its definitions are the messages and the events' payloads."""
    _, found = msgspec.json.schema_components(
        (*CLIENT, *SERVER, *AGENT_EVENTS.values()), ref_template=_REFERENCE
    )
    numbers = {
        "seq": {"type": "integer", "description": "Its place in the stream, from 1."},
        "prev": {"type": "integer", "description": "The number before, where not one less."},
        "id": {
            "type": "string",
            "description": "With `seq`, its place as `epoch:seq`; else a random name.",
        },
    }
    envelope = found["Envelope"]
    envelope["properties"] |= numbers
    envelope["required"].insert(envelope["required"].index("timestamp"), "id")
    found["Message"]["properties"]["type"]["not"] = {"enum": ["hello", "ack", "auth", "ping"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": wire.SUBPROTOCOL,
        "oneOf": [
            {"title": "said by clients", "oneOf": _references(CLIENT)},
            {"title": "said by servers", "oneOf": _references(SERVER)},
        ],
        "$defs": dict(sorted(found.items())),
    }


def asyncapi(version: str) -> dict[str, Any]:
    """An AsyncAPI 3 document of the endpoint."""
    definitions = json_schema()["$defs"]
    messages = {
        each.__name__: {"payload": {"$ref": f"#/components/schemas/{each.__name__}"}}
        for each in (*CLIENT, *SERVER)
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": wire.SUBPROTOCOL,
            "version": version,
            "description": "Every event of a user once, in order, to that user alone.",
        },
        "channels": {
            "events": {
                "address": "/ws",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            }
        },
        "operations": {
            "hear": {
                "action": "receive",
                "channel": {"$ref": "#/channels/events"},
                "messages": _channel_messages(CLIENT),
            },
            "say": {
                "action": "send",
                "channel": {"$ref": "#/channels/events"},
                "messages": _channel_messages(SERVER),
            },
        },
        "components": {
            "messages": messages,
            "schemas": _moved(definitions, "#/$defs/", "#/components/schemas/"),
        },
    }


def _references(kinds: tuple[type, ...]) -> list[dict[str, str]]:
    return [{"$ref": _REFERENCE.format(name=each.__name__)} for each in kinds]


def _channel_messages(kinds: tuple[type, ...]) -> list[dict[str, str]]:
    return [{"$ref": f"#/channels/events/messages/{each.__name__}"} for each in kinds]


def _moved(value: Any, before: str, after: str) -> Any:
    match value:
        case dict():
            return {key: _moved(each, before, after) for key, each in value.items()}
        case list():
            return [_moved(each, before, after) for each in value]
        case str() if value.startswith(before):
            return after + value.removeprefix(before)
        case _:
            return value
