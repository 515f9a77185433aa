"""The end of a socket that a client holds: what it reads, and what it may do to a server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pluribus.conformance.history import Frame, History
from pluribus.conformance.line import Condition
from pluribus.conformance.transports.exchange import Exchange


@dataclass(frozen=True)
class Target:
    """Where a client connects, and what it brings along."""

    path: str = "/"
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    says: Sequence[str] = ()
    """What it says once it is connected, message by message."""


class ClientEnd(Protocol):
    """What a property may ask of a client, over every transport alike."""

    id: str
    frames: list[Frame]
    """What the client has read."""
    lacks: list[str]
    """What was asked of the server's end that is not offered."""
    refusals: list[str]
    """Exceptions that the server's end raised, whether or not the subject swallowed them."""

    @property
    def websocket(self) -> object:
        """The server's end, which the subject is handed."""

    @property
    def is_asked(self) -> bool:
        """Whether the subject is waiting for this client to say something."""

    @property
    def tries(self) -> int:
        """How often the subject tried to send, whatever came of it."""

    @property
    def tried(self) -> list[str]:
        """What the subject tried to send while something was wrong with the client."""

    @property
    def failures(self) -> int:
        """How many of these sends raised."""

    @property
    def close_code(self) -> int | None:
        """With which code it was closed, by whomever; None while it is open."""

    @property
    def close_reason(self) -> str:
        """What was said with it."""

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it; a server that tries to has."""

    @property
    def is_sound(self) -> bool:
        """Whether it is open and nothing was done to it below."""

    async def dial(self, target: Target = ...) -> None:
        """Connect. What stays of a refusal is `close_code`."""

    async def news(self, timeout_s: float) -> bool:
        """Wait until something more has arrived; False when nothing has, in `timeout_s`."""

    async def is_reached(self, timeout_s: float) -> bool:
        """Write to the server's end, past the subject, and say whether it arrived: whether the
        transport lives."""

    async def write_past(self, text: str) -> None:
        """Send to this client from the server's end, past the subject."""

    async def hang_up(self, code: int = 1000) -> None:
        """Close it as a client does that leaves."""

    async def gone(self, timeout_s: float) -> bool:
        """Wait until the server has been told that this client is not there any more; False when
        it has not, in `timeout_s`."""

    async def ended(self, timeout_s: float) -> bool:
        """Wait until the endpoint that serves it has returned; False when it has not, in
        `timeout_s`."""

    def calls_back(self, call: Callable[[], Awaitable[object]]) -> None:
        """Make a call from inside of the next send, which waits for it."""

    def reset(self) -> None:
        """Be gone at once: the connection is reset."""

    def leaves(self) -> None:
        """Be gone, as whoever listens to it is told."""

    def vanish(self) -> None:
        """Be gone without a word: nothing is read or answered any more, and nothing is closed."""

    def stall(self) -> None:
        """Stop reading, so that whoever sends has to wait."""

    def resume(self) -> None:
        """Read on."""


class Client:
    """What the clients of all transports but memory have in common."""

    def __init__(self, name: str, history: History) -> None:
        self.id = name
        self.line = Exchange()
        self.frames: list[Frame] = []
        self.lacks = self.line.lacks
        self.refusals = self.line.refusals
        self.was_opened = False
        self._history = history
        self._closed: tuple[int, str] | None = None
        self._news = asyncio.Event()
        history.lines.append(f'{name} = wire.client("{name}")')
        self._controls: set[str] = set()
        self._asked_for = 0

    @property
    def websocket(self) -> object:
        """The server's end, where the kit's own endpoint hands it on."""
        return self.line.websocket

    @property
    def tries(self) -> int:
        """How often the subject tried to send, whatever came of it."""
        return self.line.tries

    @property
    def tried(self) -> list[str]:
        """What the subject tried to send while something was wrong with the client."""
        return self.line.tried

    @property
    def failures(self) -> int:
        """How many of these sends raised."""
        return self.line.raised

    @property
    def is_asked(self) -> bool:
        """Whether the subject is waiting for this client to say something."""
        return self.line.is_asked

    @property
    def close_code(self) -> int | None:
        """With which code it was closed, by whomever; None while it is open."""
        closed = self._closed or self.line.closing
        return None if closed is None else closed[0]

    @property
    def close_reason(self) -> str:
        """What was said with it."""
        closed = self._closed or self.line.closing
        return "" if closed is None else closed[1]

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it; once it was reset, whether the subject has not."""
        if self.line.condition is Condition.RESET and self.line.websocket is not None:
            return self.line.closing is None
        return self.was_opened and self.close_code is None

    @property
    def is_sound(self) -> bool:
        """Whether it is open and nothing was done to it."""
        return self.is_open and self.line.condition is Condition.SOUND

    async def news(self, timeout_s: float) -> bool:
        """Wait until something more has arrived; False when nothing has, in `timeout_s`."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._news.wait()
        except TimeoutError:
            return False
        self._news.clear()
        return True

    async def is_reached(self, timeout_s: float) -> bool:
        """Whether what is written past the subject arrives in time."""
        self._asked_for += 1
        text = f"{CONTROL}{self._asked_for}"
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        try:
            async with asyncio.timeout(timeout_s):
                await self.write_past(text)
        except (OSError, RuntimeError, TimeoutError):
            return False
        return await self._is_read(text, deadline - loop.time())

    async def write_past(self, text: str) -> None:
        """Send to this client from the server's end, past the subject."""
        await self.line.write(text)

    async def gone(self, timeout_s: float) -> bool:
        """Whether the application has been told in time that the client has left."""
        return await self.line.until(self.line.is_gone.is_set, timeout_s)

    async def ended(self, timeout_s: float) -> bool:
        """Whether the application has returned in time."""
        return await self.line.until(self.line.has_ended.is_set, timeout_s)

    async def _is_read(self, control: str, timeout_s: float) -> bool:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        while control not in self._controls:
            left = deadline - loop.time()
            if left <= 0 or not await self.news(left):
                break
        return control in self._controls

    def read(self, method: str, data: str | bytes) -> None:
        """Take what the server has sent."""
        text = data if isinstance(data, str) else data.decode("utf-8", "backslashreplace")
        if text.startswith(CONTROL):
            self._controls.add(text)
        else:
            self.frames.append(Frame(self._history.tick(), method, text))
        self._news.set()

    def closed(self, code: int, reason: str = "") -> None:
        """Note that it is closed, once."""
        if self._closed is None:
            self._closed = (code, reason)
        self._news.set()

    def calls_back(self, call: Callable[[], Awaitable[object]]) -> None:
        """Make a call from inside of the next send, which waits for it."""
        self.line.call_back = call

    def becomes(self, condition: Condition, verb: str) -> None:
        """Note what is done to it, in the program that repeats the run too."""
        self.line.condition = condition
        self._history.lines.append(f"{self.id}.{verb}()")

    async def listened_to(self, said: int) -> bool:
        """Wait until the application has heard all that the client says, and waits for more: it
        has done by then what it does with one who connects. One that never listens is not waited
        for long."""
        line = self.line
        return await line.until(
            lambda: (line.is_listening and line.heard >= said) or line.has_ended.is_set(),
            LISTENS_S,
        )


CONTROL = "pluribus control "
"""How messages begin by which the kit finds out whether a transport lives."""
LISTENS_S = 0.5
