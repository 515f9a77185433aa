"""Whatever a network does: each event once and in order, or a reset; each message handled once.

The far end is the server's own session. Between is a network that cuts, freezes, and eats or
repeats what it carries.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from dataclasses import dataclass, field

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from pluribus_unum.client import Event, Machine, Position, Reset, State
from pluribus_unum.client.machine import Settled
from pluribus_unum.core.session import Session
from pluribus_unum.core.stream import Stream
from pluribus_unum.core.wire import Hello, Message, Problem
from pluribus_unum.limits import Limits

LIMITS = Limits(
    events_per_user=6, age_s=1e9, lag_s=1e9, messages_per_s=2, message_burst=3, heartbeat_s=20
)


@dataclass
class Line:
    """One connection, with what is under way in it."""

    session: Session
    up: deque[str] = field(default_factory=deque)
    down: deque[str] = field(default_factory=deque)


class Clients(RuleBasedStateMachine):
    """One client of one user, which may also die and begin again where it was."""

    @initialize(threads=st.sampled_from([None, ("t1",)]), acks=st.booleans())
    def begin(self, threads: tuple[str, ...] | None, acks: bool) -> None:
        self.now = 100.0
        self.epochs = 1
        self.stream = Stream(LIMITS, "e1")
        self.truth: dict[tuple[str, int], tuple[int, str | None]] = {}
        self.count = 0
        self.threads, self.acks = threads, acks
        self.line: Line | None = None
        self.is_frozen = False
        self.carried: str | None = None
        self.handled: Counter[str] = Counter()
        self.settled: dict[str, str | None] = {}
        self.asked: dict[str, bool] = {}
        self.lives = 0
        self.position: Position | None = None
        self.machine = self._machine()
        self.carry(2)

    # What the server does

    @rule(
        threads=st.lists(st.sampled_from([None, "t1", "t2"]), min_size=1, max_size=5),
        frames=st.integers(0, 6),
    )
    def emit(self, threads: list[str | None], frames: int) -> None:
        for each in threads:
            self._emit(each)
        self.carry(frames)

    def _emit(self, thread: str | None) -> None:
        self.count += 1
        body = {"v": 1, "type": "x", "id": "1", "timestamp": 0, "payload": self.count}
        self.stream.append(json.dumps(body), self.now, thread=thread)
        self.truth[self.stream.epoch, self.stream.seq] = (self.count, thread)

    @rule(while_away=st.booleans())
    def lose_everything(self, while_away: bool) -> None:
        """The broker comes back empty; of those who are away, after they have asked again."""
        if while_away:
            self._hang_up(1006)
        self.epochs += 1
        self.stream.restart(f"e{self.epochs}", 0)
        if while_away:
            self._wait(1.0)
            self._carry()

    @precondition(lambda self: self.line is not None)
    @rule()
    def whisper(self) -> None:
        body = {"v": 1, "type": "x", "id": "1", "timestamp": 0, "payload": "typing"}
        assert self.line is not None
        self.line.session.tell_text(json.dumps(body))

    @precondition(lambda self: self.line is not None)
    @rule(code=st.sampled_from([1006, 4100, 4200, 4202, 4204]), is_drain=st.booleans())
    def end(self, code: int, is_drain: bool) -> None:
        if is_drain:
            self.machine.hear('{"type":"drain","within":4}', self.now)
        self._hang_up(code)

    # What the network does

    @rule(frames=st.integers(1, 10))
    def carry_more(self, frames: int) -> None:
        self.carry(frames)

    def carry(self, frames: int) -> None:
        for _ in range(frames):
            self._carry()

    @rule()
    def come_back(self) -> None:
        """Whoever waits has waited, and is welcomed."""
        self._wait(8.0)
        self.carry(2)

    @rule()
    def cut(self) -> None:
        self._hang_up(1006)

    @rule(seconds=st.integers(1, 90))
    def freeze(self, seconds: int) -> None:
        """Nothing arrives for a while, and nobody is told."""
        before = self.line
        self.is_frozen = True
        for _ in range(seconds):
            self._wait(1.0)
        assert seconds < 61 or self.line is None or self.line is not before
        self.is_frozen = False

    @rule(index=st.integers(0, 3), frames=st.integers(0, 6))
    def eat_an_event(self, index: int, frames: int) -> None:
        """What is no event is not eaten: no client could tell."""
        line = self.line
        if line is not None:
            self._emit(None)
            self._produce(line)
            if index < len(line.down) and '"v"' in line.down[index]:
                del line.down[index]
            self._emit(None)
            self.carry(frames)

    @rule()
    def repeat_an_event(self) -> None:
        if self.line is not None and self.carried is not None:
            self.line.down.appendleft(self.carried)
            self._carry()

    @rule(seconds=st.sampled_from([0.1, 1.0, 12.0]))
    def wait(self, seconds: float) -> None:
        self._wait(seconds)

    # What the application does

    @rule(is_good=st.booleans(), number=st.sampled_from([1, 1, 6]))
    def send(self, is_good: bool, number: int) -> None:
        for _ in range(number):
            self.asked[self.machine.send("say", is_good)] = is_good

    @rule()
    def die_and_begin_again(self) -> None:
        """A process is started again with the position that it kept."""
        for each in list(self.asked):
            if each not in self.settled:
                del self.asked[each]
        self.line = None
        self.machine = self._machine()

    # How it is played

    def _machine(self) -> Machine:
        self.lives += 1
        made = Machine(
            resume=self.position,
            threads=self.threads,
            can_renew=True,
            acks=self.acks,
            name=f"life{self.lives}",
            chance=lambda: 0.5,
        )
        made.start(self.now)
        return made

    def _dial(self) -> None:
        if self.line is None and self.machine.state is State.CONNECTING and not self.is_frozen:
            self.line = Line(Session("c", self.stream, LIMITS, self.now, batches=False))
            self.carried = None
            self.machine.opened()

    def _hang_up(self, code: int) -> None:
        self.line = None
        self.machine.ended(code, self.now)
        self._look()

    def _carry(self) -> bool:
        """Carry a frame each way; False when there was none."""
        self._dial()
        self._look()
        line = self.line
        if line is None or self.is_frozen:
            return False
        line.up.extend(self.machine.frames)
        self.machine.frames.clear()
        is_busy = bool(line.up)
        if line.up:
            self._serve(line, line.up.popleft())
        self._produce(line)
        if line.down:
            is_busy = True
            frame = line.down.popleft()
            if '"v"' in frame and '"seq"' in frame:
                self.carried = frame
            else:
                self.carried = None
            self.machine.hear(frame, self.now)
        self._look()
        return is_busy

    @staticmethod
    def _produce(line: Line) -> None:
        while (frame := line.session.frame()) is not None:
            line.down.append(frame)

    def _serve(self, line: Line, text: str) -> None:
        session = line.session
        assert session.is_open or '"hello"' in text, "the first word is hello"
        match session.receive(text, self.now):
            case Hello(resume=resume, threads=threads):
                session.welcome(None if resume is None else Position(*_pair(resume)), threads)
            case Message(id=str(message_id), payload=True) as message:
                if not self.handled[message_id]:
                    self.handled[message_id] += 1
                session.accept(message)
            case Message(id=message_id):
                session.tell(Problem(code="failed", ref=message_id))
            case _:
                pass
        assert session.closing is None or session.closing.code == 4101
        if session.closing is not None:
            self._hang_up(session.closing.code)

    def _look(self) -> None:
        """Take in what has become of the client."""
        machine = self.machine
        if not machine.is_connected:
            self.line = None
        while machine.news:
            match machine.news.popleft():
                case Event() as event:
                    self._see(event)
                case Reset(epoch=epoch, seq=seq):
                    assert (epoch, seq) != self.position
                    self.position = Position(epoch, seq)
                case Position() as position:
                    assert self.position is None, "without a reset nobody begins anew"
                    self.position = position
                case Settled(message_id, problem):
                    assert message_id not in self.settled, "an answer comes once"
                    self.settled[message_id] = problem
                case _:
                    pass

    def _see(self, event: Event) -> None:
        if event.seq is None:
            return
        at = self.position
        assert at is not None
        payload, thread = self.truth[at.epoch, event.seq]
        assert event.payload == payload, "an event is what was sent under its number"
        assert self._wants(thread)
        assert event.seq > at.seq, "nothing is shown twice or late"
        between = range(at.seq + 1, event.seq)
        missing = [each for each in between if self._wants(self.truth[at.epoch, each][1])]
        assert not missing, "nothing is left out without a reset"
        self.position = Position(at.epoch, event.seq)
        self.machine.dealt_with(self.position, self.now)

    def _wants(self, thread: str | None) -> bool:
        return self.threads is None or thread is None or thread in self.threads

    def _wait(self, seconds: float) -> None:
        self.now += seconds
        self.machine.tick(self.now)
        self._look()

    def teardown(self) -> None:
        if not hasattr(self, "machine"):
            return
        self._emit(None)  # or nobody could tell that the last one was eaten
        for _ in range(400):
            if not self._carry():
                if self.machine.state is State.OPEN and not self.machine.unanswered.ids:
                    break
                self._wait(0.5)
        assert self.machine.state is State.OPEN, "it never gives up"
        assert self.settled.keys() >= self.asked.keys(), "each message has an answer"
        for message_id, is_good in self.asked.items():
            assert self.settled[message_id] == (None if is_good else "failed")
            assert self.handled[message_id] == is_good
        assert max(self.handled.values(), default=0) <= 1
        assert self.position is not None
        assert self.position.epoch == self.stream.epoch
        rest = range(self.position.seq + 1, self.stream.seq + 1)
        assert not [each for each in rest if self._wants(self.truth[self.stream.epoch, each][1])]


def _pair(resume: msgspec.Struct) -> tuple[str, int]:
    epoch, seq = msgspec.structs.astuple(resume)
    return epoch, seq


Clients.TestCase.settings = settings(
    max_examples=100, stateful_step_count=30, deadline=None, derandomize=True
)
TestClients = Clients.TestCase
