"""B: what becomes of an instance that is released, and of what it leaves."""

from __future__ import annotations

from time import monotonic

from pluribus.conformance.adapter import BoundFactory, BoundOperation
from pluribus.conformance.growth import Container, Growth
from pluribus.conformance.history import Call
from pluribus.conformance.properties.base import Property, decline_when
from pluribus.conformance.properties.factory import called, misbinding, must_have
from pluribus.conformance.recording import Who
from pluribus.conformance.releasing import release
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Member, Stage
from pluribus.conformance.subject import belongs_to, packages_of

UNDECLARED = "no `ops.dispose` says how an instance is released"
_USERS = 8
MANY_USERS = 1100
"""More than a cache remembers that is bounded on purpose."""
_PATIENCE_S = 10.0


async def fresh_after_release(stage: Stage) -> None:
    """Who asks again after a release gets a new instance, and everybody else keeps theirs.

    Released as `ops.dispose` says. The new one is bound as B7 asks, and is itself kept.
    """
    decline_when(stage.conform.ops.dispose is None, UNDECLARED)
    for factory in called(stage):
        first = await _obtained(stage, factory, stage.alice)
        others = await _obtained(stage, factory, stage.bob)
        _must_be_released(await release(stage, stage.alice, first.result, first.target))
        second = await stage.obtain(factory, stage.alice)
        if second.error is not None or second.result is None:
            raise Failed(
                f"`{factory.definition}` gives out no instance after the release of one:"
                f" {second.raised or 'it returns None'}",
                factory.definition,
                "none",
            )
        if second.result is first.result:
            raise Failed(
                f"`{factory.definition}` gives out the instance that was released",
                factory.definition,
                "same",
                hint="forget it when it is released",
            )
        wrong = misbinding(stage, second.result, stage.alice)
        if wrong is not None:
            raise Failed(
                f"`{factory.definition}` gives out an instance that is bound to another"
                f" {wrong.role} after a release",
                factory.definition,
                wrong.role,
                evidence=wrong.evidence(),
            )
        for call, who, whose in (
            (second, stage.alice, "the instance that follows a released one"),
            (others, stage.bob, "another user's instance"),
        ):
            if stage.adapter.sharing == "shared" and call is others:
                continue
            again = await _obtained(stage, factory, who)
            if again.result is not call.result:
                raise Failed(
                    f"`{factory.definition}` does not keep {whose} after a release",
                    factory.definition,
                    "lost",
                    evidence=[("whose", who.name)],
                )
        stage.witness(f"`{factory.definition}` gave out a new instance after a release")


async def no_old_sockets(stage: Stage, delivery: BoundOperation) -> None:
    """What is sent by the instance that follows a released one reaches none of its sockets, and
    what is still sent by the released one, which may refuse, reaches none of the new ones.
    """
    decline_when(stage.conform.ops.dispose is None, UNDECLARED)
    called(stage)
    decline_when(
        "websocket" in delivery.call.takes, "it is handed the socket itself, whosoever it is"
    )
    old = await stage.join(stage.alice)
    await _must_reach(stage, delivery, old, "no event arrived before the release")
    _must_be_released(
        await release(stage, stage.alice, old.instance, stage.variable(old.instance))
    )
    new = await stage.join(stage.alice)
    decline_when(new.instance is old.instance, "the instance is the same; B11 must hold")
    since = len(stage.markers)
    sent = await stage.send(delivery, new)
    if not await stage.arrives(sent, new):
        raise Failed(
            f"`{delivery.call.name}` of the instance that follows a released one reaches nobody",
            delivery.role,
            "nobody",
        )
    await stage.settle()
    if set(stage.order(old)) & set(stage.markers[since:]):
        raise Failed(
            f"`{delivery.call.name}` reached a socket of an instance that was released",
            delivery.role,
            "old",
            hint="let its sockets go when it is released",
        )
    late = await stage.try_send(delivery, old)
    if not await stage.fence(delivery, new):
        raise Unexercised("no event arrived in the end", "D1 says more about it")
    if stage.count(late, new):
        raise Failed(
            f"`{delivery.call.name}` of a released instance reached a socket of its successor",
            delivery.role,
            "new",
        )
    stage.witness("a socket was reached before the release, and another one after it")


