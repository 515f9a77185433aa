"""Clients that go away and come back, and say what they have seen last."""

from __future__ import annotations

import json
from dataclasses import replace

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.binding import Binding
from pluribus.conformance.history import Call
from pluribus.conformance.properties.fields import ABSENT, field_of, table_of
from pluribus.conformance.recording import Who
from pluribus.conformance.ruling import Declined, Unexercised
from pluribus.conformance.stage import Member, Sent, Stage
from pluribus.contract.conform import Resume
from pluribus.errors import ContractError


async def seen_in(stage: Stage, resume: Resume, sent: Sent, member: Member) -> object:
    """The id of an event, as its client has read it.

    Raises:
        Unexercised: the event has not arrived, or its frame has no such field.
    """
    value = field_of(await table_of(stage, sent, member), resume.field)
    if not isinstance(value, int | float | str):
        said = "is missing" if value is ABSENT else f"is {value!r}"
        raise Unexercised(f"the field `{resume.field}`, which is to tell an event, {said}", "")
    return value


async def go_away(stage: Stage, member: Member) -> None:
    """The connection is lost, and the socket is removed."""
    member.peer.leaves()
    await stage.leave(member)


async def try_come_back(
    stage: Stage, resume: Resume, who: Who, seen: object, *, is_reading: bool = True
) -> tuple[Member, Call]:
    """A new socket of `who` is added, with the id of what was seen last; what that raises is in
    the call.

    Raises:
        ContractError: adding has no such parameter.
    """
    instance = await stage.manager(who)
    operation = _with_argument(stage, stage.required("add", instance), resume.parameter, seen)
    peer = await stage.connected(f"{who.name}_socket")
    if peer is None:
        raise Declined("of an application only its own clients know how they come back")
    if not is_reading:
        peer.stall()
    connection = stage.value("connection", f"{stage.base}-b{len(stage.peers)}")
    member = Member(who, peer, instance, connection, peer.id)
    target = f"{peer.id}_id" if operation.declared.yields else ""
    call = await stage.perform(operation, member, target=target)
    if call.error is None:
        if operation.declared.yields:
            member.connection = call.result
        stage.members.append(member)
    return member, call


async def come_back(stage: Stage, resume: Resume, who: Who, seen: object) -> Member:
    """The same.

    Raises:
        Unexercised: it is refused.
    """
    member, call = await try_come_back(stage, resume, who, seen)
    if call.error is not None or call.result is False or not member.peer.is_open:
        refused = call.raised or f"the result {call.result!r}"
        raise Unexercised(f"`{call.name}` refused a client that came back: {refused}", "")
    return member


def tells_of_a_gap(resume: Resume, member: Member) -> bool:
    """Whether some frame of a socket has the declared fields."""
    tables = [table for frame in member.peer.frames if (table := _json(frame.text)) is not None]
    return bool(resume.gap) and any(
        all(field_of(table, path) == value for path, value in resume.gap.items())
        for table in tables
    )


def _json(text: str) -> dict[str, object] | None:
    try:
        table = json.loads(text)
    except ValueError:
        return None
    return table if isinstance(table, dict) else None


def _with_argument(
    stage: Stage, operation: BoundOperation, parameter: str, value: object
) -> BoundOperation:
    call = operation.call
    if all(each.parameter != parameter for each in call.bindings):
        raise ContractError(
            f"concepts.{stage.adapter.concept.name}.conform.resume: `{call.name}` has no"
            f" parameter `{parameter}`"
        )
    bindings = tuple(
        Binding(parameter, value, "declared") if each.parameter == parameter else each
        for each in call.bindings
    )
    return replace(operation, call=replace(call, bindings=bindings))
