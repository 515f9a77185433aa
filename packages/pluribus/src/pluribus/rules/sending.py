"""Which methods of an owner send events, and which event a call of one hands over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from pluribus.codebase import Argument, Definition, MethodCall
from pluribus.rules.subject import Subject

EVENT_PARAMETERS = (
    "event",
    "event_type",
    "event_name",
    "event_kind",
    "event_id",
    "message_type",
    "msg_type",
    "kind",
    "type",
    "type_",
    "topic",
    "name",
)
"""What a parameter that takes the name of an event is called, the most telling first."""

WITNESSES = 2
"""So many declared events must be handed over somewhere; one alone may be chance."""


class Send(msgspec.Struct, frozen=True):
    """A call of a sending method, and the event that it hands over."""

    call: MethodCall
    event: Argument
    method: Definition


def senders(subject: Subject) -> tuple[str, ...]:
    """Methods of the owner that may send, by their signatures alone."""
    if subject.owner_class is None or not subject.concept.events:
        return ()
    return tuple(each.name for each in subject.owner_class.methods if event_parameter(each))


def event_parameter(method: Definition) -> str | None:
    """The parameter of a method that takes an event; None when nothing says that one does."""
    takes = {each.name for each in method.parameters[1:] if not each.kind.startswith("var-")}
    # What a decorator makes of the parameters is unknown.
    names = () if method.decorators else EVENT_PARAMETERS
    return next((name for name in names if name in takes), None)


def sends(subject: Subject) -> list[Send]:
    """Calls that hand an event over to the owner, those alone whose event is known.

    A method sends where its signature has a parameter for an event, and declared events are
    handed to it somewhere.
    """
    by_method: dict[int, list[Send]] = defaultdict(list)
    # To look for calls costs much; without events there is nothing to look for.
    for call in subject.method_calls if subject.concept.events else ():
        if call.target is not None and call.arguments:
            by_method[call.target] += _handed(call, subject.codebase.definition(call.target))
    declared = {*subject.concept.events}
    needed = min(WITNESSES, len(declared))
    found = []
    for handed in by_method.values():
        if declared and len({each.event.word for each in handed} & declared) >= needed:
            found += handed
    return found


def _handed(call: MethodCall, method: Definition) -> Iterator[Send]:
    parameter = event_parameter(method) if method.kind == "function" else None
    # `self` stands before all that a call hands over.
    by_position = [each.name for each in method.parameters[1:] if "positional" in each.kind]
    for argument in call.arguments:
        at = by_position[argument.position : argument.position + 1]
        if parameter is not None and parameter == (argument.keyword or next(iter(at), None)):
            yield Send(call, argument, method)
