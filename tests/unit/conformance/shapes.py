"""Managers in shapes that are met in the wild, in words of our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pluribus.conformance.peer import Peer
from pluribus.contract import Operation, Operations


class OneByUser:
    """One socket a user, removed by the user alone: an old one takes the new one along. A live
    table is walked through while it is sent to."""

    def __init__(self) -> None:
        self.active: dict[str, Peer] = {}

    async def connect(self, websocket: Peer, user_id: str) -> None:
        """Take a socket in, in the place of the one before."""
        await websocket.accept()
        self.active[user_id] = websocket

    def disconnect(self, user_id: str) -> None:
        """Let the user go, whichever socket it is about."""
        self.active.pop(user_id, None)

    async def send_personal_message(self, message: Mapping[str, Any], user_id: str) -> None:
        """Send to one user; one whose socket is lost is let go."""
        socket = self.active.get(user_id)
        if socket is not None:
            try:
                await socket.send_json(message)
            except Exception:
                self.disconnect(user_id)

    async def broadcast(self, message: Mapping[str, Any]) -> None:
        """Send to everybody; of those who are lost nothing is done."""
        for socket in self.active.values():
            try:
                await socket.send_json(message)
            except Exception:
                continue


class SetByUser(OneByUser):
    """Several sockets a user, walked through as they were; a lost one is kept after a broadcast
    that failed."""

    def __init__(self) -> None:
        super().__init__()
        self.sockets: dict[str, set[Peer]] = {}

    async def connect(self, websocket: Peer, user_id: str) -> None:
        """Take a socket in, beside the others."""
        self.sockets.setdefault(user_id, set()).add(websocket)

    def disconnect(self, user_id: str, websocket: Peer) -> None:  # type: ignore[override]  # not the fault
        """Let one socket go."""
        self.sockets.get(user_id, set()).discard(websocket)

    async def send_personal_message(self, message: Mapping[str, Any], user_id: str) -> None:
        """Send to every socket of one user; what is lost is let go."""
        for socket in list(self.sockets.get(user_id, ())):
            try:
                await socket.send_json(message)
            except Exception:
                self.disconnect(user_id, socket)

    async def broadcast(self, message: Mapping[str, Any]) -> None:
        """Send to everybody; of those who are lost nothing is done."""
        for user in list(self.sockets):
            for socket in list(self.sockets[user]):
                try:
                    await socket.send_json(message)
                except Exception:
                    continue


class LiveTable(OneByUser):
    """A live table is walked through while it is sent to; who is lost is let go afterwards."""

    async def connect(self, websocket: Peer, client_id: str) -> None:
        """Take a socket in."""
        await websocket.accept()
        self.active[client_id] = websocket

    def disconnect(self, client_id: str) -> None:
        """Let it go, if it is there."""
        self.active.pop(client_id, None)

    async def send_personal_message(self, message: Mapping[str, Any], client_id: str) -> None:
        """Send to one socket; a lost one is let go."""
        await super().send_personal_message(message, client_id)

    async def broadcast(self, message: Mapping[str, Any]) -> None:
        """Send to everybody, then let go who is lost."""
        lost = []
        for client, socket in self._walked():
            try:
                await socket.send_json(message)
            except Exception:
                lost.append(client)
        for client in lost:
            self.disconnect(client)

    def _walked(self) -> Any:
        return self.active.items()


class CopiedTable(LiveTable):
    """The same, walked through as it was: nothing is wrong with it."""

    def _walked(self) -> Any:
        return list(self.active.items())


_CLIENT = {"client_id": "{connection}"}
BY_CLIENT = Operations(
    add=Operation(args=_CLIENT),
    remove=Operation(args=_CLIENT),
    emit=Operation(call="send_personal_message", args=_CLIENT),
)
"""What a contract says of the tables by client."""
