"""The operations of an instance that deliver something."""

from __future__ import annotations

from typing import Final

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.candidates import taking_content
from pluribus.conformance.recording import Who
from pluribus.conformance.ruling import Unexercised
from pluribus.conformance.stage import Stage

DELIVERIES: Final = ("emit", "broadcast")


async def deliveries(stage: Stage, who: Who) -> list[BoundOperation]:
    """All that the instance which serves `who` has, at least one.

    Raises:
        Unexercised: there is no instance, or it delivers nothing.
    """
    instance = await stage.manager(who)
    found: list[BoundOperation] = []
    for role in DELIVERIES:
        operation = stage.adapter.operation(role, instance)
        if operation is not None:
            found.append(operation)
        elif stage.adapter.declared(role).call:
            stage.required(role, instance)
    if not found:
        raise Unexercised(
            "no operation delivers anything",
            f"declare `ops.emit.call` or `ops.broadcast.call`{taking_content(instance)}, or allow"
            " it with a reason",
        )
    return found
