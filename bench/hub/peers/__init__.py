"""The servers that are measured, one file each; the first word of a file says how it sends.

Each is a module with `make`, and is imported in a process of its own: what one needs need not be
installed for the others.
"""

from __future__ import annotations

from typing import Final

PEERS: Final = {
    "unum": "unum",
    "unum, hub.broadcast": "unum_to_all",
    "websockets.broadcast": "raw",
    "websockets.broadcast, to each their own": "raw_each",
    "bare ASGI application": "bare",
    "naive FastAPI manager": "naive",
    "python-socketio": "socketio_rooms",
    "Channels": "channels_groups",
}
"""Their names in the table, and the modules."""
