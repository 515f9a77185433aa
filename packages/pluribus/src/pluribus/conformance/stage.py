"""One run: users, their sockets and instances, and what is said between them."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pluribus.conformance.adapter import Adapter, BoundFactory, BoundOperation
from pluribus.conformance.history import Call
from pluribus.conformance.idle import is_idle
from pluribus.conformance.making import Made, import_of, make
from pluribus.conformance.real import must_be_given, must_be_no_mock
from pluribus.conformance.recording import Recorder, Watch, Who, constant
from pluribus.conformance.ruling import Unexercised
from pluribus.conformance.transports import ClientEnd
from pluribus.conformance.what import What, table_of, text_of
from pluribus.contract.conform import key_roles

TURNS = 50
"""How often the loop is let run after the last fence; late frames show up meanwhile."""


@dataclass
class Member:
    """A socket that was handed to an instance."""

    who: Who
    peer: ClientEnd
    instance: object
    connection: object
    variable: str
    removed: bool = False


@dataclass(frozen=True)
class Sent:
    """One event, and the marker by which it is known on arrival."""

    marker: str
    event: str
    payload: dict[str, object]
    message: dict[str, object]
    """A table of both."""
    text: str
    """The same as one text, for operations that take no more than that."""
    call: Call
    at_s: float
    """When the call had returned, by the clock of the loop; how long it takes to arrive counts
    from here, for all sockets alike."""


class Stage(Recorder):
    """A fresh run over a subject. Every call of it is recorded."""

    def __init__(
        self, adapter: Adapter, *, seed: int, ordinal: int = 0, watch: Watch | None = None
    ) -> None:
        super().__init__(adapter, seed=seed, ordinal=ordinal, watch=watch)
        self.members: list[Member] = []
        self.markers: list[str] = []
        self.seen: list[str] = []
        """What was witnessed, in words."""
        base = self.base
        self.warnings: list[warnings.WarningMessage] = []
        """What Python warned of during the run; filled by who runs it."""
        self._instances: dict[tuple[object, ...], tuple[object, str]] = {}
        # Each id begins with the one before: who compares by prefix mixes them up.
        self.alice = Who("alice", self.value("user", base), self.value("thread", f"{base}-t"))
        self.bob = Who("bob", self.value("user", f"{base}b"), self.value("thread", f"{base}-tb"))

    def other_thread(self, who: Who) -> Who:
        """The same user in another thread."""
        return Who(f"{who.name}_elsewhere", who.user, self.value("thread", f"{who.thread}x"))

    def witness(self, text: str) -> None:
        """Note something that had to be seen."""
        if text not in self.seen:
            self.seen.append(text)

    # Instances

    async def manager(self, who: Who) -> object:
        """The instance that serves `who`: of the first factory, made once and then kept.

        Raises:
            Unexercised: the factory raises, or gives out nothing that could be driven.
        """
        sharing = self.adapter.sharing
        key = {"user": (who.user,), "thread": (who.user, who.thread)}.get(sharing, ())
        if key not in self._instances:
            first, *_ = self.adapter.factories()
            call = await self.obtain(first, who)
            if call.error is not None:
                raise Unexercised(
                    f"no instance: `{first.definition}` raised {call.raised}",
                    "mend the factory, or declare how its context is built",
                )
            must_be_given(call.result, first.definition)
            self._instances[key] = (call.result, call.target)
        return self._instances[key][0]

    def instances(self) -> list[object]:
        """What the factory has given out, in the order in which it was asked."""
        return [instance for instance, _ in self._instances.values()]

    def let_go(self, instance: object) -> None:
        """Ask the factory again for whom `instance` has served."""
        self._instances = {k: v for k, v in self._instances.items() if v[0] is not instance}

    async def obtain(
        self,
        factory: BoundFactory,
        who: Who,
        *,
        given: tuple[Sequence[Made], Mapping[str, Made]] | None = None,
    ) -> Call:
        """Call a factory and record it; what it raises is in the call.

        Raises:
            Unexercised: it gives out a mock.
        """
        target = self.fresh("manager")
        line, name = import_of(factory.definition)
        self.history.imports.add(line)
        if factory.call is None:
            call = Call("factory", name, name, self.history.tick(), target=target)
            call.result, call.ended = factory.target, self.history.tick()
            self.history.lines.append(f"{target} = {name}")
            must_be_no_mock(self.adapter, call.result, factory.definition)
            return call
        positional, named = given or self.factory_arguments(factory, who)
        assert callable(factory.target)
        with self.acting(who, "factory", name):
            call = await self.record("factory", name, factory.target, positional, named, target)
        must_be_no_mock(self.adapter, call.result, factory.definition)
        return call

    def factory_arguments(
        self, factory: BoundFactory, who: Who, roles: Mapping[str, object] | None = None
    ) -> tuple[list[Made], dict[str, Made]]:
        """What a factory is given for `who`, made anew."""
        assert factory.call is not None
        overrides = {name: constant(value) for name, value in (roles or {}).items()}
        return factory.call.arguments({**self.roles(who), **overrides})

    def keep(self, made: Made, name: str) -> Made:
        """Give a value a variable, so that the program hands the same object on twice."""
        variable = self.fresh(name)
        self.history.imports.update(made.imports)
        self.history.lines.append(f"{variable} = {made.source}")
        return Made(made.value, variable)

    def key_role(self, key: str) -> frozenset[str]:
        """The role that an attribute of the context's key plays."""
        return key_roles((key,), self.conform.context)

    # Sockets

    async def join(
        self, who: Who, *, connection: object = None, peer: ClientEnd | None = None
    ) -> Member:
        """Hand a socket of `who` to the instance that serves them.

        Raises:
            Unexercised: that is not possible, because the operation raises.
        """
        member, call = await self.try_join(who, connection=connection, peer=peer)
        _must_return("no socket could be added", call)
        if call.result is False:
            raise Unexercised(
                f"no socket could be added: `{call.name}` returned False",
                "it may ask for more than the contract says",
            )
        if not member.peer.is_open:
            raise Unexercised(
                f"the socket was closed by `{call.name}` with code {member.peer.close_code}",
                "only an open socket can show what arrives",
            )
        return member

    async def try_join(
        self, who: Who, *, connection: object = None, peer: ClientEnd | None = None
    ) -> tuple[Member, Call]:
        """The same, and what the operation raises is in the call."""
        instance = await self.manager(who)
        operation = self.required("add", instance)
        if connection is None:
            joined = len(self.members)
            connection = self.value("connection", f"{self.base}-c{'1' * joined}")
        if peer is None:
            peer = self.peer(f"{who.name}_socket")
        member = Member(who, peer, instance, connection, peer.id)
        call = await self.perform(
            operation, member, target=f"{peer.id}_id" if operation.declared.yields else ""
        )
        if operation.declared.yields and call.error is None:
            member.connection = call.result
        if call.error is None:
            self.members.append(member)
        return member, call

    async def leave(self, member: Member) -> Call:
        """Let a socket go.

        Raises:
            Unexercised: the operation raises.
        """
        call = await self.try_leave(member)
        _must_return("the socket could not be removed", call)
        return call

    async def try_leave(self, member: Member) -> Call:
        """The same, and what the operation raises is in the call."""
        member.removed = True
        return await self.perform(self.required("remove", member.instance), member)

    async def stranger(self, who: Who) -> Member:
        """A socket of `who` that was never handed to anybody."""
        instance = await self.manager(who)
        peer = self.peer(f"{who.name}_stranger")
        connection = self.value("connection", f"{self.base}-nobody")
        return Member(who, peer, instance, connection, peer.id)

    # Events

    async def send(
        self,
        delivery: BoundOperation,
        to: Member,
        *,
        event: str | None = None,
        payload: Mapping[str, object] | None = None,
    ) -> Sent:
        """Send one event to the audience that `to` belongs to.

        Raises:
            Unexercised: the operation raises.
        """
        sent = await self.try_send(delivery, to, event=event, payload=payload)
        _must_return("nothing could be sent", sent.call)
        return sent

    async def try_send(
        self,
        delivery: BoundOperation,
        to: Member,
        *,
        event: str | None = None,
        payload: Mapping[str, object] | None = None,
    ) -> Sent:
        """The same, and what the operation raises is in the call."""
        number = len(self.markers) + 1
        marker = f"m{number:03d}x{self.random.randrange(16**6):06x}"
        self.markers.append(marker)
        extra = make(self.conform.payload, self.roles(to.who)).value
        assert isinstance(extra, dict)
        body = {"marker": marker, "step": number, **extra, **(payload or {})}
        name = event if event is not None else self.events()[(number - 1) % len(self.events())]
        message = table_of(name, body)
        text = text_of(name, body)
        call = await self.perform(delivery, to, what=(name, body, message))
        return Sent(marker, name, body, message, text, call, asyncio.get_running_loop().time())

    def events(self) -> tuple[str, ...]:
        """The names that events are sent under."""
        return self.adapter.concept.events or ("message",)

    async def arrives(self, sent: Sent, member: Member) -> bool:
        """Whether `sent` arrives at a socket in the time that the contract gives."""
        loop = asyncio.get_running_loop()
        deadline = sent.at_s + self.conform.arrival_s
        while self.count(sent, member) == 0:
            left = deadline - loop.time()
            if left <= 0 or not await member.peer.news(left):
                break
        return self.count(sent, member) > 0

    async def fence(self, delivery: BoundOperation, member: Member) -> bool:
        """Send a last event to `member` and wait for it: what was sent to them before has arrived
        by then, or never will."""
        sent = await self.send(delivery, member)
        has_arrived = await self.arrives(sent, member)
        if has_arrived:
            self.history.fences.append(sent.marker)
            await self.settle()
        return has_arrived

    async def settle(self) -> None:
        """Let the loop run for a while, as far as there is anything to run."""
        for _ in range(TURNS):
            await asyncio.sleep(0)
            if is_idle():
                break

    def count(self, sent: Sent, member: Member) -> int:
        """In how many frames of a socket an event is."""
        return sum(sent.marker in frame.text for frame in member.peer.frames)

    def unrecognised(self, since: Sent, member: Member) -> int:
        """How many frames came to a socket after `since` was sent in which no event is known."""
        return sum(
            frame.order > since.call.started
            and not any(marker in frame.text for marker in self.markers)
            for frame in member.peer.frames
        )

    def order(self, member: Member) -> list[str]:
        """The markers as they stand on the wire of a socket, each as often as it is there."""
        return [
            marker
            for frame in member.peer.frames
            for _, marker in sorted(
                (frame.text.index(marker), marker)
                for marker in self.markers
                if marker in frame.text
            )
        ]

    def unawaited(self) -> list[str]:
        """Coroutines that were made and dropped, as Python words it."""
        gc.collect()
        found = [str(each.message) for each in self.warnings]
        return sorted({each for each in found if "was never awaited" in each})

    # Calls

    def required(self, role: str, instance: object) -> BoundOperation:
        """An operation without which the run makes no sense.

        Raises:
            Unexercised: the instance does not have it.
        """
        operation = self.adapter.operation(role, instance)
        if operation is None:
            declared = self.adapter.declared(role).call
            raise Unexercised(
                f"the instance has no `{declared}`"
                if declared
                else f"no operation plays `{role}`",
                "A1 says more about it" if declared else f"declare `ops.{role}.call`",
            )
        return operation

    async def perform(
        self,
        operation: BoundOperation,
        member: Member,
        *,
        target: str = "",
        what: What | None = None,
    ) -> Call:
        """Call an operation with what it is bound to; what it raises is in the call."""
        roles = self.roles(member.who)
        roles["websocket"] = lambda: self.handed(member.peer)
        yields = operation.role != "add" and self.adapter.declared("add").yields
        roles["connection"] = (
            (lambda: Made(member.connection, f"{member.variable}_id"))
            if yields
            else constant(member.connection)
        )
        if what is not None:
            event, payload, message = what
            roles["event"] = constant(event)
            roles["payload"] = constant(payload)
            roles["message"] = constant(message)
            roles["text"] = constant(text_of(event, payload))
        positional, named = operation.call.arguments(roles)
        roles.clear()  # they refer to each other, and to the socket, which may have to be freed
        owner = self.variable(member.instance)
        name = operation.call.name
        method = getattr(member.instance, name)
        # What is for everybody is done on nobody's behalf.
        who = None if operation.audience == "all" else member.who
        role = operation.role
        with self.acting(who, role, name):
            return await self.record(role, f"{owner}.{name}", method, positional, named, target)

    def variable(self, instance: object) -> str:
        """What stands for an instance in the program."""
        return next(
            (name for each, name in self._instances.values() if each is instance), "manager"
        )


def _must_return(otherwise: str, call: Call) -> None:
    """What it raises leaves nothing to see."""
    if call.error is not None:
        raise Unexercised(
            f"{otherwise}: `{call.name}` raised {call.raised}", "A7 says more about it"
        )
