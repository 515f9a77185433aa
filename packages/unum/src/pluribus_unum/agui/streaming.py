"""One run as server-sent events: a socket that a connection of the hub writes to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import msgspec

from pluribus_unum.agui.mapper import Mapper
from pluribus_unum.agui.words import Out
from pluribus_unum.core.stream import Position
from pluribus_unum.core.wire import Event
from pluribus_unum.endpoint import Send


class RunStream:
    """Takes in frames as a WebSocket does, and sends what they are in AG-UI."""

    def __init__(self, send: Send, mapper: Mapper) -> None:
        self._send = send
        self._mapper = mapper
        self._sending = asyncio.Lock()
        self._epoch = ""
        self.since: Position | None = None
        """What the client has seen already."""
        self.has_begun = False
        """Whether there was anything of the run."""
        self.problem = ""
        """What the handler of the message failed with."""
        self.over = asyncio.Event()
        """Is set when nothing more comes."""

    async def send_text(self, data: str) -> None:
        """Send what is of the run."""
        parts: list[bytes] = []
        for line in data.split("\n"):
            message = msgspec.json.decode(line)
            if "v" in message:
                parts += self._event(msgspec.convert(message, Event))
            else:
                parts += self._control(message)
        await self._write(parts)

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """End it; a client that did not see the end of the run is told."""
        await self.fail(str(code), reason or "the connection was ended")

    async def fail(self, code: str, message: str) -> None:
        """Say that the rest of the run will not be seen."""
        await self._write(_written(self._mapper.fail(code, message)))

    async def keep_alive(self) -> None:
        """Say nothing, so that nobody in between takes it for dead."""
        await self._send_bytes(b": \n\n")

    def _event(self, event: Event) -> list[bytes]:
        if event.run_id != self._mapper.run_id:
            return []
        self.has_begun = True
        since = self.since
        is_seen = since is not None and event.seq is not None and event.seq <= since.seq
        if is_seen and not event.ends_run:
            self._mapper.pass_by(event)
            return []
        position = None if event.seq is None else f"{self._epoch}:{event.seq}"
        return _written(self._mapper.map(event), position)

    def _control(self, message: dict[str, Any]) -> list[bytes]:
        match message:
            case {"type": "welcome", "epoch": str(epoch)}:
                self._epoch = epoch
            case {"type": "reset", "reason": str(reason)}:
                return _written(
                    self._mapper.fail(reason, "A part of the run is not kept any more.")
                )
            case {"type": "error", "code": "unknown_type"}:
                return _written(self._mapper.fail("unknown_type", "Nothing answers this."))
            case {"type": "error", "code": str(code)}:
                self.problem = code
            case _:
                pass
        return []

    async def _write(self, parts: list[bytes]) -> None:
        try:
            if parts and not self.over.is_set():
                await self._send_bytes(b"".join(parts))
        finally:
            # Also where nobody reads what is sent.
            if self._mapper.is_over:
                self.over.set()

    async def _send_bytes(self, body: bytes) -> None:
        async with self._sending:
            await self._send({"type": "http.response.body", "body": body, "more_body": True})


def _written(events: Iterable[Out], position: str | None = None) -> list[bytes]:
    """As they are sent. The last one has the position: who saw some of them sees all again."""
    written = [b"data: " + msgspec.json.encode(each) + b"\n\n" for each in events]
    if written and position is not None:
        written[-1] = f"id: {position}\n".encode() + written[-1]
    return written
