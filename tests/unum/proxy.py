"""A piece of network between a client and a server, which can be cut, frozen and slowed."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from contextlib import suppress


class Proxy:
    """Carries bytes both ways between one address and another."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self.is_down = False
        """Whether new connections are refused."""
        self.connections = 0
        """How many there have been."""
        self.chunk = 65_536
        """How many bytes are carried at once, at most."""
        self.delay_s = 0.0
        """How long what is carried may take, at most; each piece another time."""

    @property
    def port(self) -> int:
        """Where clients connect to."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self, port: int = 0) -> None:
        """Begin, at a port that is free by default."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", port)

    async def stop(self) -> None:
        """End, with all that is carried."""
        assert self._server is not None
        self._flows.set()
        self.cut()
        self._server.close()

    def cut(self) -> None:
        """Reset every connection, as a network that breaks does."""
        for writer in list(self._writers):
            found = writer.get_extra_info("socket")
            with suppress(OSError):
                found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    def hang_up(self) -> None:
        """End every connection in good order, from both sides."""
        for writer in list(self._writers):
            writer.close()

    def freeze(self) -> None:
        """Carry nothing, and close nothing."""
        self._flows.clear()

    def thaw(self) -> None:
        """Go on."""
        self._flows.set()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self.is_down:
            writer.transport.abort()
            return
        try:
            back, forth = await self._reach(reader)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, forth}
        try:
            await asyncio.gather(self._pump(reader, forth), self._pump(back, writer))
        finally:
            self._writers -= {writer, forth}

    async def _reach(
        self, reader: asyncio.StreamReader
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the other address, for a client."""
        return await asyncio.open_connection("127.0.0.1", self._port)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(self.chunk):
                await self._flows.wait()
                if self.delay_s:
                    await asyncio.sleep(random.uniform(0, self.delay_s))
                writer.write(data)
                await writer.drain()
        writer.close()
