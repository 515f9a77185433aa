"""What a client does next, without sockets, clocks or tasks.

What happened is told to it, with the time; what to do about it is asked for: frames to send, news
for the application, and when to look at the time again. The client for browsers does the same, and
`tests/unum/client/cases.json` is asked of both.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Collection
from enum import StrEnum
from typing import Any, Final, NamedTuple

import msgspec

from pluribus_unum.client.backoff import delay_s, is_final, needs_token
from pluribus_unum.client.cursor import Cursor
from pluribus_unum.client.timers import Timers
from pluribus_unum.client.unanswered import Unanswered
from pluribus_unum.core.stream import Position
from pluribus_unum.core.wire import Ack, Event, Hello, Ping, Reset, Resume, Said
from pluribus_unum.errors import Closed

CONNECT_S: Final = 10.0
"""How long a connection may take until it is welcomed."""
_ACK_S: Final = 1.0
_LEAST_BEAT_S: Final = 0.05


class State(StrEnum):
    """Where a client is between its beginning and its end."""

    IDLE = "idle"
    CONNECTING = "connecting"
    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


class Changed(NamedTuple):
    """The state is another; with the close code where a connection has ended."""

    state: State
    code: int | None


class Settled(NamedTuple):
    """A message has been handled, unless there is a problem with it."""

    message_id: str
    problem: str | None


News = Event | Reset | Position | Changed | Settled
"""A position is where the server says that a client begins which had none."""


class Machine:
    """One client, through all its connections."""

    def __init__(
        self,
        *,
        resume: Position | None = None,
        threads: Collection[str] | None = None,
        can_renew: bool = False,
        acks: bool = False,
        name: str = "",
        chance: Callable[[], float],
    ) -> None:
        """Make one that is not connected.

        Args:
            resume: The last event that was seen.
            threads: Only events of these threads, and those of none.
            can_renew: Whether there is anybody to ask for a new token.
            acks: Whether to say what has been dealt with.
            name: Of this client, so that the ids of its messages are nobody else's.
            chance: A number between 0 and 1, by which waits differ.
        """
        self.state = State.IDLE
        self.frames: deque[str] = deque()
        """What is to be sent over the connection that there is."""
        self.news: deque[News] = deque()
        """What has happened, for the application."""
        self.heard = 0.0
        """When the server last said something."""
        self.unanswered = Unanswered(name)
        self._cursor = Cursor(resume)
        self._threads = None if threads is None else tuple(threads)
        self._can_renew = can_renew
        self._acks = acks
        self._chance = chance
        self._timers = Timers()
        self._code = 1000
        self._failures = 0
        self._beat_s = 0.0
        self._drain_s: float | None = None
        self._dealt: int | None = None
        self._held_s = 0.0
        self._most_bytes: float = math.inf

    @property
    def position(self) -> Position | None:
        """The last event that was seen."""
        return self._cursor.position

    @property
    def due(self) -> float | None:
        """When `tick` has something to do; None when never."""
        return self._timers.due

    @property
    def is_connected(self) -> bool:
        """Whether there is to be a connection."""
        return self.state in (State.CONNECTING, State.OPEN)

    # What the application wants

    def start(self, now: float) -> None:
        """Connect, and come back after every cut."""
        if self.state in (State.IDLE, State.CLOSED):
            self._dial(now)

    def send(
        self,
        message_type: str,
        payload: Any,
        *,
        thread_id: str | None = None,
        run_id: str | None = None,
    ) -> str:
        """Send a message, now or when there is a connection again; returns its id. One that the
        server says is too big is given back at once.

        Raises:
            Closed: there will be no connection any more.
            NotHandled: too many messages wait already, or the type is a word of the protocol.
        """
        if self.state is State.CLOSED:
            raise Closed(self._code, hint="the client was closed before this was sent")
        is_held = self.unanswered.is_holding
        message_id = self.unanswered.add(message_type, payload, thread_id, run_id)
        if not self._fits(message_id):
            return message_id
        if self.state is State.OPEN and not is_held:
            self.frames.append(self.unanswered.text(message_id))
        return message_id

    def forget(self, message_id: str) -> None:
        """Nobody waits for the answer to a message any more: it is not sent again."""
        self.unanswered.remove(message_id)

    def dealt_with(self, position: Position, now: float) -> None:
        """Everything up to this event has been dealt with."""
        at = self._cursor.position
        # What was before a reset is of no interest to anybody any more.
        if self._acks and self.state is State.OPEN and at and at.epoch == position.epoch:
            self._dealt = position.seq
            self._timers.default("ack", now + _ACK_S)

    def close(self) -> None:
        """End it. Messages that were not handled are given back."""
        if self.state is not State.CLOSED:
            self._over(None, "closed")

    # What happens to its connection

    def opened(self) -> None:
        """There is a connection: say who it is."""
        at = self._cursor.position
        resume = None if at is None else Resume(*at)
        self.frames.append(_text(Hello(resume=resume, threads=self._threads)))

    def hear(self, frame: str, now: float) -> None:
        """Take in what the server says, a message a line."""
        self.heard = now
        for line in frame.split("\n"):
            if not self.is_connected:
                return
            try:
                message = msgspec.json.decode(line)
                if isinstance(message, dict) and "v" in message:
                    self._event(msgspec.convert(message, Event), now)
                else:
                    self._control(message, now)
            except (msgspec.DecodeError, RecursionError):
                # Whatever it was to say is missing now.
                self.ended(1000, now)

    def ended(self, code: int, now: float, *, at_least_s: float = 0.0) -> None:
        """The connection has ended, or never came to be.

        Args:
            code: The close code; 1006 where there is none.
            now: The time.
            at_least_s: How long the server says to stay away.
        """
        if not self.is_connected:
            return
        self._stop()
        if is_final(code) or (needs_token(code) and not self._can_renew):
            self._over(code, f"closed with {code}")
            return
        chance = self._chance()
        if self._drain_s is None:
            wait_s = delay_s(code, self._failures, chance)
        else:
            wait_s = chance * self._drain_s
        self._drain_s = None
        self._failures += 1
        self._become(State.WAITING, code)
        self._timers.set("dial", now + max(wait_s, at_least_s))

    def tick(self, now: float) -> None:
        """Look at the time."""
        for timer in self._timers.gone_off(now):
            match timer:
                case "dial":
                    self._dial(now)
                case "welcome":
                    self.ended(1006, now)
                case "beat":
                    self._beat(now)
                case "held":
                    self._release(now)
                case _:
                    assert self._dealt is not None
                    self.frames.append(_text(Ack(seq=self._dealt)))

    # What only happens inside

    def _dial(self, now: float) -> None:
        self._become(State.CONNECTING)
        self.heard = now
        self._timers.set("welcome", now + CONNECT_S)

    def _event(self, event: Event, now: float) -> None:
        match self._cursor.take(event):
            case "new":
                self.news.append(event)
            case "gap":
                # Never to be shown out of order: what is missing is asked for by coming back.
                self.ended(1000, now)
            case "known":
                pass

    def _control(self, message: Any, now: float) -> None:
        match message:
            case {
                "type": "welcome",
                "epoch": str(epoch),
                "seq": int(seq),
                "heartbeat": float() | int() as beat_s,
                **more,
            }:
                self._bound(more.get("limits"))
                self._welcome(Position(epoch, seq), max(beat_s, _LEAST_BEAT_S), now)
            case {"type": "reset", "epoch": str(epoch), "seq": int(seq), "reason": str(reason)}:
                self._cursor.begin(Position(epoch, seq))
                self._dealt = None
                self._timers.stop("ack")
                # A reason that is not known yet is handed on all the same.
                self.news.append(Reset(epoch=epoch, seq=seq, reason=reason))  # type: ignore[arg-type]
            case {"type": "drain", "within": float() | int() as within_s}:
                self._drain_s = within_s
            case {"type": "ack", "id": str(message_id)}:
                self._settle(message_id, None)
            case {"type": "error", "code": "rate_limited", "ref": str(message_id), **more}:
                wait_s = more.get("retry_after")
                self._hold(message_id, wait_s if isinstance(wait_s, float | int) else 1.0, now)
            case {"type": "error", "code": str(code), "ref": str(message_id)}:
                self._settle(message_id, code)
            case _:
                pass

    def _welcome(self, position: Position, beat_s: float, now: float) -> None:
        self._failures = 0
        self._drain_s = None
        # Where something is missing, `reset` follows, which may never arrive: until then the old
        # position counts, or the next connection would be told that nothing is missing.
        if self._cursor.position is None:
            self._cursor.begin(position)
            self.news.append(position)
        self._timers.stop("welcome")
        self._beat_s = beat_s
        self._timers.set("beat", now + beat_s)
        self._become(State.OPEN)
        for message_id in self.unanswered.ids:
            if self._fits(message_id):
                self.frames.append(self.unanswered.text(message_id))

    def _bound(self, limits: Any) -> None:
        """Know how big a message may be, as the server says."""
        most = limits.get("message_bytes") if isinstance(limits, dict) else None
        self._most_bytes = most if isinstance(most, float | int) else math.inf

    def _fits(self, message_id: str) -> bool:
        """Whether the server takes a message of that size; else it would end this connection, and
        each one over which it is sent again."""
        if len(self.unanswered.text(message_id).encode()) <= self._most_bytes:
            return True
        self._settle(message_id, "too_big")
        return False

    def _beat(self, now: float) -> None:
        if now - self.heard > 2 * self._beat_s:
            self.ended(1006, now)
            return
        self._timers.set("beat", now + self._beat_s)
        self.frames.append(_text(Ping(t=now)))

    def _hold(self, message_id: str, wait_s: float, now: float) -> None:
        is_first = not self.unanswered.is_holding
        if self.unanswered.hold(message_id) and is_first:
            self._held_s = wait_s
            self._timers.set("held", now + wait_s)

    def _release(self, now: float) -> None:
        text = self.unanswered.release()
        if text is not None:
            self.frames.append(text)
        if self.unanswered.is_holding:
            self._timers.set("held", now + self._held_s)

    def _settle(self, message_id: str, problem: str | None) -> None:
        if self.unanswered.remove(message_id):
            self.news.append(Settled(message_id, problem))

    def _over(self, code: int | None, problem: str) -> None:
        self._stop()
        self._code = 1000 if code is None else code
        self._become(State.CLOSED, code)
        self.news.extend(Settled(each, problem) for each in self.unanswered.clear())

    def _stop(self) -> None:
        self._timers.clear()
        self.frames.clear()
        self.unanswered.hold_none()
        self._dealt = None

    def _become(self, state: State, code: int | None = None) -> None:
        self.state = state
        self.news.append(Changed(state, code))


def _text(said: Said) -> str:
    return msgspec.json.encode(said).decode()
