"""Drives any manager: which factories there are, and which method plays which operation."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pluribus.conformance.addressing import audience_of, must_be_known
from pluribus.conformance.binding import (
    BoundCall,
    bind,
    is_kept_by_run,
    left_out,
    one_run_a_connection,
)
from pluribus.conformance.candidates import taking_a_socket
from pluribus.conformance.loss import loss_named_in
from pluribus.conformance.making import imported
from pluribus.conformance.project import named_as
from pluribus.conformance.stores import Stores
from pluribus.contract import Concept, Conform, Operation
from pluribus.contract.conform import key_roles
from pluribus.errors import ContractError

METHODS: Final = {
    "add": ("add_connection", "connect"),
    "remove": ("remove_connection", "disconnect"),
    "emit": ("emit_agent_event", "emit_event", "send_personal_message"),
    "broadcast": ("broadcast",),
    "shutdown": (),
}
"""Operation to the methods that are taken for it when the contract names none; two on one class
are one too many, and the contract has to say which."""
QUERIES: Final = {
    "connected": ("is_connected",),
    "connections": ("get_connections",),
    "count": ("connection_count", "get_connection_count"),
}
"""The same for what tells of connections. One that is found and cannot be bound is left alone."""
REQUIRED: Final = ("add",)

MAKING: Final = ("user", "thread", "run", "uuid", "now", "context")
HOLDING: Final = (*MAKING, "websocket", "connection")
SENDING: Final = (*HOLDING, "event", "payload", "message", "text")


Resolve = Callable[[str], object]
"""A definition, `package.module:Name`, to what it names."""


@dataclass(frozen=True)
class BoundFactory:
    """What gives out instances: a function or class to call, or an instance."""

    definition: str
    target: object
    call: BoundCall | None
    """None for an instance, which is not called."""


@dataclass(frozen=True)
class BoundOperation:
    """One method under the role that it plays."""

    role: str
    call: BoundCall
    declared: Operation
    audience: str
    """Whom a delivery reaches, `connection`, `user`, `thread` or `all`; empty for the others."""

    def reported(self, result: object) -> object:
        """What of its result `reports` is about; None where it has no such part."""
        path = self.declared.reports_in
        for step in path.split(".") if path else ():
            if isinstance(result, Mapping):
                result = result.get(step)
            else:
                result = getattr(result, step, None)
        return result


class Adapter:
    """A concept, ready to be driven. Nothing is imported before it is asked for."""

    def __init__(
        self,
        concept: Concept,
        *,
        resolve: Resolve = imported,
        is_project: Callable[[str], bool] | None = None,
    ) -> None:
        self.concept = concept
        self.resolve = resolve
        self.conform = concept.conform or Conform()
        self.definitions = self.conform.factories or concept.factories
        self.watched: Callable[[Sequence[str], int], Mapping[str, str]] | None = None
        """Judges properties by name, with a seed, where a test runner seems to watch; None where
        the subject cannot be imported anew."""
        self.stores: Stores | None = None
        """What stands in for the stores of the contract; None where none is declared, or nothing
        was put in place before the subject was imported."""
        self.is_declared = bool(self.definitions)
        """Whether there are factories; without, the kit makes one instance of the owner."""
        if not self.is_declared:
            if concept.owner_qualname is None:
                raise ContractError(
                    f"concept `{concept.name}`: a module has no instances to drive",
                    hint="name a class as its owner, or declare its factories",
                )
            self.definitions = (concept.owner,)
        self.is_project = is_project or named_as((concept.owner, *self.definitions))
        """Whether a module, by its name, is code under judgement; else it is a library's."""
        self.can_copy = hasattr(os, "fork")
        """Whether the process may be copied: not where the subject has threads of its own."""
        self._operations: dict[tuple[type, str], BoundOperation | None] = {}
        self._factories: dict[str, BoundFactory] = {}

    @property
    def sharing(self) -> str:
        """Who has an instance of their own: `user`, `thread`, or `shared` by all.

        Raises:
            ContractError: the contract does not say.
        """
        declared = self.conform.sharing
        if not self.is_declared:
            if declared in ("user", "thread"):
                raise ContractError(
                    f"{self._table}.sharing is `{declared}`, and no factory is declared",
                    hint="declare the concept's factories",
                )
            return "shared"
        if declared:
            return declared
        context = self.concept.context
        roles = key_roles(context.key if context else (), self.conform.context)
        if roles:
            return "thread" if "thread" in roles else "user"
        raise ContractError(
            f"concept `{self.concept.name}`: nothing says who has an instance of their own",
            hint=f"declare the concept's context with its key, or `{self._table}.sharing` as"
            ' "user", "thread" or "shared"',
        )

    @property
    def loss(self) -> type[Exception] | None:
        """What sockets raise when a connection is lost, where that is declared, or where the
        modules of the subject know one such exception; None leaves it to the framework.

        Raises:
            ContractError: what is declared is no exception.
        """
        declared = self.conform.connection_lost
        if declared is None:
            named = (self.concept.owner, *self.definitions)
            return loss_named_in(each.partition(":")[0] for each in named)
        kind = self.resolve(declared)
        if not (isinstance(kind, type) and issubclass(kind, Exception)):
            raise ContractError(f"{self._table}.connection-lost: `{declared}` is no exception")
        return kind

    def factories(self) -> tuple[BoundFactory, ...]:
        """Every way to an instance, in the order of the contract.

        Raises:
            ContractError: one cannot be imported or bound.
        """
        return tuple(self._factory(each) for each in self.definitions)

    def operation(self, role: str, instance: object) -> BoundOperation | None:
        """The method of `instance` that plays `role`; None when it has none, or when the one that
        is declared is not there.

        Raises:
            ContractError: several could play it, or a parameter cannot be bound.
        """
        key = (type(instance), role)
        if key not in self._operations:
            self._operations[key] = self._bound(role, instance)
        return self._operations[key]

    def declared(self, role: str) -> Operation:
        """What the contract says of an operation."""
        operation = getattr(self.conform.ops, role)
        return operation if isinstance(operation, Operation) else Operation()

    def bound_roles(self, instance: object) -> tuple[BoundOperation, ...]:
        """All operations of `instance`.

        Raises:
            ContractError: some cannot be bound; it tells all that is wrong with them.
        """
        found: list[BoundOperation | None] = []
        mistakes: dict[str, str] = {}
        for find, roles in ((self.operation, METHODS), (self.query, QUERIES)):
            for role in roles:
                try:
                    found.append(find(role, instance))
                except ContractError as error:  # what is wrong with `add` is told to others, too
                    mistakes[error.message] = error.hint or ""
        if mistakes:
            raise ContractError(
                "\n".join(mistakes), hint="\n".join(dict.fromkeys(filter(None, mistakes.values())))
            )
        return tuple(each for each in found if each is not None)

    def query(self, role: str, instance: object) -> BoundOperation | None:
        """The same as `operation`, of `QUERIES`; None, too, where nobody declared what is found
        and it cannot be bound.

        Raises:
            ContractError: it is declared, and cannot be bound.
        """
        declared = self.declared(role)
        try:
            return self.operation(role, instance)
        except ContractError:
            if declared.call or declared.args:
                raise
            return None

    def protocol(self) -> dict[str, Callable[..., object]]:
        """The methods that `interface.protocol` promises, by name; empty without one.

        Raises:
            ContractError: it is no class, or cannot be imported.
        """
        interface = self.concept.interface
        if interface is None or interface.protocol is None:
            return {}
        kind = self.resolve(interface.protocol)
        if not isinstance(kind, type):
            raise ContractError(f"`{interface.protocol}`, the protocol, is no class")
        return {
            name: value
            for each in reversed(kind.__mro__)
            if each.__module__ not in ("builtins", "typing", "abc")
            for name, value in vars(each).items()
            if inspect.isfunction(value) and not name.startswith("_")
        }

    @property
    def _table(self) -> str:
        return f"concepts.{self.concept.name}.conform"

    def _factory(self, definition: str) -> BoundFactory:
        if definition not in self._factories:
            self._factories[definition] = self._bound_factory(definition)
        return self._factories[definition]

    def _bound_factory(self, definition: str) -> BoundFactory:
        target = self.resolve(definition)
        is_instance = not (inspect.isroutine(target) or isinstance(target, type))
        if is_instance and not self._gives_out(target):
            if self.sharing != "shared":
                raise ContractError(
                    f"factory `{definition}` is one instance, and {self._table} says that each"
                    f" {self.sharing} has their own",
                    hint="name the function that gives it out",
                )
            return BoundFactory(definition, target, None)
        assert callable(target)
        context = self.concept.context
        call = bind(
            target,
            definition,
            {},
            table=self._table,
            roles=MAKING,
            context=self.conform.context,
            context_parameter=context.parameter if context else None,
            numbers=self.conform.values.numbers,
        )
        needed = {"user": {"user"}, "thread": {"user", "thread"}}.get(self.sharing, set())
        if missing := needed - call.takes:
            raise ContractError(
                f"factory `{definition}` is given no {' and no '.join(sorted(missing))}, and each"
                f" {self.sharing} has their own instance",
                hint=f"declare `{self._table}.context`, and the context's parameter",
            )
        return BoundFactory(definition, target, call)

    def _gives_out(self, target: object) -> bool:
        """Whether an object is called for an instance: a `partial`, or one with `__call__`."""
        if self.sharing == "shared" or not callable(target):
            return False
        owner = self.resolve(self.concept.owner)
        return not (isinstance(owner, type) and isinstance(target, owner))

    def _bound(self, role: str, instance: object) -> BoundOperation | None:
        declared = self.declared(role)
        names = (declared.call,) if declared.call else {**METHODS, **QUERIES}[role]
        present = [name for name in names if callable(getattr(instance, name, None))]
        table = f"{self._table}.ops.{role}"
        if len(present) > 1:
            raise ContractError(
                f"{table}: `{type(instance).__qualname__}` has "
                + " and ".join(f"`{each}`" for each in present)
                + ", and the contract does not say which it is",
                hint=f'declare `{table}.call = "{present[0]}"`, or another',
            )
        if not present:
            if role in REQUIRED and not declared.call:
                raise ContractError(
                    f"{table}: `{type(instance).__qualname__}` has none of "
                    + ", ".join(f"`{each}`" for each in names),
                    hint=f"declare `{table}.call`, the method that takes a socket in"
                    + taking_a_socket(instance),
                )
            return None
        # What the contract promises is what callers may do, whatever the instance takes.
        promised = self.protocol().get(present[0])
        call = bind(
            promised or getattr(instance, present[0]),
            present[0],
            declared.args,
            table=table,
            roles=SENDING if role in ("emit", "broadcast") else HOLDING,
            context=self.conform.context,
            context_parameter=self.concept.context.parameter if self.concept.context else None,
            has_self=promised is not None,
            numbers=self.conform.values.numbers,
        )
        add = call if role == "add" else self._call_of_add(instance)
        if add is not None and is_kept_by_run(add):
            call = one_run_a_connection(call)
        self._must_make_sense(role, call, table)
        if role != "add" and "websocket" not in call.takes:
            known = self._known(add)
            if "thread" not in known | call.needs:
                call = left_out(call, "thread")
            must_be_known(call, known, add, table)
        if role not in ("emit", "broadcast"):
            return BoundOperation(role, call, declared, "")
        audience = declared.audience or audience_of(role, call, self.sharing, table)
        return BoundOperation(role, call, declared, audience)

    def _call_of_add(self, instance: object) -> BoundCall | None:
        add = self.operation("add", instance)
        return add.call if add is not None else None

    def _must_make_sense(self, role: str, call: BoundCall, table: str) -> None:
        if role == "add" and "websocket" not in call.takes:
            raise ContractError(
                f"{table}: `{call.name}` is given no websocket",
                hint=f'declare it, for example `{table}.args = {{ socket = "{{websocket}}" }}`',
            )
        if role in ("emit", "broadcast"):
            if not {"payload", "message", "text"} & call.takes:
                raise ContractError(
                    f"{table}: `{call.name}` is given no payload, no message and no text, so"
                    " that nothing could be recognised on arrival",
                    hint=f'declare it, for example `{table}.args = {{ body = "{{payload}}" }}`',
                )
            if "event" in call.takes and not self.concept.events:
                raise ContractError(
                    f"{table}: `{call.name}` is given the name of an event, and concept"
                    f" `{self.concept.name}` declares none",
                    hint=f"declare `concepts.{self.concept.name}.events`",
                )

    def _known(self, add: BoundCall | None) -> frozenset[str]:
        """What the instance has been told: by whom it belongs to, or when a socket was added."""
        known = set(add.takes) if add else {"user", "thread", "connection"}
        if add and self.declared("add").yields:
            known.add("connection")
        if self.sharing != "shared" or "context" in known:
            known |= {"user", "thread"}
        return frozenset(known)


def table_rows(adapter: Adapter, instance: object) -> list[tuple[str, BoundCall]]:
    """Role and call of all that is driven, for `--bind`; the factories alone without instance."""
    rows = [("factory", each.call) for each in adapter.factories() if each.call is not None]
    if instance is not None:
        rows += [(each.role, each.call) for each in adapter.bound_roles(instance)]
    return rows
