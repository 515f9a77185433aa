"""Work that is done in the background."""

from __future__ import annotations

from chat.context import UserContext
from chat.realtime.manager import WebSocketManager


class Worker:
    """Has `start`, `stop` and `close` like much else; that makes it no manager."""

    def __init__(self) -> None:
        self.is_running = False

    def start(self) -> None:
        self.is_running = True

    def stop(self) -> None:
        self.is_running = False

    def close(self) -> None:
        self.stop()


async def send_digest(user_context: UserContext, digest: str) -> int:
    """Send a summary of the day; return how many sockets got it."""
    manager = WebSocketManager(user_context)
    return await manager.send_message({"type": "digest", "text": digest})
