"""C12: who sends a payload keeps it, and may do with it what they like."""

from __future__ import annotations

import ast

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.properties.base import Property, decline_when
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Stage

_SENT = "as it was sent"
_CHANGED = "changed afterwards"


async def own_payload(stage: Stage, delivery: BoundOperation) -> None:
    """The payload stays the caller's: the call does not change it, nor the table that holds it and
    the event, and what the caller changes in it once the call has returned is not delivered.

    It is changed deep inside as soon as the call returns, before anything that was queued can be
    sent. A payload that is handed on without a copy is one object in the queues of all who get it.
    """
    decline_when(
        not {"payload", "message"} & delivery.call.takes,
        f"`{delivery.call.name}` takes text, which nobody can change",
    )
    member = await stage.join(stage.alice)
    line = len(stage.history.lines)
    notes = [_SENT]
    found: list[list[str]] = []

    def change() -> None:
        found.append(list(notes))
        notes[:] = [_CHANGED]

    stage.on_return = change
    sent = await stage.send(delivery, member, payload={"note": _SENT, "deep": {"notes": notes}})
    stage.on_return = lambda: None
    written = repr({**sent.payload, "deep": {"notes": [_SENT]}})
    became: object = {**sent.payload, "deep": {"notes": (found or [notes])[0]}}
    if "message" in delivery.call.takes:
        became = {**sent.message, "data": became} if "data" in sent.message else sent.message
    # The call was written down before it was made.
    is_kept = sent.message == {"type": sent.event, "data": sent.payload}
    if found != [[_SENT]] or written not in sent.call.source or not is_kept:
        stage.history.lines[line:] = _shown(stage.history.lines[line:], sent.call.source)
        raise Failed(
            f"`{delivery.call.name}` changes the payload that it is given",
            delivery.role,
            "mutated",
            hint="make a copy of it",
            evidence=[("called", sent.call.source), ("it became", repr(became))],
        )
    sent.payload["note"] = _CHANGED
    after = repr(sent.payload)
    stage.history.lines[line:] = [
        f"payload = {written}",
        *(each.replace(written, "payload") for each in stage.history.lines[line:]),
        f'payload["note"] = payload["deep"]["notes"][0] = "{_CHANGED}"',
    ]
    if not await stage.arrives(sent, member):
        raise Unexercised(f"no event of `{delivery.call.name}` arrived", "D1 says more about it")
    await stage.settle()
    frame = next(each.text for each in member.peer.frames if sent.marker in each.text)
    if _CHANGED in frame:
        raise Failed(
            f"what the caller changed after `{delivery.call.name}` had returned was delivered",
            delivery.role,
            "aliased",
            hint="make a deep copy of what is sent later, or turn it into text at once",
            evidence=[("arrived", frame)],
        )
    if repr(sent.payload) != after:
        raise Failed(
            f"after `{delivery.call.name}` had returned the payload was changed",
            delivery.role,
            "mutated",
            hint="make a copy of it",
            evidence=[("the payload was", after), ("and is now", repr(sent.payload))],
        )
    if _SENT not in frame:
        raise Unexercised(
            f"of the payload of `{delivery.call.name}` too little arrived to be recognised",
            "D5 says more about it",
        )
    stage.witness(f"a payload of `{delivery.call.name}` stayed the caller's, and arrived as sent")


def _shown(lines: list[str], called: str) -> list[str]:
    """The call with its table under a name, and what the table is afterwards."""
    call = ast.parse(called, mode="eval").body
    assert isinstance(call, ast.Call)
    for value in (*call.args, *(each.value for each in call.keywords)):
        written = ast.get_source_segment(called, value)
        if isinstance(value, ast.Dict) and written is not None:
            named = [each.replace(written, "payload") for each in lines]
            return [f"payload = {written}", *named, 'print("payload", payload)']
    return lines


ALIASING = (
    Property("C12", "the payload stays the caller's", ("delivery",), judge_delivery=own_payload),
)
