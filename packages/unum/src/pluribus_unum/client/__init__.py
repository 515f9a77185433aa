"""A client for Python: `async with connect(url) as client: async for event in client`."""

from __future__ import annotations

from pluribus_unum.client.following import Client, connect
from pluribus_unum.client.machine import Machine, State
from pluribus_unum.core.stream import Position
from pluribus_unum.core.wire import Event, Reset
from pluribus_unum.errors import Closed, NotHandled

__all__ = [
    "Client",
    "Closed",
    "Event",
    "Machine",
    "NotHandled",
    "Position",
    "Reset",
    "State",
    "connect",
]
