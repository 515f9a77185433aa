"""Real sockets on loopback: uvicorn serves, and a client of `websockets` reads."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import socket
import struct
import warnings
from typing import Any
from urllib.parse import quote, urlencode

from pluribus.conformance.history import History
from pluribus.conformance.line import Condition
from pluribus.conformance.transports.ends import CONTROL, Client, Target
from pluribus.conformance.transports.exchange import Application, Switchboard
from pluribus.conformance.transports.life import Life

with warnings.catch_warnings():
    # One of uvicorn's implementations is deprecated, and still the default of many.
    warnings.simplefilter("ignore")
    import uvicorn
    from uvicorn.server import ServerState
    from websockets.asyncio.client import ClientConnection, connect
    from websockets.exceptions import ConnectionClosed, InvalidHandshake

    # Loaded here, so that nothing is imported while a property is judged.
    for _each in ("websockets_impl", "websockets_sansio_impl", "wsproto_impl"):
        importlib.import_module(f"uvicorn.protocols.websockets.{_each}")

_LOOPBACK = "127.0.0.1"
_BUFFER_BYTES = 4096
"""Of the kernel, on both ends: a client that reads nothing is felt early."""
_FILL_BYTES = 1 << 18
"""More than both buffers and uvicorn's own hold."""
_LONGEST_S = 2.0
"""A close that is not answered, a ping, a server that ends: nothing of it takes longer."""
_ENDS_S = 0.5
"""How long an application may take to end once nobody is connected any more."""
_ABRUPTLY = struct.pack("ii", 1, 0)


class SocketTransport:
    """Serves an application on a free port of loopback, in the running loop."""

    closes_at_once = False

    def __init__(
        self,
        application: Application,
        *,
        implementation: str,
        is_handing_on: bool,
        loss: type[Exception] | None,
    ) -> None:
        self.name = f"sockets:{implementation}"
        self.has_application = not is_handing_on
        self.switchboard = Switchboard(application)
        self.life = Life(self.switchboard)
        self.port = 0
        self._clients: list[SocketClient] = []
        self._loss = loss
        self._serving: asyncio.Server | None = None
        self._state = ServerState()
        self._config = uvicorn.Config(
            self.switchboard,
            ws=implementation,
            http="h11",
            log_config=None,
            log_level="critical",
            access_log=False,
            ws_per_message_deflate=False,
        )

    def client(self, name: str, history: History | None = None) -> SocketClient:
        """A client that is not connected yet."""
        client = SocketClient(name, history or History(), self)
        client.line.loss = self._loss
        self._clients.append(client)
        return client

    async def start(self) -> None:
        """Serve, once. `uvicorn.Server` is not used: it takes 0.2 s to end."""
        await self.life.start()
        if self._serving is not None:
            return
        self._config.load()
        loop = asyncio.get_running_loop()

        def protocol() -> asyncio.Protocol:
            # Only the types of uvicorn's own server know which class it will be.
            kind: Any = self._config.http_protocol_class
            made = kind(
                config=self._config,
                server_state=self._state,
                app_state=self.life.state,
                _loop=loop,
            )
            assert isinstance(made, asyncio.Protocol)
            return made

        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
        listening.bind((_LOOPBACK, 0))
        self._serving = await loop.create_server(protocol, sock=listening)
        self.port = listening.getsockname()[1]

    async def settle(self) -> None:
        """Wait until all that was written has arrived: a ping is answered after it."""
        await asyncio.gather(*(each.flush() for each in self._clients if each.is_sound))

    async def close(self) -> None:
        """Cut every client off, and stop serving."""
        for each in self._clients:
            await each.end()
        if self._serving is not None:
            self._serving.close()
        for connection in list(self._state.connections):
            connection.transport.abort()
        if self._state.tasks:
            await asyncio.wait(set(self._state.tasks), timeout=_ENDS_S)
        for task in list(self._state.tasks):
            task.cancel()
        await self.life.end()

    def protocol_of(self, port: int) -> Any:
        """What serves the client at a port: uvicorn's protocol, if it is still there."""
        for each in self._state.connections:
            peer = each.transport.get_extra_info("peername")
            if peer is not None and peer[1] == port:
                return each
        return None


