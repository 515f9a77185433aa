"""What several properties ask of what arrives."""

from __future__ import annotations

import asyncio

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.ruling import Unexercised
from pluribus.conformance.stage import Member, Stage


async def must_arrive(stage: Stage, delivery: BoundOperation, *members: Member) -> None:
    """Send an event to each socket and see it arrive.

    Raises:
        Unexercised: it does not, so that nothing that is seen later proves anything.
    """
    for each in members:
        sent = await stage.send(delivery, each)
        if not await stage.arrives(sent, each):
            raise Unexercised(
                f"no event of `{delivery.call.name}` arrived", "D1 says more about it"
            )


async def comes(stage: Stage, marker: str, member: Member) -> bool:
    """Whether an event arrives in the time that the contract gives, counted from now."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + stage.conform.arrival_s
    while not came(marker, member):
        left = deadline - loop.time()
        if left <= 0 or not await member.peer.news(left):
            break
    return came(marker, member)


def came(marker: str, member: Member) -> bool:
    """Whether an event has arrived by now."""
    return any(marker in frame.text for frame in member.peer.frames)


def frames(member: Member) -> str:
    """The first frames of a socket, as evidence."""
    shown = [each.text for each in member.peer.frames[:8]]
    left = len(member.peer.frames) - len(shown)
    return "; ".join(shown or ["none"]) + (f"; and {left} more" if left else "")
