"""H10: in whose name a user's event is sent, by the context variables that are set then."""

from __future__ import annotations

import asyncio
import contextvars

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.graph.holding import Holding
from pluribus.conformance.history import History
from pluribus.conformance.holders import name_of
from pluribus.conformance.peer import Peer
from pluribus.conformance.properties.base import IN_MEMORY, PERSONAL, Property
from pluribus.conformance.ruling import Failed
from pluribus.conformance.stage import Stage
from pluribus.conformance.strangers import Stranger, joined, strangers, told


class _ContextPeer(Peer):
    """Notes, of each frame, the context variables of the task that sends it."""

    def __init__(
        self, name: str, history: History, *, loss: type[Exception] | None = None
    ) -> None:
        super().__init__(name, history, loss=loss)
        self.contexts: list[tuple[str, contextvars.Context, str]] = []
        """Each with the text of the frame and the name of the task."""

    def _arrive(self, method: str, text: str) -> None:
        super()._arrive(method, text)
        task = asyncio.current_task()
        name = "" if task is None else name_of(task.get_coro())
        self.contexts.append((text, contextvars.copy_context(), name))


async def contexts_stay(stage: Stage, delivery: BoundOperation) -> None:
    """When an event of one user is sent, no context variable says that it is another's.

    One user joins and is sent an event, and then another, each in a task of their own, so that
    what the one leaves behind in its own task is not seen here, but by C7. A task that serves all
    keeps for ever the variables of whoever was served when it was started: what it logs, and what
    asks there who the user is, is about somebody else. FAIL when a variable holds something of the
    first user, and nothing of the second, whose event it is; also where nobody reads it yet.
    """
    stage.conditions.peer = lambda name, history, loss: _ContextPeer(name, history, loss=loss)
    alice, bob = strangers(stage)
    for each in (alice, bob):
        life = _served(stage, delivery, each)
        await asyncio.get_running_loop().create_task(life, context=contextvars.copy_context())
    theirs, own = (Holding(each.canaries, stage.adapter.is_project) for each in (alice, bob))
    sent = [
        (context, task)
        for peer in bob.peers
        if isinstance(peer, _ContextPeer)
        for text, context, task in peer.contexts
        if stage.markers[-1] in text
    ]
    for context, task in sent:
        for variable, value in sorted(context.items(), key=lambda each: each[0].name):
            path = theirs.find(value)
            # What holds something of both, such as a registry, is nobody's.
            if path is not None and own.find(value) is None:
                raise Failed(
                    f"when `{delivery.call.name}` sends an event of one user, the context variable"
                    f" `{variable.name}` holds what is another's",
                    delivery.role,
                    variable.name,
                    hint="start tasks that serve all with `context=contextvars.Context()`",
                    evidence=[
                        ("holds", f"at {path}" if path else "the other user's data itself"),
                        ("in", task or "no task"),
                    ],
                )
    if sent:
        stage.witness(f"the variables in which `{delivery.call.name}` sent were looked into")


async def _served(stage: Stage, delivery: BoundOperation, user: Stranger) -> None:
    await joined(stage, user)
    await told(stage, [delivery], user)


CONTEXTS = (
    Property(
        "H10",
        "context variables do not cross tasks",
        ("delivery",),
        judge_delivery=contexts_stay,
        audiences=PERSONAL,
        otherwise="what is for everybody is sent in somebody's name",
        transports=IN_MEMORY,
    ),
)
