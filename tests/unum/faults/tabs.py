"""Browser tabs by the thousand: they come back after every cut, and trust no frame."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.frames import CLOSE, PING, PONG, TEXT, Frames, frame, handshake
from tests.unum.clients import Client
from tests.unum.server import subprotocols

_FIRST_PAUSE_S = 0.05
_MOST_PAUSE_S = 1.0


@dataclass
class Noted:
    """What all tabs have met with, together."""

    closes: dict[int, int] = field(default_factory=dict)
    """How often each close code came; 0 where a connection was cut."""
    refusals: dict[int, int] = field(default_factory=dict)
    """How often a handshake was answered with each HTTP status."""
    away_s: list[float] = field(default_factory=list)
    """From each cut until the welcome after it."""
    problems: list[str] = field(default_factory=list)
    """Broken promises of the protocol."""


class Tab(asyncio.Protocol):
    """One tab of one user, through all its connections."""

    def __init__(self, user: str, ports: Sequence[int], noted: Noted) -> None:
        self.client = Client(user)
        self.came_back: Callable[[], None] | None = None
        """Called when it is welcome again."""
        self.heartbeat_s = 10.0
        self._has_said_hello = False
        self._ports = ports
        self._noted = noted
        self._frames = Frames()
        self._transport: asyncio.Transport | None = None
        self._is_welcome = asyncio.Event()
        self._is_over = False
        self._pause_s = _FIRST_PAUSE_S
        self._cut_at: float | None = None
        self._coming: asyncio.Task[None] | None = None
        self._tries = random.randrange(len(ports))

    @property
    def transport(self) -> asyncio.Transport:
        """Of the connection that it has now."""
        assert self._transport is not None
        return self._transport

    @property
    def is_there(self) -> bool:
        """Whether it is connected and welcome."""
        return self._is_welcome.is_set()

    def goes_to(self, ports: Sequence[int]) -> None:
        """Come back to others than before."""
        self._ports = ports

    async def arrive(self, within_s: float = 30) -> None:
        """Connect, or come back, and wait for the welcome."""
        self._come()
        async with asyncio.timeout(within_s):
            await self._is_welcome.wait()

    def leave(self) -> None:
        """Go, and stay away."""
        self._is_over = True
        if self._coming is not None:
            self._coming.cancel()
        if self._transport is not None:
            self._transport.abort()

    def cut(self) -> None:
        """Lose the connection."""
        self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for a WebSocket, as a browser does."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._frames = Frames()
        self._has_said_hello = False
        transport.write(handshake("/ws", subprotocols(f"user:{self.client.user}")))

    def data_received(self, data: bytes) -> None:
        """Take in frames."""
        for opcode, content in self._frames.feed(data):
            if opcode == PING:
                self.say(content, PONG)
            elif opcode == CLOSE:
                code = int.from_bytes(content[:2], "big")
                self._noted.closes[code] = self._noted.closes.get(code, 0) + 1
                self.say(content[:2], CLOSE)
                self.transport.close()
            elif opcode == TEXT:
                self._hear(content.decode())
        status = self._frames.status
        if status == 101 and not self._has_said_hello:
            self._has_said_hello = True
            self._greet()
        if status not in (0, 101):
            self._noted.refusals[status] = self._noted.refusals.get(status, 0) + 1
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Come back, with what it knows."""
        if self._is_welcome.is_set():
            self._is_welcome.clear()
            self._cut_at = time.monotonic()
        self.client.is_welcome = False
        self._transport = None
        if not self._is_over:
            self._come()

    def say(self, data: bytes, opcode: int = TEXT) -> None:
        """Send a frame."""
        self.transport.write(frame(data, opcode))

    def _greet(self) -> None:
        since = self.client.resume
        resume = None if since is None else {"epoch": since[0], "seq": since[1]}
        self.say(json.dumps({"type": "hello", "resume": resume}).encode())

    def _hear(self, text: str) -> None:
        try:
            self.client.hear(text)
        except AssertionError as broken:
            self._noted.problems.append(f"{self.client.user}: {broken}")
        if self.client.is_welcome and not self._is_welcome.is_set():
            self._is_welcome.set()
            self._pause_s = _FIRST_PAUSE_S
            self._beat(self._transport)
            if self._cut_at is not None:
                self._noted.away_s.append(time.monotonic() - self._cut_at)
                if self.came_back is not None:
                    self.came_back()

    def _beat(self, transport: asyncio.Transport | None) -> None:
        """Say something now and then, on this connection."""
        if transport is not None and self._transport is transport:
            self.say(b'{"type":"ping","t":0}')
            asyncio.get_running_loop().call_later(self.heartbeat_s, self._beat, transport)

    def _come(self) -> None:
        self._coming = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        while self._transport is None and not self._is_over:
            self._tries += 1
            port = self._ports[self._tries % len(self._ports)]
            try:
                await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", port)
            except OSError:
                await asyncio.sleep(random.uniform(0.5, 1) * self._pause_s)
                self._pause_s = min(2 * self._pause_s, _MOST_PAUSE_S)
