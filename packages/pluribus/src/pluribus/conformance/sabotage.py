"""Breaks a subject from outside, through its own adapter: what the kit must then notice."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pluribus.conformance.adapter import Adapter, BoundFactory, BoundOperation
from pluribus.conformance.history import Call
from pluribus.conformance.making import Made
from pluribus.conformance.peer import Peer
from pluribus.conformance.recording import Watch, Who
from pluribus.conformance.stage import Member, Stage, What

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
            if each is not member and each.peer.is_open and not each.removed:
                assert isinstance(each.peer, Peer), "subjects are broken in memory"
                await each.peer.send_text(text)
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


@dataclass(frozen=True)
class Sabotage:
    """One way to break a subject."""

    name: str
    about: str
    stage: type[SabotagedStage]

    def applies(self, adapter: Adapter, instance: object) -> bool:
        """Whether there is something to break in this way."""
        deliveries = [
            each for role in _DELIVERS if (each := adapter.operation(role, instance)) is not None
        ]
        match self.name:
            case "keep":
                return adapter.operation("remove", instance) is not None
            case "swap":
                return adapter.sharing != "shared"
            case "leak":
                return any(each.audience != "all" for each in deliveries)
            case _:
                return bool(deliveries)

    def stages(
        self, adapter: Adapter, *, seed: int, watch: Watch | None
    ) -> Callable[[int], Stage]:
        """What `judge.setting` is for a subject that nobody breaks."""
        return lambda ordinal: self.stage(adapter, seed=seed, ordinal=ordinal, watch=watch)


SABOTAGES = (
    Sabotage("drop", "every event is lost", Drop),
    Sabotage("duplicate", "every event is sent twice", Duplicate),
    Sabotage("reorder", "every other event overtakes the one before it", Reorder),
    Sabotage("leak", "every event reaches every socket", Leak),
    Sabotage("keep", "removing a socket does nothing", Keep),
    Sabotage("swap", "everybody gets the instance that was made first", Swap),
)
