"""Managers that do wrong when a client leaves, in shapes that are met in the wild."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from pluribus.conformance.mutants.good import Plain, Shared
from pluribus.conformance.peer import Peer


class ClosesTheGone(Plain):
    """Removing closes the socket, which the client has closed already."""

    async def disconnect(self, websocket: Peer) -> None:  # type: ignore[override]  # the fault
        """Let it go, and close it."""
        super().disconnect(websocket)
        await websocket.close()


class KeepsTheGone(Plain):
    """Removing forgets only sockets that are still open."""

    def disconnect(self, websocket: Peer) -> None:
        """Let it go, if it is open."""
        if not websocket.closed:
            super().disconnect(websocket)

    async def broadcast(self, message: str) -> None:
        """Send to everybody, whatever comes of it."""
        sends = (each.send_text(message) for each in self.active)
        await asyncio.gather(*sends, return_exceptions=True)


class Tutorial(Plain):
    """A plain list and plain loops, as tutorials have them: one lost socket ends a broadcast."""

    def disconnect(self, websocket: Peer) -> None:
        """Let it go, and raise when it is not there."""
        self.active.remove(websocket)

    async def broadcast(self, message: str) -> None:
        """Send to everybody, one after the other."""
        for socket in self.active:
            await socket.send_text(message)


class ByUserAlone(Shared):
    """Removing takes a user's other sockets along."""

    async def disconnect(self, user_id: str, connection_id: str) -> None:
        """Let all of a user go."""
        self.users.pop(user_id, None)


DEPARTING: Mapping[type, tuple[str, ...]] = {
    ClosesTheGone: ("E10",),
    KeepsTheGone: ("E10",),
    Tutorial: ("E3", "G1", "G5"),
    ByUserAlone: ("E10",),
}
"""Kind to what must refuse it."""
