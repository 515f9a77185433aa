"""Methods that may play a part which the contract has not given to any: named in hints alone, for
what is driven is never guessed."""

from __future__ import annotations

import inspect
from collections.abc import Collection
from typing import Final

_SOCKETS: Final = frozenset({"websocket", "web_socket", "ws", "socket", "connection", "conn"})
_CONTENTS: Final = frozenset(
    {"message", "msg", "payload", "data", "event", "text", "content", "body", "notification"}
)
_MOST: Final = 3


def taking_a_socket(instance: object) -> str:
    """What might take a socket in: `, such as …`, or nothing."""
    return _such_as(_taking(instance, _SOCKETS, without=_CONTENTS))


def taking_content(instance: object) -> str:
    """What might deliver something: `, such as …`, or nothing."""
    return _such_as(_taking(instance, _CONTENTS))


def _taking(
    instance: object, wanted: Collection[str], *, without: Collection[str] = ()
) -> list[str]:
    found = []
    for name, value in inspect.getmembers_static(type(instance)):
        if name.startswith("_") or not inspect.isfunction(value):
            continue
        names = {each.lower() for each in inspect.signature(value).parameters}
        if names & set(wanted) and not names & set(without):
            found.append(name)
    return found


def _such_as(names: list[str]) -> str:
    quoted = [f"`{each}`" for each in names[:_MOST]]
    return f", such as {' or '.join(quoted)}" if quoted else ""
