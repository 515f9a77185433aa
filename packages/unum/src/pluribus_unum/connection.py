"""A socket that follows a stream: one task writes, and nobody else does."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from pluribus_unum.core.session import Session
from pluribus_unum.core.tally import Durations
from pluribus_unum.core.wire import Close, CloseCode
from pluribus_unum.identity import Bearer
from pluribus_unum.sockets import Socket
from pluribus_unum.stepping import Stepped, Turn, news

_LOG = logging.getLogger("unum")
_GOODBYE_S = 1.0


class Connection:
    """One socket of one user.

    Its writer asks the session what to say next, and says it. Only the writer waits for the
    socket: whoever sends an event never does.
    """

    __slots__ = (
        "__weakref__",
        "_clock",
        "_ended",
        "_has_hung_up",
        "_has_left",
        "_latency",
        "_stepped",
        "_task",
        "bearer",
        "sending_since",
        "session",
        "socket",
    )

    def __init__(
        self,
        session: Session,
        socket: Socket,
        *,
        clock: Callable[[], float],
        ended: Callable[[Connection], None],
        latency: Durations,
        turn: Turn,
        bearer: Bearer | None = None,
    ) -> None:
        self.session = session
        self.bearer = bearer
        """Who was let in, and by what; None where the application alone knows."""
        self.socket = socket
        self._clock = clock
        self._ended = ended
        self._latency = latency
        self._stepped = Stepped(turn)
        self._task: asyncio.Task[None] | None = None
        self._has_left = False
        self._has_hung_up = False
        self.sending_since: float | None = None
        """Since when the socket has been accepting a frame; None while it is not."""

    @property
    def id(self) -> str:
        """Its name."""
        return self.session.connection_id

    @property
    def is_alive(self) -> bool:
        """Whether its writer still works."""
        return self._task is not None and not self._task.done()

    def start(self) -> None:
        """Begin to follow the stream."""
        # Before it begins: where tasks are eager it may be over when `start` returns.
        self.session.stream.watchers.add(self._stepped.wake)
        try:
            self._task = self._stepped.start(self._write(), name=f"unum {self.id}")
        except BaseException:
            self._leave()
            raise

    def wake(self) -> None:
        """There is something new; costs next to nothing, and waits for nobody."""
        self._stepped.wake()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """End the connection: nothing is written after this; the rest is left to a resume."""
        self.session.close(code, reason)
        task = self._task
        if task is None or task is asyncio.current_task():
            # Called from inside of a send: the writer ends by itself.
            return
        task.cancel()
        # Not for ever: what it waits for may take no notice of being cancelled.
        await asyncio.wait({task}, timeout=2 * _GOODBYE_S)
        # A task that is cancelled before its first step does nothing, not even this.
        self._leave()
        await self._hang_up()

    def let_go(self, code: int = 1000, reason: str = "") -> None:
        """Begin to end the connection, where nothing can be awaited: no more frame is begun."""
        self.session.close(code, reason)
        self.wake()

    async def ended(self) -> None:
        """Wait until it is over, for whatever reason."""
        if self._task is not None:
            await asyncio.wait({self._task})

    def when_over(self, tell: Callable[[], None]) -> None:
        """Call something once it is over, for whatever reason."""
        assert self._task is not None, "it has been started"
        self._task.add_done_callback(lambda _: tell())

    def look(self, now: float, wall: float, *, send_s: float) -> None:
        """Let go of a socket that takes too long, and of one whose token has expired."""
        self.session.tick(now)
        expires_at = None if self.bearer is None else self.bearer.expires_at
        if expires_at is not None and wall >= expires_at:
            self.session.close(CloseCode.TOKEN_EXPIRED, "the token has expired")
        if self.sending_since is not None and now - self.sending_since > send_s:
            self.session.close(CloseCode.SLOW_CONSUMER, "it does not read")
        if self.session.closing is None:
            return
        if self.sending_since is not None and self._task is not None:
            # It waits for a socket that may never read again, and would not hear of the end.
            self._task.cancel()
        else:
            self.wake()

    async def _write(self) -> None:
        try:
            await self._follow()
        except asyncio.CancelledError:
            pass
        except Exception:
            # Each server and framework has exceptions of its own for a peer that is gone. Where
            # it is not gone after all, it must not go on waiting: closed, it comes back.
            _LOG.debug("a connection could not be sent to", exc_info=True)
            self.session.close(CloseCode.FAILED, "it could not be sent to")
        finally:
            self._leave()
        await self._hang_up()

    async def _follow(self) -> None:
        session, socket = self.session, self.socket
        while session.closing is None:
            frame = session.frame()
            if frame is not None:
                self.sending_since = self._clock()
                await socket.send_text(frame)
                self.sending_since = None
                if session.oldest_at is not None:
                    self._latency.add(self._clock() - session.oldest_at)
            else:
                await news()

    def _leave(self) -> None:
        self.session.stream.watchers.discard(self._stepped.wake)
        if not self._has_left:
            self._has_left = True
            self._ended(self)

    async def _hang_up(self) -> None:
        closing = self.session.closing
        if closing is None or self._has_hung_up:
            return
        self._has_hung_up = True
        # It may have gone already, or never answer: neither is anybody's problem any more. Some
        # servers go on waiting for the other side when they are cancelled, so nobody waits here.
        goodbye = asyncio.ensure_future(self._say_goodbye(closing))
        await asyncio.wait({goodbye}, timeout=_GOODBYE_S)
        goodbye.cancel()

    async def _say_goodbye(self, closing: Close) -> None:
        with contextlib.suppress(Exception):
            await self.socket.close(code=closing.code, reason=closing.reason)
