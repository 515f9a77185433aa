"""Several sockets of one audience, also where a user has no more than one."""

from __future__ import annotations

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.history import Call
from pluribus.conformance.properties.base import decline_when
from pluribus.conformance.recording import Who
from pluribus.conformance.stage import Member, Stage


def guest(stage: Stage) -> Who:
    """A user who was not there before."""
    number = len(stage.peers) + 1
    user = stage.value("user", f"{stage.base}g{number}")
    return Who(f"guest{number}", user, stage.value("thread", f"{stage.base}-tg{number}"))


def somebody(stage: Stage, delivery: BoundOperation) -> Who:
    """Whose socket is one more of those that an event reaches: of what is for all a user of its
    own, else alice's.

    Declines where D4 is declined, because then a user is reached by one socket alone.
    """
    if delivery.audience == "all":
        return guest(stage)
    decline_when(
        "D4" in stage.conform.declined, "D4 is declined: not every socket of a user is reached"
    )
    return stage.alice


def is_refused(stage: Stage, call: Call) -> bool:
    """Whether adding a socket says that it was not taken in: it raises, returns False, or returns
    None where it returned something of the first that there was."""
    if call.error is not None or call.result is False:
        return True
    # What gives out the socket that had to go gives nothing out for the first, and refuses nobody.
    first = next(each for each in stage.history.calls if each.role == "add")
    return call.result is None and first.result is not None


async def crowd(stage: Stage, delivery: BoundOperation, count: int) -> list[Member]:
    """So many sockets that an event reaches, all of one instance unless it is for all."""
    return [await stage.join(somebody(stage, delivery)) for _ in range(count)]
