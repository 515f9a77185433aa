"""Calls of a subject, each recorded as it happens, and the values that they are given."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pluribus.conformance.adapter import Adapter
from pluribus.conformance.history import Call, History
from pluribus.conformance.making import Made, literal, make
from pluribus.conformance.peer import Peer
from pluribus.conformance.ruling import Hung, Ruled, Unexercised
from pluribus.conformance.schedules.conditions import Conditions, Pending
from pluribus.conformance.tracing import Tracer
from pluribus.conformance.transports import ClientEnd, MemoryTransport, Transport
from pluribus.conformance.waiting import await_chain
from pluribus.errors import ContractError
from pluribus.findings import Evidence

_UNTIL_ASKED_S: Final = 0.5
_LISTENING: Final = ("receive", "iter_")
"""What sockets have to wait for a client, as it stands in a chain of what is waited for."""


@dataclass(frozen=True)
class Who:
    """A user in a thread."""

    name: str
    """In the program that repeats the run."""
    user: object
    thread: object
    run: object = None
    """By default the one run of the stage."""


@dataclass
class Watch:
    """Lets a thread see which call is running, for calls that block the loop."""

    entered: Callable[[Call], None] = lambda call: None
    left: Callable[[], None] = lambda: None
    is_own: Callable[[str], bool] | None = None
    """Whether a module, by its name, is the subject's, where it is watched which code runs."""


@dataclass(frozen=True)
class Mark:
    """A moment of a run."""

    calls: int
    lines: int
    names: Mapping[str, int]
    random: tuple[Any, ...]
    """How many calls a search makes is its own affair; what comes after does not depend on it."""


