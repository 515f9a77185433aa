"""Clients that do next to nothing: they read frames off the wire, and see that none is missing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bench.frames import CLOSE, PING, PONG, TEXT, Frames, frame, handshake

_NUMBER: Final = b'"n":'
_TIME: Final = b'"t":'


@dataclass(frozen=True)
class Dialect:
    """How a server is spoken to."""

    path: str
    subprotocol: str = ""
    greeting: str = ""
    """Sent when the connection is open."""
    is_ready: bytes = b""
    """What the frame starts with that says that events may come; none need be waited for."""


_UNUM: Final = Dialect("/ws?user={user}", "unum.v1", '{"type":"hello"}', b'{"type":"welcome"')
DIALECTS: Final = {
    "unum": _UNUM,
    "unum, hub.broadcast": _UNUM,
    "python-socketio": Dialect(
        "/socket.io/?EIO=4&transport=websocket&user={user}", greeting="40", is_ready=b"40"
    ),
}
_PLAIN: Final = Dialect("/ws?user={user}")


class LostError(Exception):
    """A delivery is missing, comes twice, or out of order."""


@dataclass
class Heard:
    """What all clients have heard, together."""

    deliveries: int = 0
    ready: int = 0
    latencies_s: list[float] = field(default_factory=list)
    is_timed: bool = False
    problem: str = ""
    wanted: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def want(self, more: int) -> None:
        """Wait for so many more."""
        self.wanted = self.deliveries + more
        self.done.clear()

    def fail(self, problem: str) -> None:
        """Note the first thing that is wrong."""
        self.problem = self.problem or problem
        self.done.set()


class Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, user: int, dialect: Dialect, heard: Heard) -> None:
        self.number = 0
        self.transport: asyncio.Transport | None = None
        self._user = user
        self._dialect = dialect
        self._heard = heard
        self._frames = Frames()
        self._is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for a WebSocket."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        wanted = [self._dialect.subprotocol] if self._dialect.subprotocol else []
        transport.write(handshake(self._dialect.path.format(user=self._user), wanted))

    def connection_lost(self, error: Exception | None) -> None:
        """Nobody hangs up while it is measured."""
        self._heard.fail(f"the connection of user {self._user} was lost")

    def data_received(self, data: bytes) -> None:
        """Take in whatever came."""
        for opcode, content in self._frames.feed(data):
            self._frame(opcode, content)
        if not self._is_open and self._frames.answer is not None:
            self._is_open = True
            self._opened()

    def _opened(self) -> None:
        if self._frames.status != 101:
            self._heard.fail(f"user {self._user} is refused: {self._frames.answer!r}")
        elif self._dialect.greeting:
            self.say(self._dialect.greeting.encode())
        else:
            self._heard.ready += 1

    def say(self, data: bytes, opcode: int = TEXT) -> None:
        """Send a frame."""
        assert self.transport is not None
        self.transport.write(frame(data, opcode))

    def _frame(self, opcode: int, data: bytes) -> None:
        if opcode == PING:
            self.say(data, PONG)
            return
        if opcode == CLOSE:
            self._heard.fail(f"user {self._user} was let go: {data!r}")
            return
        heard, at = self._heard, data.find(_NUMBER)
        if at < 0:
            if self._dialect.is_ready and data.startswith(self._dialect.is_ready):
                heard.ready += 1
            elif data == b"2":  # a ping of Engine.IO
                self.say(b"3")
            return
        now = time.monotonic()
        # Several events may be in one frame.
        while at >= 0:
            self.number += 1
            at += len(_NUMBER)
            number = int(data[at : data.index(b",", at)])
            if number != self.number:
                heard.fail(f"user {self._user}: {number} came where {self.number} was due")
                return
            heard.deliveries += 1
            if heard.is_timed:
                begin = data.index(_TIME, at) + len(_TIME)
                heard.latencies_s.append(now - float(data[begin : data.index(b",", begin)]))
            at = data.find(_NUMBER, at)
        if heard.deliveries >= heard.wanted:
            heard.done.set()


async def crowd(name: str, port: int, users: int, tabs: int, heard: Heard) -> list[Client]:
    """Connect so many users, each by so many tabs, a few at a time."""
    loop = asyncio.get_running_loop()
    dialect = DIALECTS.get(name, _PLAIN)
    made: list[Client] = []

    def client(number: int) -> Callable[[], Client]:
        return lambda: Client(number % users, dialect, heard)

    for begin in range(0, users * tabs, 100):
        some = range(begin, min(begin + 100, users * tabs))
        pairs = await asyncio.gather(
            *(loop.create_connection(client(number), "127.0.0.1", port) for number in some)
        )
        made += [client for _, client in pairs]
        async with asyncio.timeout(60):
            while heard.ready < len(made):
                if heard.problem:
                    raise LostError(heard.problem)
                await asyncio.sleep(0.002)
    return made
