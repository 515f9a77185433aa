"""Which part a parameter plays, by its name and its type; never by its position."""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Iterator

from pluribus.conformance.peer import Peer
from pluribus.conformance.transports.ends import ClientEnd

BY_NAME = {
    "websocket": "websocket",
    "web_socket": "websocket",
    "ws": "websocket",
    "socket": "websocket",
    "user_id": "user",
    "uid": "user",
    "thread_id": "thread",
    "run_id": "run",
    "request_id": "uuid",
    "connection_id": "connection",
    "conn_id": "connection",
    "event_type": "event",
    "event_name": "event",
    "payload": "payload",
    "user_context": "context",
    "connected_at": "now",
    "created_at": "now",
}
"""Names that mean one thing whatever their type."""

SOCKET_TYPES = frozenset(
    {
        "WebSocket",
        "WebSocketServerProtocol",
        "WebSocketCommonProtocol",
        "ServerConnection",
        "WebSocketResponse",
        "Websocket",
        "Peer",
    }
)
"""Of Starlette, `websockets`, aiohttp, Quart and Sanic."""
_OFFERED = frozenset(dir(Peer)) - frozenset(dir(ClientEnd))
"""What a subject may call on a socket; the rest of a peer is for the kit."""
_TEXT = frozenset({"str"})
_TABLE = frozenset({"dict", "Dict", "Mapping", "MutableMapping"})
_UNTYPED = ""
_IDENTIFIER = _TEXT | {_UNTYPED, "object"}
_TYPES = {
    "user": _IDENTIFIER,
    "thread": _IDENTIFIER,
    "run": _IDENTIFIER,
    "connection": _IDENTIFIER,
    "event": _IDENTIFIER,
    "payload": _TABLE | {_UNTYPED, "object"},
    "websocket": SOCKET_TYPES | {_UNTYPED, "object"},
}
"""With another type than these, a name does not tell what a parameter is to be given."""


def role_of(name: str, annotation: object, *, numbers: frozenset[str] = frozenset()) -> str | None:
    """The role of a parameter; None when name and type do not tell. `numbers` are the roles whose
    values are declared to be numbers."""
    kinds = type_names(annotation)
    if kinds & SOCKET_TYPES:
        return "websocket"
    if name == "message":
        return "text" if kinds & _TEXT else "message" if kinds & _TABLE else None
    if name == "event":
        return "event" if kinds & (_TEXT | {_UNTYPED}) else "message" if kinds & _TABLE else None
    if name == "data":
        return "payload" if kinds & _TABLE else None
    role = BY_NAME.get(name)
    accepted = _TYPES.get(role or "")
    if accepted is not None and role in numbers:
        accepted |= {"int"}
    if accepted is None or kinds & accepted:
        return role
    return role if role == "websocket" and _describes_a_socket(annotation) else None


def _describes_a_socket(annotation: object) -> bool:
    """Whether it is a `Protocol` with methods alone that sockets have, and one at least."""
    kind = the_type(annotation)
    if not isinstance(kind, type) or not getattr(kind, "_is_protocol", False):
        return False
    methods = {
        name
        for each in kind.__mro__
        if getattr(each, "_is_protocol", False)
        for name, value in vars(each).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }
    return bool(methods) and methods <= _OFFERED


def type_names(annotation: object) -> frozenset[str]:
    """The last words of an annotation, one a member of a union, without arguments and `None`; a
    single empty word when it is untyped."""
    if annotation is inspect.Parameter.empty or annotation is typing.Any:
        return frozenset({_UNTYPED})
    if isinstance(annotation, str):
        return frozenset(_written_names(annotation)) or frozenset({_UNTYPED})
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        members = [each for each in typing.get_args(annotation) if each is not type(None)]
        return frozenset().union(*map(type_names, members))
    origin = typing.get_origin(annotation) or annotation
    return frozenset({getattr(origin, "__name__", _UNTYPED)})


def _written_names(annotation: str) -> Iterator[str]:
    """The same of an annotation that could not be resolved."""
    union = re.fullmatch(r"\s*(?:\w+\.)*(?:Optional|Union)\[(.*)\]\s*", annotation, re.DOTALL)
    depth, word = 0, ""
    for letter in (union[1] if union else annotation) + "|":
        depth += (letter == "[") - (letter == "]")
        if depth == 0 and letter in "|,":
            match = re.match(r"\s*([\w.]+)", word)
            if match and match[1] != "None":
                name = match[1].split(".")[-1]
                yield _UNTYPED if name == "Any" else name
            word = ""
        else:
            word += letter


def the_type(annotation: object) -> object:
    """What is optional without `None`; anything else as it is."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        rest = [each for each in typing.get_args(annotation) if each is not type(None)]
        return rest[0] if len(rest) == 1 else annotation
    return annotation


def annotations_of(function: Callable[..., object]) -> dict[str, object]:
    """The types of the parameters, resolved where they can be and as written where not."""
    inner = inspect.unwrap(function)
    target = inner.__init__ if isinstance(inner, type) else inner  # type: ignore[misc]  # read only
    try:
        return typing.get_type_hints(target)
    except (NameError, TypeError, AttributeError):
        return dict(getattr(target, "__annotations__", {}))
