"""A client over real sockets: the machine decides, and this does it."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import suppress
from inspect import isawaitable
from types import TracebackType
from typing import Any, Final, Self

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from pluribus_unum.client.door import Door, NotOpened, Token
from pluribus_unum.client.machine import Changed, Machine, Settled, State
from pluribus_unum.core.stream import Position
from pluribus_unum.core.wire import SUBPROTOCOL, CloseCode, Event, Reset
from pluribus_unum.errors import Closed, NotHandled, UnumError

OnReset = Callable[[Reset], Awaitable[None] | None]
OnState = Callable[[State, int | None], None]

_MOST_WAITING: Final = 256
"""How many events may wait to be iterated over; then the server waits, too."""


class Client:
    """Follows the events of one user: `async for event in client`, in one task."""

    def __init__(
        self,
        url: str,
        *,
        token: Token | None,
        resume: Position | None,
        threads: Collection[str] | None,
        acks: bool,
        on_reset: OnReset | None,
        on_state: OnState | None,
        chance: Callable[[], float],
    ) -> None:
        self._door = Door(url, token)
        self._on_reset = on_reset
        self._on_state = on_state
        self._machine = Machine(
            resume=resume,
            threads=threads,
            can_renew=callable(token),
            acks=acks,
            name=secrets.token_hex(6),
            chance=chance,
        )
        self._position = resume
        self._dealt: Position | None = None
        self._waiting: deque[Event | Reset | Position] = deque()
        self._answers: dict[str, asyncio.Future[None]] = {}
        self._code: int | None = None
        self._task: asyncio.Task[None] | None = None
        self._looking: asyncio.Timeout | None = None
        """Until when the next frame is waited for."""
        self._has_news = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_frames = asyncio.Event()

    @property
    def state(self) -> State:
        """Where it is between its beginning and its end."""
        return self._machine.state

    @property
    def position(self) -> Position | None:
        """The last event that was iterated over: keep it, and `resume` goes on after it."""
        return self._position

    async def __aenter__(self) -> Self:
        self._machine.start(self._now())
        self._take_news()
        self._task = asyncio.create_task(self._live(), name="unum client")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End it. Messages that were not handled are given back as failed."""
        self._machine.close()
        self._take_news()
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
            if not task.cancelled():
                task.result()  # what no one has foreseen

    # What the application does

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        """The next event, each once and in order.

        Raises:
            Closed: the server says that coming back would change nothing.
        """
        self._must_be_entered()
        if self._dealt is not None:
            self._machine.dealt_with(self._dealt, self._now())
            self._dealt = None
            if self._looking is not None:
                # There may be something to do sooner now.
                self._looking.reschedule(self._machine.due)
        while True:
            while self._waiting:
                item = self._waiting.popleft()
                self._has_room.set()
                match item:
                    case Event():
                        self._move(item.seq)
                        return item
                    case Reset():
                        self._position = Position(item.epoch, item.seq)
                        if self._on_reset is not None:
                            found = self._on_reset(item)
                            if isawaitable(found):
                                await found
                    case _:
                        self._position = item
            if self._task is not None and self._task.done():
                self._task.result()  # what no one has foreseen
            if self._machine.state is State.CLOSED:
                if self._code is None:
                    raise StopAsyncIteration
                raise Closed(self._code, hint=_hint(self._code))
            self._has_news.clear()
            await self._has_news.wait()

    async def send(
        self,
        message_type: str,
        payload: Any = None,
        *,
        thread_id: str | None = None,
        run_id: str | None = None,
    ) -> None:
        """Send a message to the application, and wait until it has been handled.

        It is sent again after a cut, under the same id, so that it is handled once. Who stops
        waiting does not know whether it was.

        Raises:
            NotHandled: its handler failed, there is none, it is bigger than the server takes, its
                type is a word of the protocol, or too many messages wait already.
            Closed: it ended before there was an answer; nobody knows whether it was handled.
        """
        self._must_be_entered()
        message_id = self._machine.send(message_type, payload, thread_id=thread_id, run_id=run_id)
        answer = asyncio.get_running_loop().create_future()
        self._answers[message_id] = answer
        self._take_news()
        # The answer may be behind events for which there is no room.
        self._has_room.set()
        self._has_frames.set()
        try:
            await answer
        finally:
            self._answers.pop(message_id, None)
            self._machine.forget(message_id)

    # Its life

    async def _live(self) -> None:
        machine = self._machine
        try:
            while machine.state is not State.CLOSED:
                if machine.state is State.WAITING:
                    assert machine.due is not None
                    await asyncio.sleep(machine.due - self._now())
                    machine.tick(self._now())
                else:
                    await self._connect()
                self._take_news()
        finally:
            machine.close()
            self._take_news()

    async def _connect(self) -> None:
        """One connection, from its beginning to its end."""
        try:
            socket = await self._door.open()
        except NotOpened as refused:
            self._machine.ended(refused.code, self._now(), at_least_s=refused.at_least_s)
            return
        try:
            await self._attend(socket)
        finally:
            await socket.close()

    async def _attend(self, socket: ClientConnection) -> None:
        machine = self._machine
        machine.opened()
        self._has_frames.set()
        writer = asyncio.create_task(self._write(socket), name="unum client writer")
        try:
            while machine.is_connected:
                await self._hear(socket)
                machine.tick(self._now())
                self._take_news()
        finally:
            writer.cancel()
            await asyncio.wait([writer])

    async def _hear(self, socket: ClientConnection) -> None:
        """Wait for a frame, until there is something else to do."""
        machine = self._machine
        assert machine.due is not None, "a connection is always looked after"
        try:
            async with asyncio.timeout_at(machine.due) as self._looking:
                if len(self._waiting) >= _MOST_WAITING and not self._answers:
                    self._has_room.clear()
                    await self._has_room.wait()
                    return
                frame = await socket.recv()
        except TimeoutError:
            if len(self._waiting) >= _MOST_WAITING:
                machine.heard = self._now()  # who does not listen cannot call it silent
            return
        except ConnectionClosed as closed:
            machine.ended(1006 if closed.rcvd is None else closed.rcvd.code, self._now())
            return
        finally:
            self._looking = None
        # Nothing but text is of this protocol; what else there is is no message either.
        machine.hear(frame if isinstance(frame, str) else "", self._now())

    async def _write(self, socket: ClientConnection) -> None:
        frames = self._machine.frames
        with suppress(ConnectionClosed):
            while True:
                while frames:
                    await socket.send(frames.popleft())
                self._has_frames.clear()
                await self._has_frames.wait()

    def _take_news(self) -> None:
        news = self._machine.news
        while news:
            match news.popleft():
                case Changed(state, code):
                    if state is State.CLOSED:
                        self._code = code
                    if self._on_state is not None:
                        self._on_state(state, code)
                case Settled(message_id, problem):
                    self._answer(message_id, problem)
                case item:
                    self._waiting.append(item)
        self._has_news.set()
        self._has_frames.set()

    def _answer(self, message_id: str, problem: str | None) -> None:
        answer = self._answers.get(message_id)
        if answer is None or answer.done():
            return
        if problem is None:
            answer.set_result(None)
        elif self._machine.state is State.CLOSED:
            code = 1000 if self._code is None else self._code
            answer.set_exception(Closed(code, hint="nobody knows whether it was handled"))
        else:
            answer.set_exception(NotHandled(problem))

    def _must_be_entered(self) -> None:
        if self._machine.state is State.IDLE:
            raise UnumError(
                "the client is not connected", hint="`async with connect(url) as client:`"
            )

    def _move(self, seq: int | None) -> None:
        if seq is not None and self._position is not None:
            self._dealt = self._position = Position(self._position.epoch, seq)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def connect(
    url: str,
    *,
    token: Token | None = None,
    resume: Position | None = None,
    threads: Collection[str] | None = None,
    acks: bool = False,
    on_reset: OnReset | None = None,
    on_state: OnState | None = None,
    chance: Callable[[], float] = random.random,
) -> Client:
    """Follow the events of a user: `async with connect(url) as client`.

    It comes back after every cut and never gives up, unless the server says that it is to. While
    nobody iterates, it lets the server wait, and goes on later where it was.

    Args:
        url: As `wss://shop.example/ws`.
        token: Sent as `Authorization: Bearer`. A function is asked for one before each
            connection, so that it can give a new one when the last has expired.
        resume: The last event that was seen, as `Client.position` says.
        threads: Only events of these threads, and those of none.
        acks: Tell the server what has been iterated over, once a second at most.
        on_reset: Is called in the place of what is missing for ever: load your state anew.
        on_state: Is called when the state is another, with the close code where there is one.
        chance: Gives numbers between 0 and 1, by which waits differ; for tests.

    Raises:
        websockets.exceptions.InvalidURI: `url` is none of a WebSocket.
    """
    return Client(
        url,
        token=token,
        resume=resume,
        threads=threads,
        acks=acks,
        on_reset=on_reset,
        on_state=on_state,
        chance=chance,
    )


def _hint(code: int) -> str:
    match code:
        case CloseCode.UNAUTHENTICATED | CloseCode.TOKEN_EXPIRED:
            return "give `token` a function, which is asked for a new one"
        case CloseCode.TOO_MANY_CONNECTIONS:
            return "the user has as many connections as they may: end another"
        case CloseCode.PROTOCOL:
            return f"the server does not speak {SUBPROTOCOL}, or another version of it"
        case _:
            return "the server does not want this user to come back"
