"""No transport at all: the subject is handed the kit's own objects."""

from __future__ import annotations

from collections.abc import Callable

from pluribus.conformance.history import History
from pluribus.conformance.peer import Peer, plain_peer


class MemoryTransport:
    """Sockets in memory; the server's end and the client's are one object.

    Args:
        loss: gives the exception that a socket raises when its connection is lost; None for that
            of the framework.
        make: makes one of a name, a history and that exception.
    """

    name = "memory"
    has_application = False
    closes_at_once = True

    def __init__(
        self,
        loss: Callable[[], type[Exception] | None] = lambda: None,
        make: Callable[[str, History, type[Exception] | None], Peer] = plain_peer,
    ) -> None:
        self._loss = loss
        self._make = make

    def client(self, name: str, history: History | None = None) -> Peer:
        """A socket, open from the start."""
        history, loss = history or History(), self._loss()
        history.imports.add("from pluribus.conformance import Peer")
        more = ""
        if loss is not None:
            more = f", loss={loss.__name__}"
            history.imports.add(f"from {loss.__module__} import {loss.__name__}")
        history.lines.append(f'{name} = Peer("{name}"{more})')
        return self._make(name, history, loss)

    async def settle(self) -> None:
        """Nothing is under way outside the loop."""

    async def close(self) -> None:
        """Nothing is open."""
