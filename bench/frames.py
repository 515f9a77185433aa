"""Frames of a WebSocket, as little of it as a client needs that does next to nothing."""

from __future__ import annotations

import base64
import os
import struct
from collections.abc import Iterator, Sequence
from typing import Final

TEXT: Final = 0x1
CLOSE: Final = 0x8
PING: Final = 0x9
PONG: Final = 0xA


def handshake(path: str, subprotocols: Sequence[str] = (), headers: Sequence[str] = ()) -> bytes:
    """Asks for a WebSocket; `headers` are whole lines."""
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        *headers,
    ]
    if subprotocols:
        lines.append(f"Sec-WebSocket-Protocol: {', '.join(subprotocols)}")
    return "\r\n".join([*lines, "", ""]).encode()


def frame(data: bytes, opcode: int = TEXT) -> bytes:
    """One frame of a client: masked, if by nothing."""
    size = len(data)
    if size < 126:
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
    elif size < 65_536:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
    return head + bytes(4) + data


class Frames:
    """Takes in what comes, and gives out what is whole."""

    def __init__(self) -> None:
        self._buffer = b""
        self.answer: bytes | None = None
        """What the handshake was answered with, when it was."""

    @property
    def status(self) -> int:
        """Of the answer; 0 before it."""
        return 0 if self.answer is None else int(self.answer.split(b" ", 2)[1])

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """The opcode and the content of each frame that is whole now."""
        buffer = self._buffer + data if self._buffer else data
        if self.answer is None:
            head, separator, rest = buffer.partition(b"\r\n\r\n")
            if not separator:
                self._buffer = buffer
                return
            self.answer, buffer = head, rest
        if self.status != 101:
            return
        at = 0
        while (end := _end(buffer, at)) is not None:
            start, stop = end
            yield buffer[at] & 0x0F, buffer[start:stop]
            at = stop
        self._buffer = buffer[at:]


def _end(buffer: bytes, at: int) -> tuple[int, int] | None:
    """Where the content of the frame that starts there begins and ends, if all of it is there."""
    if len(buffer) < at + 2:
        return None
    size, start = buffer[at + 1] & 0x7F, at + 2
    if size == 126:
        if len(buffer) < at + 4:
            return None
        size, start = struct.unpack_from("!H", buffer, at + 2)[0], at + 4
    elif size == 127:
        if len(buffer) < at + 10:
            return None
        size, start = struct.unpack_from("!Q", buffer, at + 2)[0], at + 10
    return (start, start + size) if len(buffer) >= start + size else None