class Recorder:
    """A fresh run over a subject: its history, its sockets and its values."""

    def __init__(
        self, adapter: Adapter, *, seed: int, ordinal: int = 0, watch: Watch | None = None
    ) -> None:
        self.adapter = adapter
        self.conform = adapter.conform
        self.history = History()
        self.watch = watch or Watch()
        self.tracer: Tracer | None = None
        self.random = random.Random(f"{seed}:{ordinal}")
        self.peers: list[ClientEnd] = []
        self.conditions = Conditions()
        self.transport: Transport = MemoryTransport(lambda: adapter.loss, self._in_memory)
        self.remarks: list[Evidence] = []
        """What a judge has seen besides its verdict."""
        self.on_return: Callable[[], None] = lambda: None
        """Called when a call has returned, before anything else can run in the loop."""
        self.patience_s: float | None = self.conform.timeout_s
        """How long a call may take; None while one is begun whose end is awaited elsewhere."""
        self.base = f"ann{self.random.randrange(16**4):04x}"
        self._names: dict[str, int] = {}

    def go_on_from(self, other: Recorder) -> None:
        """Write into the history of another run, whose random values stay what they are."""
        self.history, self.peers, self._names = other.history, other.peers, other._names
        self.watch = other.watch

    def evidence(self) -> tuple[Evidence, ...]:
        """What every verdict shows beside its own evidence."""
        found = [
            Evidence("the socket refused", f"{peer.id}: {text}")
            for peer in self.peers
            for text in dict.fromkeys(peer.refusals)
        ]
        return (*self.remarks, *found)

    async def record(
        self,
        role: str,
        name: str,
        function: Callable[..., object],
        positional: Sequence[Made],
        named: Mapping[str, Made],
        target: str,
    ) -> Call:
        """Call `function`; what it raises is in the call.

        Raises:
            Hung: it did not return in time.
        """
        every = [*positional, *named.values()]
        for made in every:
            self.history.imports.update(made.imports)
        arguments = ", ".join(
            [*(each.source for each in positional), *(f"{k}={v.source}" for k, v in named.items())]
        )
        call = Call(
            role, name.rpartition(".")[2], f"{name}({arguments})", self.history.tick(), target
        )
        self.history.calls.append(call)
        line = len(self.history.lines)
        self.history.lines.append("")
        self.watch.entered(call)
        if self.tracer is not None:
            self.tracer.operates(call)
        try:
            call.result = function(
                *(each.value for each in positional),
                **{key: each.value for key, each in named.items()},
            )
            if inspect.isawaitable(call.result) and not self._is_given_out(role, call.result):
                call.was_awaited = True
                call.result = await self._bounded(call, call.result)
            else:
                self.on_return()
        except Ruled:
            raise
        except (Exception, SystemExit, asyncio.CancelledError) as error:
            call.error = error
        finally:
            self.watch.left()
            call.context = call.context or contextvars.copy_context()
            if self.tracer is not None:
                self.tracer.ended(call)
            call.ended = self.history.tick()
            self.history.lines[line] = _statement(call)
        return call

    def _is_given_out(self, role: str, result: object) -> bool:
        """Whether it is an instance of the owner, and not what is awaited to have one: some can be
        awaited themselves, as endpoints of Starlette are."""
        if role != "factory" or inspect.iscoroutine(result):
            return False
        try:
            owner = self.adapter.resolve(self.adapter.concept.owner)
        except ContractError:
            return False
        return isinstance(owner, type) and isinstance(result, owner)

    def acting(self, who: Who | None, role: str, name: str) -> AbstractContextManager[None]:
        """What is sent to a store inside is sent for `who`, where stores are watched."""
        stores = self.adapter.stores
        if stores is None:
            return nullcontext()
        return stores.actors.acting(who.name if who is not None else "", role, name)

    async def _bounded(self, call: Call, result: object) -> object:
        assert inspect.isawaitable(result)
        conditions = self.conditions
        awaited = conditions.around(call, result)

        async def wait() -> object:
            try:
                value = await awaited
                self.on_return()
                return value
            except SystemExit as error:  # a task would take the loop down with it
                raise RuntimeError(f"SystemExit: {error}") from error

        inner = wait()
        call.context = contextvars.copy_context()
        task = asyncio.get_running_loop().create_task(inner, context=call.context)
        pending = Pending(call, inner, asyncio.get_running_loop().time())
        conditions.pending.append(pending)
        timeout_s = None if conditions.is_scheduled else self.patience_s
        try:
            # To wait for a client that never speaks takes as long as it may; each time.
            first_s = None if timeout_s is None else min(timeout_s, _UNTIL_ASKED_S)
            done, _ = await asyncio.wait({task}, timeout=first_s)
            if not done and timeout_s is not None and not self._listens(call):
                done, _ = await asyncio.wait({task}, timeout=timeout_s - _UNTIL_ASKED_S)
        except asyncio.CancelledError:
            task.cancel()
            raise
        finally:
            conditions.pending.remove(pending)
        if not done:
            chain = await_chain(inner)[1:]
            asked = [peer.id for peer in self.peers if peer.is_asked]
            task.cancel()
            if asked:
                raise Unexercised(
                    f"`{call.name}` waits for the client of `{asked[0]}` to say something, and the"
                    " kit's clients never do",
                    "name a method that only takes the socket in",
                )
            raise Hung(call, self.conform.timeout_s, chain)
        return task.result()

    def chain_of(self, call: Call) -> tuple[str, ...]:
        """What a call waits for, outermost first; empty when it is over."""
        inner = next((each.inner for each in self.conditions.pending if each.call is call), None)
        return () if inner is None else await_chain(inner)[1:]

    def _listens(self, call: Call) -> bool:
        """Whether a call itself waits for what a client says."""
        is_asked = any(peer.is_asked for peer in self.peers)
        return is_asked and any(each.startswith(_LISTENING) for each in self.chain_of(call))

    def roles(self, who: Who) -> dict[str, Callable[[], Made]]:
        """What each role of `who` stands for."""

        def context() -> Made:
            return make(dict(self.conform.context), roles)

        roles: dict[str, Callable[[], Made]] = {
            "user": constant(who.user),
            "thread": constant(who.thread),
            "run": constant(f"{self.base}-run" if who.run is None else who.run),
            "uuid": lambda: literal(self._uuid()),
            "now": lambda: Made(
                datetime.now(UTC),
                "datetime.now(UTC)",
                frozenset({"from datetime import UTC, datetime"}),
            ),
        }
        if self.conform.context:
            roles["context"] = context
        return roles

    def value(self, kind: str, text: str) -> object:
        """A user, thread or connection of the kind that the contract says is accepted."""
        match getattr(self.conform.values, kind):
            case "uuid4":
                return self._uuid()
            case "int":
                return self.random.randrange(1, 2**31)
            case _:
                return text

    def someone(self, number: int) -> Who:
        """One of any number of users, none of them Alice or Bob."""
        name = f"{self.base}u{number}"
        return Who(f"user_{number}", self.value("user", name), self.value("thread", f"{name}-t"))

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def _in_memory(self, name: str, history: History, loss: type[Exception] | None) -> Peer:
        # As it is at that moment: conditions change during a run.
        return self.conditions.peer(name, history, loss)

    def peer(self, name: str) -> ClientEnd:
        """A new socket, under a variable that begins with `name`."""
        peer = self.transport.client(self.fresh(name), self.history)
        self.peers.append(peer)
        self.history.sockets.append(peer.id)
        return peer

    def somebody(self, number: int) -> Who:
        """A user whom nobody has asked for yet, by number."""
        return Who(
            f"somebody_{number}",
            self.value("user", f"{self.base}n{number:04d}"),
            self.value("thread", f"{self.base}-tn{number:04d}"),
        )

    def mark(self) -> Mark:
        """How far the run has come, for `forget`."""
        return Mark(
            len(self.history.calls),
            len(self.history.lines),
            dict(self._names),
            self.random.getstate(),
        )

    def forget(self, mark: Mark) -> None:
        """Drop the calls since `mark`: a search is no part of the program that shows a failure."""
        del self.history.calls[mark.calls :], self.history.lines[mark.lines :]
        self._names = dict(mark.names)
        self.random.setstate(mark.random)

    async def connected(self, name: str) -> ClientEnd | None:
        """A new socket whose client is connected, so that adding it takes no more than the call;
        None where to connect is to be added."""
        return self.peer(name)

    def handed(self, peer: ClientEnd) -> Made:
        """What the subject is handed of a socket."""
        return Made(peer.websocket, peer.id)

    async def close(self) -> None:
        """End what the run has opened."""

    def fresh(self, name: str) -> str:
        """A variable that is not taken yet."""
        self._names[name] = self._names.get(name, 0) + 1
        number = self._names[name]
        return name if number == 1 else f"{name}_{number}"


def _statement(call: Call) -> str:
    """The call in a program, which goes on after what it raises as the run did."""
    awaits = "await " if call.was_awaited else ""
    assigns = f"{call.target} = " if call.target else ""
    statement = f"{assigns}{awaits}{call.source}"
    if call.error is None:
        return statement
    return (
        f"try:\n    {statement}\nexcept Exception as error:\n"
        f'    print("{call.name} raised", repr(error))'
    )


def constant(value: object) -> Callable[[], Made]:
    """A role that a plain value stands for."""
    return lambda: literal(value)
