"""The transports by name. Nothing is imported here that is not always there."""

from __future__ import annotations

from typing import Final

MEMORY: Final = "memory"
TRANSPORTS: Final = (MEMORY, "asgi", "sockets")
"""What may be asked for."""
IMPLEMENTATIONS: Final = ("websockets", "websockets-sansio", "wsproto")
"""Of a WebSocket server, as uvicorn calls them: real sockets are judged on each."""


def parts(name: str) -> tuple[str, ...]:
    """What a transport is judged over, one after the other."""
    if name == "sockets":
        return tuple(f"sockets:{each}" for each in IMPLEMENTATIONS)
    return (name,)


def over(part: str) -> str:
    """How a report calls one of them."""
    kind, _, implementation = part.partition(":")
    return {
        "memory": "in memory",
        "asgi": "over ASGI",
        "sockets": f"over real sockets ({implementation})",
    }[kind]
