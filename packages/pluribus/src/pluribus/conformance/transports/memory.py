"""No transport at all: the subject is handed the kit's own objects."""

from __future__ import annotations

from pluribus.conformance.history import History
from pluribus.conformance.peer import Peer


class MemoryTransport:
    """Sockets in memory; the server's end and the client's are one object."""

    name = "memory"
    has_application = False

    def client(self, name: str, history: History | None = None) -> Peer:
        """A socket, open from the start."""
        history = history or History()
        history.imports.add("from pluribus.conformance import Peer")
        history.lines.append(f'{name} = Peer("{name}")')
        return Peer(name, history)

    async def settle(self) -> None:
        """Nothing is under way outside the loop."""

    async def close(self) -> None:
        """Nothing is open."""
