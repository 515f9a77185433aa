"""C7: what calls leave behind in the task and the thread that they are made from."""

from __future__ import annotations

from pluribus.conformance.deliveries import deliveries
from pluribus.conformance.graph.holding import Holding
from pluribus.conformance.properties.base import IN_MEMORY, Property
from pluribus.conformance.residue import Residue, ThreadLocals, in_context
from pluribus.conformance.ruling import Failed
from pluribus.conformance.stage import Stage
from pluribus.conformance.strangers import joined, strangers, told


async def no_residue(stage: Stage) -> None:
    """When a call has returned, no context variable of the task and no thread-local of the thread
    that called holds anything of the user whom it was for.

    One task may serve many users in turn: what is left there is read in the next one's name. A
    variable that is set back with its token leaves nothing.
    """
    user, _ = strangers(stage, sockets=1)
    operations = await deliveries(stage, user.who)
    instance = await stage.manager(user.who)
    own = [] if stage.adapter.sharing == "shared" else [instance]
    holding = Holding([*user.canaries, *own], stage.adapter.is_project)
    locals_ = ThreadLocals(stage.adapter.is_project)
    await joined(stage, user)
    _must_be_clean(stage, holding, locals_)
    await told(stage, operations, user)
    _must_be_clean(stage, holding, locals_)
    if stage.adapter.operation("remove", instance) is not None:
        await stage.leave(user.members[-1])
    locals_.look_up()
    _must_be_clean(stage, holding, locals_)
    stage.witness("after each call the variables of its context and its thread were looked into")


def _must_be_clean(stage: Stage, holding: Holding, locals_: ThreadLocals) -> None:
    for call in stage.history.calls:
        if call.role != "factory" and call.context is not None:
            found = in_context(call.context, holding)
            if found is not None:
                _refuse(found, call.name)
    found = locals_.holding(holding)
    if found is not None:
        _refuse(found, stage.history.calls[-1].name)


def _refuse(found: Residue, name: str) -> None:
    raise Failed(
        f"after `{name}` the {found.kind} `{found.name}` holds what is the user's",
        found.kind,
        found.name,
        hint="set it back before returning, with the token that `set` gives",
        evidence=[("holds", f"at {found.path}" if found.path else "the user's data itself")],
    )


RESIDUE = (
    Property(
        "C7",
        "calls leave nothing in context or thread",
        ("add", "delivery"),
        no_residue,
        takes_long=True,
        transports=IN_MEMORY,
    ),
)
