"""D: what stands in each frame: declared fields, and numbers in a sequence."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.properties.base import Property, decline_when
from pluribus.conformance.properties.runs import must_be_told_the_event
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Member, Sent, Stage

ABSENT = object()
"""In place of a field that is not there."""
_NUMBERS = 4


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_KINDS: Mapping[str, Callable[[object], bool]] = MappingProxyType(
    {
        "any": lambda value: True,
        "str": lambda value: isinstance(value, str),
        "int": lambda value: _is_number(value) and isinstance(value, int),
        "number": _is_number,
        "bool": lambda value: isinstance(value, bool),
        "list": lambda value: isinstance(value, list),
        "dict": lambda value: isinstance(value, dict),
        "null": lambda value: value is None,
    }
)


async def schema(stage: Stage, delivery: BoundOperation) -> None:
    """Each event arrives with the fields that `fields` declares for it, and they are of the
    declared types.

    `a.b` is the field `b` of the table `a`. There may be more. DECLINED where `fields` declares
    none, or where the operation is not told the event; NOT_EXERCISED when an event does not
    arrive, or what arrives is no JSON table.
    """
    declared = stage.conform.fields
    decline_when(not declared, "`fields` declares none")
    must_be_told_the_event(delivery)
    member = await stage.join(stage.alice)
    for event, fields in declared.items():
        sent = await stage.send(delivery, member, event=event)
        table = await table_of(stage, sent, member)
        for path, kind in fields.items():
            value = field_of(table, path)
            if value is ABSENT or not _KINDS[kind](value):
                found = "is missing" if value is ABSENT else f"is {json.dumps(value)}"
                raise Failed(
                    f"of `{event}` the field `{path}` {found}, and {kind} is declared",
                    delivery.role,
                    event,
                    path,
                    evidence=[("frame", json.dumps(table, ensure_ascii=False))],
                )
    total = sum(map(len, declared.values()))
    stage.witness(f"{len(declared)} events of `{delivery.call.name}` with {total} fields")


async def sequence(stage: Stage, delivery: BoundOperation) -> None:
    """The field that `sequence` names is in every frame of an event, and never twice the same on
    one socket. Numbers rise; text that stands for one user's events is never another's.

    Events for alice and bob are sent in turns. DECLINED where `sequence` is not declared;
    NOT_EXERCISED when an event does not arrive, or what arrives is no JSON table.
    """
    path = stage.conform.sequence
    decline_when(path is None, "`sequence` names no field")
    assert path is not None
    members = [await stage.join(stage.alice), await stage.join(stage.bob)]
    found: list[list[object]] = [[], []]
    for _ in range(_NUMBERS):
        for member, numbers in zip(members, found, strict=True):
            sent = await stage.send(delivery, member)
            value = field_of(await table_of(stage, sent, member), path)
            if not isinstance(value, int | float | str) or isinstance(value, bool):
                said = "is missing" if value is ABSENT else f"is {json.dumps(value)}"
                raise Failed(
                    f"the field `{path}`, which is to number the events, {said}",
                    delivery.role,
                    "missing",
                )
            numbers.append(value)
    for numbers in found:
        _must_be_a_sequence(delivery, path, numbers)
    both = {each for each in found[0] if isinstance(each, str)} & set(found[1])
    if both and delivery.audience != "all":
        raise Failed(
            f"two users' events have the same `{path}`",
            delivery.role,
            "shared",
            evidence=[("both", ", ".join(map(str, sorted(map(str, both)))))],
        )
    stage.witness(f"{_NUMBERS} events each of two users, numbered by `{path}`")


def _must_be_a_sequence(delivery: BoundOperation, path: str, numbers: list[object]) -> None:
    shown = ", ".join(map(str, numbers))
    if len(set(numbers)) < len(numbers):
        raise Failed(
            f"two events of `{delivery.call.name}` have the same `{path}`",
            delivery.role,
            "twice",
            evidence=[("numbers", shown)],
        )
    plain = [each for each in numbers if isinstance(each, int | float)]
    if plain != sorted(plain):
        raise Failed(
            f"the numbers in `{path}` do not rise from one event of `{delivery.call.name}` to the"
            " next",
            delivery.role,
            "order",
            evidence=[("numbers", shown)],
        )


async def table_of(stage: Stage, sent: Sent, member: Member) -> dict[str, object]:
    """The frame in which an event arrived, as JSON.

    Raises:
        Unexercised: it has not arrived, or is no JSON table.
    """
    if not await stage.arrives(sent, member):
        raise Unexercised(f"no event of `{sent.call.name}` arrived", "D1 says more about it")
    text = next(each.text for each in member.peer.frames if sent.marker in each.text)
    try:
        table = json.loads(text)
    except ValueError:
        table = None
    if not isinstance(table, dict):
        raise Unexercised("what arrives is no JSON table, so it has no fields", "")
    return table


def field_of(table: Mapping[str, object], path: str) -> object:
    """What stands in a field, `a.b` inside of `a`; `ABSENT` where there is none."""
    if path in table:
        return table[path]
    value: object = table
    for step in path.split("."):
        if not isinstance(value, dict) or step not in value:
            return ABSENT
        value = value[step]
    return value


FIELDS = (
    Property("D7", "events have their declared fields", ("delivery",), judge_delivery=schema),
    Property("D13", "events are numbered as declared", ("delivery",), judge_delivery=sequence),
)