async def bounded_registry(stage: Stage) -> None:
    """What a factory keeps of users who were released does not grow with their number.

    Eight users get an instance that is released, then eight more; every container that is
    reached from the factory and has grown by each of them is watched while a thousand more come
    and go, so that a cache which is bounded on purpose is not taken for a leak.
    """
    decline_when(stage.conform.ops.dispose is None, UNDECLARED)
    decline_when(stage.adapter.sharing == "shared", "one instance is shared by all")
    is_own = belongs_to(packages_of(stage.adapter.concept))
    for factory in called(stage):
        guests = _Guests(stage, factory)
        growth = Growth([factory.target], is_own)
        await guests.come_and_go(_USERS)
        growth.look()
        await guests.come_and_go(_USERS)
        suspects = _by_each(growth.look(), _USERS)
        if suspects:
            await _must_be_bounded(guests, growth, factory)
        stage.witness(
            f"`{factory.definition}` kept nothing of {2 * _USERS} users who were released"
        )


async def _must_be_bounded(guests: _Guests, growth: Growth, factory: BoundFactory) -> None:
    came = await guests.come_and_go(MANY_USERS)
    grown = _by_each(growth.look(), came)
    if not grown:
        return
    if came < MANY_USERS:
        raise Unexercised(
            f"`{grown[0].path}` grows with each user, and only {came} came in time",
            "a factory that takes less time can be watched for longer",
        )
    raise Failed(
        f"`{factory.definition}` keeps something of every user, also of those who were released",
        factory.definition,
        hint="forget what belongs to a user when their instance is released",
        evidence=[("grew by one a user", each.path) for each in grown[:3]],
    )


def _by_each(grown: list[Container], users: int) -> list[Container]:
    return [each for each in grown if each.grew_by >= users]


class _Guests:
    """Users who get an instance, and whose instance is released at once."""

    def __init__(self, stage: Stage, factory: BoundFactory) -> None:
        self._stage = stage
        self._factory = factory
        self._came = 0

    async def come_and_go(self, count: int) -> int:
        """How many did, of `count`, before patience was at its end."""
        stage, until = self._stage, monotonic() + _PATIENCE_S
        for number in range(count):
            self._came += 1
            who = stage.somebody(self._came)
            mark = stage.mark()
            call = await _obtained(stage, self._factory, who)
            _must_be_released(await release(stage, who, call.result, call.target))
            if self._came > 2:
                # Two show it; the program of a failure need not hold a thousand.
                stage.forget(mark)
            if monotonic() > until:
                return number + 1
        return count


async def _obtained(stage: Stage, factory: BoundFactory, who: Who) -> Call:
    call = await stage.obtain(factory, who)
    must_have(call, factory)
    return call


def _must_be_released(call: Call) -> None:
    if call.error is not None:
        raise Failed(
            f"`{call.name}` raised {call.raised} when it released an instance",
            call.name,
            "raised",
        )


async def _must_reach(
    stage: Stage, delivery: BoundOperation, member: Member, otherwise: str
) -> None:
    sent = await stage.send(delivery, member)
    if not await stage.arrives(sent, member):
        raise Unexercised(otherwise, "D1 says more about it")


RELEASE = (
    Property("B11", "after a release there is a new instance", ("factory",), fresh_after_release),
    Property(
        "B12",
        "a new instance reaches no old socket",
        ("factory",),
        judge_delivery=no_old_sockets,
    ),
    Property("B15", "what is kept does not grow", ("factory",), bounded_registry, takes_long=True),
)