class SocketClient(Client):
    """A client at the other end of a real connection."""

    def __init__(self, name: str, history: History, transport: SocketTransport) -> None:
        super().__init__(name, history)
        self._transport = transport
        self._connection: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._port = 0
        self._filler = ""

    async def dial(self, target: Target = Target()) -> None:  # noqa: B008  # a frozen value
        """Connect, say what is to be said, and wait until the application listens."""
        await self._transport.start()
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        raw.setblocking(False)  # noqa: FBT003  # the standard library takes no name
        await asyncio.get_running_loop().sock_connect(raw, (_LOOPBACK, self._transport.port))
        self._port = raw.getsockname()[1]
        self._transport.switchboard.expect(self._port, self.line)
        query = f"?{urlencode(target.query)}" if target.query else ""
        try:
            self._connection = await connect(
                f"ws://{_LOOPBACK}:{self._transport.port}{quote(target.path)}{query}",
                sock=raw,
                additional_headers=dict(target.headers),
                compression=None,
                ping_interval=None,
                close_timeout=_LONGEST_S,
                max_size=None,
                max_queue=None,
                proxy=None,
            )
        except (InvalidHandshake, OSError, EOFError):
            raw.close()
            self.was_opened = True
            self.closed(1006)
            return
        self.was_opened = True
        self._reading = asyncio.create_task(self._read())
        with contextlib.suppress(ConnectionClosed):
            for text in target.says:
                await self._connection.send(text)
        await self.listened_to(len(target.says))

    async def flush(self) -> None:
        """Wait until all that the server has written is read."""
        assert self._connection is not None
        if self._filler:
            # A ping that has to be answered while sends wait ends the connection where the
            # implementation is `websockets`: it lets only one wait at a time.
            await self._is_read(self._filler, _LONGEST_S)
            self._filler = ""
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            async with asyncio.timeout(_LONGEST_S):
                await (await self._connection.ping())

    async def hang_up(self, code: int = 1000) -> None:
        """Leave with a closing handshake."""
        if self._connection is not None:
            await self._connection.close(code)
            self.closed(code)

    def reset(self) -> None:
        """Be gone at once: the server's end is sent a RST."""
        self.becomes(Condition.RESET, "reset")
        self._abort()

    def leaves(self) -> None:
        """Be gone."""
        self.becomes(Condition.RESET, "leaves")
        self._abort()

    def vanish(self) -> None:
        """Read and answer nothing any more; the connection stays half-open."""
        self.becomes(Condition.VANISHED, "vanish")
        self._wire.pause_reading()

    def stall(self) -> None:
        """Read nothing, with all buffers full: the next who sends waits."""
        self.becomes(Condition.STALLED, "stall")
        self._wire.pause_reading()
        protocol = self._transport.protocol_of(self._port)
        if protocol is not None:
            self._filler = f"{CONTROL}{self.line.tries} ".ljust(_FILL_BYTES, ".")
            filler = self._filler.encode()
            # A whole text frame, unmasked as a server's are.
            protocol.transport.write(b"\x81\x7f" + struct.pack("!Q", len(filler)) + filler)

    def resume(self) -> None:
        """Read on."""
        self.becomes(Condition.SOUND, "resume")
        self._wire.resume_reading()

    async def end(self) -> None:
        """Be cut off, whatever became of it."""
        if self._connection is None:
            return
        if self._connection.transport is not None:
            self._abort()
        assert self._reading is not None
        await asyncio.wait({self._reading}, timeout=_LONGEST_S)
        self._reading.cancel()
        await asyncio.wait({self._reading})

    @property
    def _wire(self) -> asyncio.Transport:
        assert self._connection is not None
        return self._connection.transport

    def _abort(self) -> None:
        raw = self._wire.get_extra_info("socket")
        if raw is not None and raw.fileno() >= 0:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABRUPTLY)
        self._wire.abort()
        self.closed(1006)

    async def _read(self) -> None:
        assert self._connection is not None
        try:
            while True:
                data = await self._connection.recv()
                self.read("text" if isinstance(data, str) else "bytes", data)
        except ConnectionClosed as closed:
            received = closed.rcvd
            if received is None:
                self.closed(1006)
            else:
                self.closed(received.code, received.reason)
