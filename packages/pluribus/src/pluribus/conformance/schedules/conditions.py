"""The conditions under which a run takes place: plain ones, unless somebody decides otherwise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from pluribus.conformance.history import Call, History
from pluribus.conformance.peer import Peer, plain_peer
from pluribus.conformance.schedules.decisions import Decisions
from pluribus.conformance.schedules.slow import Latency, SlowPeer, decided
from pluribus.conformance.waiting import own_chain


@dataclass(frozen=True)
class Pending:
    """A call that is awaited."""

    call: Call
    inner: Coroutine[Any, Any, object]
    began_s: float
    """By the clock of the loop."""


@dataclass
class Conditions:
    """What surrounds a subject."""

    decisions: Decisions = field(default_factory=Decisions)
    scenario: str = ""
    """Which of the property's scenarios is played."""
    is_scheduled: bool = False
    """Whether the loop itself notices that nothing goes on, so that no call needs a timer."""
    is_calm: bool = True
    """Whether sockets take no time: while a scene is set, and when all is over."""
    span: tuple[int, int | None] = (0, None)
    """When it was not, by the moments of the history."""
    peer: Callable[[str, History, type[Exception] | None], Peer] = plain_peer
    """Makes the sockets, which raise the exception when their connection is lost."""
    around: Callable[[Call, Awaitable[object]], Awaitable[object]] = lambda call, result: result
    """Stands between the kit and what a call has returned to be awaited."""
    patience_s: float = float("inf")
    """How long a call may be awaited, by the clock of the loop."""
    pending: list[Pending] = field(default_factory=list)
    """The calls that are awaited now, the longest waiting first."""

    def take(self, latency: Latency) -> None:
        """Let every socket made from now on take its time, unless it is calm."""

        def passing(what: str) -> int:
            return 0 if self.is_calm else latency(what)

        self.peer = lambda name, history, loss: SlowPeer(name, history, passing, loss=loss)

    def unsettle(self, history: History) -> None:
        """From now on all takes its time: what is judged begins."""
        self.is_calm = False
        self.span = (history.tick(), None)

    def calm(self, history: History) -> None:
        """What is judged has happened."""
        self.is_calm = True
        self.span = (self.span[0], history.tick())

    def chains(self) -> list[str]:
        """What every call that is awaited now waits for."""
        return [" > ".join(own_chain(each.inner)) or each.call.name for each in self.pending]

    def overdue(self, now_s: float) -> list[Call]:
        """The calls that have been awaited for too long."""
        return [each.call for each in self.pending if now_s - each.began_s > self.patience_s]


def scheduled(decisions: Decisions, scenario: str) -> Conditions:
    """Conditions in which all that may differ is decided."""
    conditions = Conditions(decisions, scenario, is_scheduled=True)
    conditions.take(decided(decisions))
    return conditions
