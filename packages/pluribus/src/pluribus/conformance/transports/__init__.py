"""What stands between a subject and its clients: objects in memory, ASGI, or real sockets."""

from __future__ import annotations

from pluribus.conformance.transports.ends import ClientEnd, Target
from pluribus.conformance.transports.memory import MemoryTransport
from pluribus.conformance.transports.names import IMPLEMENTATIONS, TRANSPORTS, over, parts
from pluribus.conformance.transports.opening import Transport, transport

__all__ = [
    "IMPLEMENTATIONS",
    "TRANSPORTS",
    "ClientEnd",
    "MemoryTransport",
    "Target",
    "Transport",
    "over",
    "parts",
    "transport",
]
