"""ASGI in memory: a server without a network."""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import urlencode

from pluribus.conformance.history import History
from pluribus.conformance.line import Condition
from pluribus.conformance.transports.ends import Client, Target
from pluribus.conformance.transports.exchange import Application, Message, Switchboard
from pluribus.conformance.transports.life import Life

_PORTS = 50_000


class AsgiTransport:
    """Connects clients to an application by calling it."""

    name = "asgi"
    closes_at_once = True

    def __init__(
        self, application: Application, *, is_handing_on: bool, loss: type[Exception] | None
    ) -> None:
        self.switchboard = Switchboard(application)
        self.has_application = not is_handing_on
        self._clients: list[AsgiClient] = []
        self._loss = loss
        self.life = Life(self.switchboard)

    def client(self, name: str, history: History | None = None) -> AsgiClient:
        """A client that is not connected yet."""
        client = AsgiClient(name, history or History(), self, _PORTS + len(self._clients))
        client.line.loss = self._loss
        self._clients.append(client)
        return client

    async def settle(self) -> None:
        """Nothing is under way outside the loop."""

    async def close(self) -> None:
        """Let every client hang up, and the application shut down."""
        for each in self._clients:
            await each.end()
        await self.life.end()


class AsgiClient(Client):
    """A client of an application that is called directly."""

    def __init__(self, name: str, history: History, transport: AsgiTransport, port: int) -> None:
        super().__init__(name, history)
        self._transport = transport
        self._port = port
        self._to_server: asyncio.Queue[Message] = asyncio.Queue()
        self._held: list[tuple[str, str | bytes]] = []
        """What was written while the client did not read."""
        self._reads = asyncio.Event()
        self._reads.set()
        self._is_answered = asyncio.Event()
        self._is_lost = False
        self._is_told = False
        """Whether the application is told that the client has gone, as soon as it listens."""
        self._task: asyncio.Task[None] | None = None

    async def dial(self, target: Target = Target()) -> None:  # noqa: B008  # a frozen value
        """Connect, say what is to be said, and wait until the application listens."""
        await self._transport.life.start()
        self._transport.switchboard.expect(self._port, self.line)
        self._to_server.put_nowait({"type": "websocket.connect"})
        self._task = asyncio.create_task(self._run(self._scope(target)))
        await self._is_answered.wait()
        self.was_opened = True
        for text in target.says if self.is_open else ():
            self._to_server.put_nowait({"type": "websocket.receive", "text": text})
        if self.is_open:
            await self.listened_to(len(target.says))

    async def hang_up(self, code: int = 1000) -> None:
        """Leave, as a client does that closes its socket."""
        if self.is_open:
            self._leave(code)

    def reset(self) -> None:
        """Be gone at once.

        An application of the user's own is told by the first send that fails, as where a send is
        under way when the connection is lost; told before, it would let the client go, and no
        send to a lost connection could be seen.
        """
        self.becomes(Condition.RESET, "reset")
        if self._transport.has_application:
            self.closed(1006)
            self._reads.set()
        else:
            self._leave(1006)

    def leaves(self) -> None:
        """Be gone."""
        self.becomes(Condition.RESET, "leaves")
        self._leave(1001)

    def vanish(self) -> None:
        """Read and answer nothing any more."""
        self.becomes(Condition.VANISHED, "vanish")
        self._is_lost = True

    def stall(self) -> None:
        """Stop reading: whoever sends waits."""
        self.becomes(Condition.STALLED, "stall")
        self._reads.clear()

    def resume(self) -> None:
        """Read on."""
        self.becomes(Condition.SOUND, "resume")
        held, self._held = self._held, []
        for frame in held:
            self.read(*frame)
        self._reads.set()

    async def end(self) -> None:
        """Leave without a word, and wait no longer for the application than it takes it."""
        if self._task is None:
            return
        self._leave(1001)
        self._reads.set()
        await asyncio.wait({self._task}, timeout=0.5)
        self._task.cancel()
        await asyncio.wait({self._task})

    def _leave(self, code: int, reason: str = "") -> None:
        if self._closed is None:
            self.closed(code, reason)
        self._tell(code)
        self._reads.set()

    def _tell(self, code: int) -> None:
        if not self._is_told:
            self._is_told = True
            self._to_server.put_nowait({"type": "websocket.disconnect", "code": code})

    async def _run(self, scope: dict[str, object]) -> None:
        with contextlib.suppress(Exception):  # kept by the line
            await self._transport.switchboard(scope, self._to_server.get, self._sent)
        self.closed(1006 if self.line.error is not None else 1000)
        self._is_answered.set()

    async def _sent(self, message: Message) -> None:
        if self._closed is not None and message["type"] != "websocket.accept":
            self._tell(1006)
            raise OSError("the client has gone")
        match message["type"]:
            case "websocket.accept":
                self._is_answered.set()
            case "websocket.send":
                text = message.get("text")
                if text is not None:
                    text.encode()  # as a server has to; a lone surrogate raises
                frame = ("bytes", message["bytes"]) if text is None else ("text", text)
                if not self._reads.is_set():
                    # It has been written: it arrives even if whoever sent it no longer waits.
                    self._held.append(frame)
                    await self._reads.wait()
                    if self._closed is not None:
                        self._tell(1006)
                        raise OSError("the client has gone")
                elif not self._is_lost:
                    self.read(*frame)
            case "websocket.close":
                self._leave(message.get("code") or 1000, message.get("reason") or "")
                self._is_answered.set()
            case _:
                self.closed(1006)

    def _scope(self, target: Target) -> dict[str, object]:
        headers = {"host": "127.0.0.1", **target.headers}
        return {
            "type": "websocket",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "ws",
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", self._port),
            "root_path": "",
            "path": target.path,
            "raw_path": target.path.encode(),
            "query_string": urlencode(target.query).encode(),
            "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
            "subprotocols": [],
            "state": dict(self._transport.life.state),
        }
