"""The far end of a socket: a real object with a finite surface, which records what it is told."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from enum import Enum
from types import SimpleNamespace
from typing import Any, NoReturn

from pluribus.conformance.history import Frame, History, described
from pluribus.conformance.idle import is_idle
from pluribus.conformance.line import CLOSED, Condition, Line
from pluribus.conformance.loss import loss_of

_TURNS = 20
"""How often the loop is let run before it is asked whether it is idle."""


class PeerLacks(AttributeError):
    """The subject asked a peer for what the kit does not offer; the verdict is ERROR."""


class PeerState(Enum):
    """As in Starlette, whose own values are used where it is loaded."""

    CONNECTING = 0
    CONNECTED = 1
    DISCONNECTED = 2


class Peer:
    """A socket as a server sees it, open from the start.

    It offers what managers call on the sockets of Starlette, `websockets` and aiohttp. A frame is
    what the client would read, taken when it is sent: what becomes of the sender's objects later
    does not change it. What happens at the client's end is said by `reset`, `vanish`, `stall` and
    `resume`.
    """

    def __init__(
        self,
        name: str = "peer",
        history: History | None = None,
        *,
        loss: type[Exception] | None = None,
    ) -> None:
        """With `loss` sends raise that once the connection is lost; by default what the framework
        raises that is loaded."""
        self.id = name
        self.frames: list[Frame] = []
        self.lacks: list[str] = []
        """What was asked for and is not offered."""
        self.refusals: list[str] = []
        """Exceptions that this peer raised, whether or not the subject swallowed them."""
        self.close_code: int | None = None
        self.close_reason = ""
        self.headers: dict[str, str] = {}
        self.query_params: dict[str, str] = {}
        self.path_params: dict[str, str] = {}
        self.cookies: dict[str, str] = {}
        self.scope: dict[str, object] = {"type": "websocket", "path": "/", "headers": []}
        self.state = SimpleNamespace()
        self.client = SimpleNamespace(host="127.0.0.1", port=50_000)
        self.remote_address = ("127.0.0.1", 50_000)
        self.path = "/"
        self._history = history or History()
        self.tries = 0
        """How often the subject tried to send, whatever came of it."""
        self.is_asked = False
        """Whether the subject is waiting for this client to say something."""
        self._was_accepted = False
        self._news = asyncio.Event()
        self._call_back: Callable[[], Awaitable[object]] | None = None
        self._loss = loss_of(loss)
        self._line = Line(self._loss)

    def reset(self) -> None:
        """The client is gone, and its system said so: sends raise, all but the first."""
        self._becomes(Condition.RESET, "reset")

    def leaves(self) -> None:
        """The client is gone, and whoever reads from it has noticed: every send raises."""
        self._becomes(Condition.RESET, "leaves")
        self._line.noticed()

    def vanish(self) -> None:
        """The client is gone without a word: what is sent is lost."""
        self._becomes(Condition.VANISHED, "vanish")

    def stall(self) -> None:
        """The client reads nothing more: a send does not return."""
        self._becomes(Condition.STALLED, "stall")

    def resume(self) -> None:
        """The client reads on, first what was written meanwhile."""
        self._becomes(Condition.SOUND, "resume")

    @property
    def tried(self) -> list[str]:
        """What the subject tried to send while something was wrong with the client."""
        return self._line.tried

    @property
    def failures(self) -> int:
        """How many sends raised because of that."""
        return self._line.raised

    def calls_back(self, call: Callable[[], Awaitable[object]]) -> None:
        """Make a call from inside of the next send, which waits for it."""
        self._call_back = call

    async def accept(
        self, subprotocol: str | None = None, headers: object = None, **_: object
    ) -> None:
        """Take the connection; once."""
        if self._was_accepted or not self.is_open:
            self._refuse(RuntimeError("the connection was accepted before, or is closed"))
        self._was_accepted = True

    async def send_json(
        self,
        data: object,
        mode: object = "text",
        *,
        dumps: Callable[[object], str] | None = None,
        **_: object,
    ) -> None:
        """Send what JSON can hold, as Starlette calls it, or aiohttp, whose callers may bring a
        writer of their own."""
        try:
            text = json.dumps(data, ensure_ascii=False) if dumps is None else dumps(data)
        except (TypeError, ValueError) as error:
            self._refuse(error)
        await self._send("send_json", self._text(text))

    async def send_text(self, data: str) -> None:
        """Send text."""
        await self._send("send_text", self._text(data))

    async def send_str(self, data: str, compress: object = None) -> None:
        """Send text, as aiohttp calls it."""
        await self._send("send_str", self._text(data))

    async def send_bytes(self, data: bytes, compress: object = None) -> None:
        """Send bytes; they are shown as UTF-8."""
        await self._send("send_bytes", self._bytes(data))

    async def send(self, message: object) -> None:
        """Send text or bytes as `websockets` does, or an ASGI message as Starlette does."""
        match message:
            case str():
                await self._send("send", message)
            case bytes() | bytearray() | memoryview():
                await self._send("send", self._bytes(message))
            case Mapping() if message.get("type") == "websocket.send":
                text = message.get("text")
                content = self._bytes(message.get("bytes")) if text is None else self._text(text)
                await self._send("send", content)
            case Mapping() if message.get("type") == "websocket.close":
                await self.close()
            case Mapping() if message.get("type") == "websocket.accept":
                await self.accept()
            case _:
                self._refuse(TypeError(f"cannot send {type(message).__name__}"))

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close it, with a code."""
        if self.close_code is not None:
            self._refuse(RuntimeError("the connection is closed already"))
        self.close_code = code
        self.close_reason = reason or ""
        self._news.set()
        self._line.ended()
        if self._line.is_known_lost and "starlette.websockets" in sys.modules:
            self._refuse(RuntimeError(CLOSED))

    async def receive(self) -> dict[str, Any]:
        """Wait for the client, which never says anything, until it is gone."""
        await self._until_reset()
        return {"type": "websocket.disconnect", "code": 1006, "reason": ""}

    async def receive_text(self) -> str:
        """The same."""
        await self._until_reset()
        self._refuse(self._loss("receive", 1))

    receive_json = receive_bytes = receive_str = recv = receive_text

    async def iter_text(self) -> AsyncIterator[str]:
        """The same, message by message."""
        yield await self.receive_text()

    iter_json = iter_bytes = iter_text

    async def dial(self, target: object = None) -> None:
        """It is open from the start."""

    async def hang_up(self, code: int = 1000) -> None:
        """The client leaves, and the server is told at once."""
        if self.is_open:
            self.close_code = code
            self._news.set()

    async def gone(self, timeout_s: float) -> bool:
        """Whether the server has been told that the client has left."""
        return not self.is_open or self._line.condition is Condition.RESET

    async def ended(self, timeout_s: float) -> bool:
        """No endpoint serves it, so none has to end."""
        return True

    async def write_past(self, text: str) -> None:
        """Send to this client, past the subject."""
        self._arrive("send_text", text)

    async def is_reached(self, timeout_s: float) -> bool:
        """Whether what is written past the subject arrives: memory always works."""
        return True

    @property
    def websocket(self) -> Peer:
        """The server's end: the same object."""
        return self

    @property
    def is_sound(self) -> bool:
        """Whether it is open and nothing was done to it."""
        return self.is_open and self._line.condition is Condition.SOUND

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it."""
        return self.close_code is None

    @property
    def closed(self) -> bool:
        """Whether somebody has closed it, or the subject has been told that it is lost."""
        return not self.is_open or self._line.is_known_lost

    @property
    def open(self) -> bool:
        """Whether it is not closed."""
        return not self.closed

    @property
    def client_state(self) -> object:
        """Whether the client is there, as Starlette says it."""
        return self._state()

    @property
    def application_state(self) -> object:
        """Whether the server has closed it, as Starlette says it."""
        return self._state()

    async def news(self, timeout_s: float) -> bool:
        """Wait until something more has arrived; False when nothing has, in `timeout_s`, or when
        nothing can, because the loop is idle."""
        for _ in range(_TURNS):
            if self._news.is_set():
                break
            await asyncio.sleep(0)
        if not self._news.is_set() and is_idle():
            return False
        try:
            async with asyncio.timeout(timeout_s):
                await self._news.wait()
        except TimeoutError:
            return False
        self._news.clear()
        return True

    def __getattr__(self, name: str) -> NoReturn:
        if not (name.startswith("__") and name.endswith("__")):
            self.lacks.append(name)
        raise PeerLacks(f"peer lacks `{name}`")

    def __repr__(self) -> str:
        return f"<Peer {self.id}>"

    async def _send(self, method: str, text: str) -> None:
        self.tries += 1
        if not self.is_open:
            self._refuse(RuntimeError("cannot send: the connection is closed"))
        try:
            text.encode()
            await self._line.carry(method, text, self._arrive, is_open=lambda: self.is_open)
            if self._call_back is not None:
                call, self._call_back = self._call_back, None
                await call()
        except Exception as error:  # raised again, once it is noted
            self._refuse(error)

    def _arrive(self, method: str, text: str) -> None:
        self.frames.append(Frame(self._history.tick(), method, text))
        self._news.set()

    def _becomes(self, condition: Condition, verb: str) -> None:
        self._line.becomes(condition, self._arrive)
        self._history.lines.append(f"{self.id}.{verb}()")

    async def _until_reset(self) -> None:
        self.is_asked = True
        try:
            await self._line.until_reset()
        finally:
            self.is_asked = False

    def _text(self, data: object) -> str:
        if not isinstance(data, str):
            self._refuse(TypeError(f"text must be str, not {type(data).__name__}"))
        return data

    def _bytes(self, data: object) -> str:
        if not isinstance(data, bytes | bytearray | memoryview):
            self._refuse(TypeError(f"data must be bytes, not {type(data).__name__}"))
        return bytes(data).decode("utf-8", "backslashreplace")

    def _refuse(self, error: Exception) -> NoReturn:
        self.refusals.append(described(error))
        raise error

    def _state(self) -> object:
        name = "DISCONNECTED" if self.closed else "CONNECTED"
        starlette = sys.modules.get("starlette.websockets")
        states = getattr(starlette, "WebSocketState", PeerState)
        return states[name]


def plain_peer(name: str, history: History, loss: type[Exception] | None) -> Peer:
    """A peer that takes no time."""
    return Peer(name, history, loss=loss)
