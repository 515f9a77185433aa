"""What becomes of instances when many users come: each has one, and who is connected keeps it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import Final

from pluribus.conformance.adapter import BoundFactory
from pluribus.conformance.history import Call
from pluribus.conformance.recording import Who
from pluribus.conformance.ruling import Failed, Hung, Unexercised
from pluribus.conformance.stage import Member, Stage
from pluribus.errors import ContractError

_OTHERS: Final = 150
"""More than `functools.lru_cache` keeps, unless it is told to keep more."""
_PATIENCE_S: Final = 5.0
"""A factory that takes long is asked by fewer."""


async def must_stay(stage: Stage, factory: BoundFactory) -> None:
    """A user whose socket is there is reached through what the factory gives out, however many
    others have asked since. Where no socket can be added, or no event be sent to one user,
    nothing is asked.

    Raises:
        Failed: an instance of its own was given out in the meantime, and it does not reach them.
    """
    # What is given out may have no operations at all, or one may not end: matters of A1 and E13.
    with suppress(Unexercised, ContractError, Hung):
        member = await stage.join(stage.alice)
        before = await stage.obtain(factory, stage.alice)
        if not await _is_reached(stage, replace(member, instance=before.result)):
            return
        _, asked = await _others(stage, factory)
        after = await stage.obtain(factory, stage.alice)
        if after.error is not None or after.result is None or after.result is before.result:
            return
        if await _is_reached(stage, replace(member, instance=after.result)):
            return
        _show(stage, before, after)
        raise Failed(
            f"`{factory.definition}` gives out another instance to a user whose socket is there,"
            f" once {len(asked)} others have asked, and it does not reach that socket",
            factory.definition,
            "evicted",
            hint="let an instance go when its last socket is gone, and not before: a cache that"
            " is bounded, such as `functools.lru_cache`, does not know who is connected",
            evidence=[("not reached", member.variable)],
        )


async def must_be_apart(stage: Stage, factory: BoundFactory) -> None:
    """No two of many users are given one instance, as where they are spread over a few by a hash.

    Raises:
        Failed: two are. They are asked for again, for a history that holds nothing else.
    """
    mark = stage.mark()
    seen: dict[int, int] = {}
    users, calls = await _others(stage, factory)
    found = next(
        (
            (seen[id(each.result)], number)
            for number, each in enumerate(calls)
            if seen.setdefault(id(each.result), number) != number
        ),
        None,
    )
    stage.forget(mark)
    if found is None:
        return
    pair = [users[number] for number in found]
    one, other = [await stage.obtain(factory, each) for each in pair]
    if one.result is not None and one.result is other.result:
        _show(stage, one, other)
        raise Failed(
            f"`{factory.definition}` gives one instance to two of {len(calls)} users",
            factory.definition,
            "spread",
            hint="keep instances under the whole key of the context",
            evidence=[("one user", repr(pair[0].user)), ("another", repr(pair[1].user))],
        )


async def _others(stage: Stage, factory: BoundFactory) -> tuple[list[Who], list[Call]]:
    """Other users and what they were given, as far as they were given something."""
    until = monotonic() + _PATIENCE_S
    users: list[Who] = []
    calls: list[Call] = []
    while len(calls) < _OTHERS and monotonic() < until:
        # Ids that differ in a number alone are spread more evenly than others.
        name = f"{stage.base}{stage.random.getrandbits(32):08x}"
        user, thread = stage.value("user", name), stage.value("thread", f"{name}-t")
        who = Who(f"user_{len(calls)}", user, thread)
        call = await stage.obtain(factory, who)
        if call.error is not None or call.result is None:
            break
        users.append(who)
        calls.append(call)
    return users, calls


def _show(stage: Stage, one: Call, other: Call) -> None:
    """Let the program tell whether two of its instances are one."""
    same = f"{one.target} is {other.target}"
    stage.history.ending.append(f'print("{same}:", {same})')


async def _is_reached(stage: Stage, member: Member) -> bool:
    operation = stage.adapter.operation("emit", member.instance)
    if operation is None or operation.audience == "all":
        raise Unexercised("no event is for one user alone", "")
    sent = await stage.try_send(operation, member)
    return sent.call.error is None and await stage.arrives(sent, member)
