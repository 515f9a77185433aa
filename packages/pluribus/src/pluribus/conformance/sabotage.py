"""Breaks a subject from outside, through its own adapter: what the kit must then notice."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pluribus.conformance.adapter import Adapter, BoundFactory, BoundOperation
from pluribus.conformance.history import Call
from pluribus.conformance.making import Made
from pluribus.conformance.recording import Watch, Who
from pluribus.conformance.stage import Member, Stage
from pluribus.conformance.transports.names import MEMORY
from pluribus.conformance.what import What
from pluribus.conformance.wired import WiredStage

_DELIVERS = ("emit", "broadcast")


class SabotagedStage(Stage):
    """A stage on which something always goes wrong in one way."""

    async def perform(
        self,
        operation: BoundOperation,
        member: Member,
        *,
        target: str = "",
        what: What | None = None,
    ) -> Call:
        """Call the operation, or do to it what this sabotage does."""
        if what is not None:
            return await self.deliver(operation, member, what)
        if operation.role == "remove":
            return await self.take_out(operation, member)
        return await super().perform(operation, member, target=target)

    async def take_out(self, operation: BoundOperation, member: Member) -> Call:
        """Call the operation that removes."""
        return await super().perform(operation, member)

    async def deliver(self, operation: BoundOperation, member: Member, what: What) -> Call:
        """Call an operation that delivers."""
        return await super().perform(operation, member, what=what)

    def untouched(self, operation: BoundOperation) -> Call:
        """A call that never happens, and looks as if it had."""
        call = Call(operation.role, operation.call.name, operation.call.name, self.history.tick())
        call.ended = self.history.tick()
        self.history.calls.append(call)
        return call


class Drop(SabotagedStage):
    """Every event is lost."""

    async def deliver(self, operation: BoundOperation, member: Member, what: What) -> Call:
        """Do nothing."""
        return self.untouched(operation)


class Duplicate(SabotagedStage):
    """Every event is sent twice."""

    async def deliver(self, operation: BoundOperation, member: Member, what: What) -> Call:
        """Call it twice."""
        await super().deliver(operation, member, what)
        return await super().deliver(operation, member, what)


class Reorder(SabotagedStage):
    """Every other event overtakes the one before it."""

    held: tuple[BoundOperation, Member, What] | None = None

    async def deliver(self, operation: BoundOperation, member: Member, what: What) -> Call:
        """Hold one back until the next has been sent."""
        if self.held is None:
            self.held = (operation, member, what)
            return self.untouched(operation)
        call = await super().deliver(operation, member, what)
        earlier, to, values = self.held
        self.held = None
        await super().deliver(earlier, to, values)
        return call


class Leak(SabotagedStage):
    """Every event reaches every socket."""

    async def deliver(self, operation: BoundOperation, member: Member, what: What) -> Call:
        """Write to the sockets that it is not for, too."""
        call = await super().deliver(operation, member, what)
        text = json.dumps(what, ensure_ascii=False)
        for each in self.members:
            if each is not member and each.peer.is_sound and not each.removed:
                await each.peer.write_past(text)
        return call


class Keep(SabotagedStage):
    """Removing a socket does nothing."""

    async def take_out(self, operation: BoundOperation, member: Member) -> Call:
        """Leave it where it is."""
        return self.untouched(operation)


class Swap(SabotagedStage):
    """Everybody gets the instance that was made first."""

    async def obtain(
        self,
        factory: BoundFactory,
        who: Who,
        *,
        given: tuple[Sequence[Made], Mapping[str, Made]] | None = None,
    ) -> Call:
        """Hand out the first."""
        call = await super().obtain(factory, who, given=given)
        made = [each for each in self.history.calls if each.role == "factory"]
        if call.error is None and made:
            call.result = made[0].result
        return call


class WiredDrop(Drop, WiredStage):
    """The same over a wire."""


class WiredDuplicate(Duplicate, WiredStage):
    """The same over a wire."""


class WiredReorder(Reorder, WiredStage):
    """The same over a wire."""


class WiredLeak(Leak, WiredStage):
    """The same over a wire: it is written at the server's end of each connection."""


class WiredKeep(Keep, WiredStage):
    """The same over a wire."""


class WiredSwap(Swap, WiredStage):
    """The same over a wire."""


@dataclass(frozen=True)
class Sabotage:
    """One way to break a subject."""

    name: str
    about: str
    stage: type[SabotagedStage]
    wired: type[WiredStage]

    def applies(self, adapter: Adapter, instance: object, *, over: str = MEMORY) -> bool:
        """Whether there is something to break in this way, over a transport."""
        # An application removes its sockets by itself, when their clients have gone.
        removes_by_itself = over != MEMORY and adapter.conform.app is not None
        deliveries = [
            each for role in _DELIVERS if (each := adapter.operation(role, instance)) is not None
        ]
        match self.name:
            case "keep":
                can_remove = adapter.operation("remove", instance) is not None
                return can_remove and not removes_by_itself
            case "swap":
                return adapter.sharing != "shared"
            case "leak":
                return any(each.audience != "all" for each in deliveries)
            case _:
                return bool(deliveries)

    def stages(
        self, adapter: Adapter, *, seed: int, watch: Watch | None, part: str = MEMORY
    ) -> Callable[[int], Stage]:
        """What `judge.setting` is for a subject that nobody breaks."""
        if part == MEMORY:
            return lambda ordinal: self.stage(adapter, seed=seed, ordinal=ordinal, watch=watch)
        return lambda ordinal: self.wired(
            adapter, over=part, seed=seed, ordinal=ordinal, watch=watch
        )


SABOTAGES = (
    Sabotage("drop", "every event is lost", Drop, WiredDrop),
    Sabotage("duplicate", "every event is sent twice", Duplicate, WiredDuplicate),
    Sabotage("reorder", "every other event overtakes the one before it", Reorder, WiredReorder),
    Sabotage("leak", "every event reaches every socket", Leak, WiredLeak),
    Sabotage("keep", "removing a socket does nothing", Keep, WiredKeep),
    Sabotage("swap", "everybody gets the instance that was made first", Swap, WiredSwap),
)
