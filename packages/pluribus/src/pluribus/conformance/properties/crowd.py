"""Several sockets of one audience, also where a user has no more than one."""

from __future__ import annotations

from pluribus.conformance.adapter import BoundOperation
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


async def crowd(stage: Stage, delivery: BoundOperation, count: int) -> list[Member]:
    """So many sockets that an event reaches, all of one instance unless it is for all."""
    return [await stage.join(somebody(stage, delivery)) for _ in range(count)]
