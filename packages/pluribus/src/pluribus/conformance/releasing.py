"""How the instance of a user is released: by a method of it, or by a function of the code base."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pluribus.conformance.adapter import MAKING, Adapter
from pluribus.conformance.binding import BoundCall, bind
from pluribus.conformance.history import Call
from pluribus.conformance.making import Made, import_of
from pluribus.conformance.recording import Who
from pluribus.conformance.ruling import Unexercised
from pluribus.conformance.stage import Stage
from pluribus.errors import ContractError

RELEASING: Final = (*MAKING, "manager")


@dataclass(frozen=True)
class BoundDisposal:
    """What releases one instance."""

    definition: str
    target: Callable[..., object]
    call: BoundCall
    is_method: bool


def disposal_of(adapter: Adapter, instance: object) -> BoundDisposal | None:
    """What releases `instance`; None when the contract does not say.

    Raises:
        ContractError: it cannot be imported or bound.
        Unexercised: the instance has no such method.
    """
    declared = adapter.conform.ops.dispose
    if declared is None:
        return None
    is_method = ":" not in declared.call
    table = f"concepts.{adapter.concept.name}.conform.ops.dispose"
    target = (
        getattr(instance, declared.call, None) if is_method else adapter.resolve(declared.call)
    )
    if not callable(target):
        if is_method:
            raise Unexercised(f"the instance has no `{declared.call}`", "mend `ops.dispose`")
        raise ContractError(f"{table}: `{declared.call}` cannot be called")
    context = adapter.concept.context
    call = bind(
        target,
        declared.call,
        declared.args,
        table=table,
        roles=RELEASING,
        context=adapter.conform.context,
        context_parameter=context.parameter if context else None,
        numbers=adapter.conform.values.numbers,
    )
    return BoundDisposal(declared.call, target, call, is_method)


async def release(stage: Stage, who: Who, instance: object, variable: str) -> Call:
    """Release an instance that `variable` stands for; what that raises is in the call.

    Raises:
        Unexercised: it cannot be released.
    """
    disposal = disposal_of(stage.adapter, instance)
    if disposal is None:
        raise Unexercised("nothing says how an instance is released", "declare `ops.dispose`")
    roles = stage.roles(who)
    roles["manager"] = lambda: Made(instance, variable)
    positional, named = disposal.call.arguments(roles)
    roles.clear()  # they refer to each other, and to the instance, which may have to be freed
    name = f"{variable}.{disposal.definition}"
    if not disposal.is_method:
        line, name = import_of(disposal.definition)
        stage.history.imports.add(line)
    call = await stage.record("dispose", name, disposal.target, positional, named, "")
    stage.let_go(instance)
    return call
