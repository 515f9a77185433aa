"""D: whom a broadcast reaches, and payloads of every kind."""

from __future__ import annotations

import datetime
import decimal
import math
import uuid
from collections.abc import Mapping
from types import MappingProxyType

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.output import recorded
from pluribus.conformance.properties.arrival import frames
from pluribus.conformance.properties.base import Property, decline_when
from pluribus.conformance.properties.faults import must_live_on
from pluribus.conformance.properties.odd import Colour, Opaque, Point, imports
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Member, Sent, Stage

_DEPTH = 60


def _nested(depth: int) -> object:
    value: object = "deep"
    for _ in range(depth):
        value = [value]
    return value


_PLAIN: Mapping[str, object] = MappingProxyType(
    {
        "emoji and combining marks": "e\u0301 \U0001f469\u200d\U0001f4bb \u202eabc \u2028 \x00",
        "a lone surrogate": "\ud800",
        "a long text": "x" * 65_536,
        "deep nesting": _nested(_DEPTH),
        "a number beyond 64 bits": 2**80,
        "not a number": math.nan,
    }
)
"""What JSON, as Python writes it, can hold."""
_OBJECTS: Mapping[str, object] = MappingProxyType(
    {
        "a moment": datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC),
        "an id": uuid.UUID(int=7),
        "a decimal": decimal.Decimal("1.10"),
        "bytes": b"\xff",
        "a set": {1},
        "a member of an enumeration": Colour.RED,
        "a dataclass": Point(1),
        "an object": Opaque(),
    }
)
"""What it cannot."""


async def payload_zoo(stage: Stage, delivery: BoundOperation) -> None:
    """A payload of any kind arrives, or somebody is told that it does not: the call raises, its
    result is false where that of other events is not, or it is logged as a warning or worse, or
    printed. Afterwards the socket is open and reached as before.

    Text with odd characters and of 64 KiB, deep nesting, huge numbers and NaN; and where a payload
    is given as a table also dates, ids, decimals, bytes, sets, enumerations, dataclasses and plain
    objects. None of these has to be sent: that `json.dumps` raises its `TypeError` at the caller
    is as good as any. FAIL when nothing arrives and nobody is told, when the result counts a
    socket as reached that was not, as `reports` declares it, when the socket is closed, or when a
    later event is lost. A lone surrogate is no accident: any client can write one as JSON, and who
    hands it on to others must not lose their sockets by it. Whether what arrives is the same is a
    matter of D5.
    """
    alice = await stage.join(stage.alice)
    plain = await stage.send(delivery, alice)
    if not await stage.arrives(plain, alice):
        raise Unexercised(f"no event of `{delivery.call.name}` arrived", "D1 says more about it")
    is_table = bool({"payload", "message"} & delivery.call.takes)
    kinds = {**_PLAIN, **(_OBJECTS if is_table else {})}
    refused = 0
    for kind, value in kinds.items():
        stage.history.imports |= imports(value)
        with recorded() as lines:
            odd = await stage.try_send(delivery, alice, payload={"odd": value})
            has_arrived = odd.call.error is None and await stage.arrives(odd, alice)
            await stage.settle()
        refused += not has_arrived
        await must_live_on(stage, delivery, alice, f"a payload with {kind}", odd)
        if not has_arrived:
            is_logged = any(each.is_complaint for each in lines())
            _must_be_told(delivery, odd, plain, kind, is_logged=is_logged)
    stage.witness(f"{len(kinds) - refused} odd payloads arrived, and {refused} were refused")


def _must_be_told(
    delivery: BoundOperation, odd: Sent, plain: Sent, kind: str, *, is_logged: bool
) -> None:
    """Fail unless somebody can know that an odd payload was not sent."""
    says_sent = delivery.reported(odd.call.result)
    if odd.call.error is not None or (delivery.reported(plain.call.result) and not says_sent):
        return
    is_counted = delivery.declared.reports and says_sent
    if is_logged and not is_counted:
        return
    returned = f"returned {odd.call.result!r}" if is_counted else "returned"
    raise Failed(
        f"`{delivery.call.name}` {returned} for a payload with {kind}, and nothing arrived",
        delivery.role,
        "lost",
        kind,
        hint="raise what went wrong, return or log it, or send something else instead",
    )


async def broadcast_audience(stage: Stage, delivery: BoundOperation) -> None:
    """A broadcast reaches whom its `audience` says, and nobody else: by default everybody, of all
    users and threads.

    Two sockets of alice, one of hers in another thread, one of bob. Silence of those who are not
    meant counts only where a fence reached them. DECLINED of what is no broadcast. Where D4 is
    declined, each user has one socket.
    """
    decline_when(delivery.role != "broadcast", f"`{delivery.call.name}` is no broadcast")
    alice = await stage.join(stage.alice)
    tabs = [alice]
    elsewhere: list[Member] = []
    if "D4" not in stage.conform.declined:
        tabs.append(await stage.join(stage.alice))
        elsewhere.append(await stage.join(stage.other_thread(stage.alice)))
    bob = await stage.join(stage.bob)
    everybody = [*tabs, *elsewhere, bob]
    meant = {
        "connection": [alice],
        "thread": tabs,
        "user": [*tabs, *elsewhere],
        "all": everybody,
    }[delivery.audience]
    sent = await stage.send(delivery, alice)
    missed = [each for each in meant if not await stage.arrives(sent, each)]
    others = [each for each in everybody if each not in meant]
    fenced = [await stage.fence(delivery, each) for each in others]
    await stage.settle()
    leaked = [each for each in others if stage.count(sent, each)]
    if leaked:
        raise Failed(
            f"`{delivery.call.name}` reached {len(leaked)} sockets for which it was not meant",
            delivery.role,
            "leak",
            evidence=[("reached", each.variable) for each in leaked],
        )
    if len(missed) == len(meant):
        raise Unexercised(f"no event of `{delivery.call.name}` arrived", "D1 says more about it")
    if missed:
        raise Failed(
            f"`{delivery.call.name}` reached {len(meant) - len(missed)} of the {len(meant)}"
            " sockets for which it was meant",
            delivery.role,
            "missed",
            hint=f'`ops.broadcast.audience` is "{delivery.audience}"',
            evidence=[*_missed(missed)],
        )
    if not all(fenced):
        raise Unexercised(
            f"no fence of `{delivery.call.name}` reached the other sockets, so their silence"
            " proves nothing",
            "D1 says more about it",
        )
    stage.witness(f"{len(meant)} sockets were reached, and {len(others)} were not")


def _missed(members: list[Member]) -> list[tuple[str, str]]:
    return [("not reached", f"{each.variable}: {frames(each)}") for each in members]


AUDIENCE = (
    Property(
        "D9", "a broadcast reaches its audience", ("delivery",), judge_delivery=broadcast_audience
    ),
    Property("D14", "odd payloads do no harm", ("delivery",), judge_delivery=payload_zoo),
)
