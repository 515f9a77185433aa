"""Binds the parameters of what is called to roles: declared first, then name and type.

There is no guessing by position and no trying until nothing raises: a required parameter that is
neither declared nor told by its name and type is a mistake in the contract, which names it.
Why: docs/decisions/0012-events-are-known-by-markers.md.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pluribus.conformance.making import BUILD, Made, Roles, make
from pluribus.conformance.roles import annotations_of, role_of, the_type, type_names
from pluribus.contract.conform import placeholders
from pluribus.errors import ContractError

_KEYWORD = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_VARIADIC = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
BY_NAME: Final = "by name"
BY_RUN: Final = "by name: a run a connection"
_DEPTH = 3
"""A context in a context in a context is enough."""


_EXAMPLES: Final = (
    ("sock", "websocket"),
    ("ws", "websocket"),
    ("client", "connection"),
    ("conn", "connection"),
    ("sid", "connection"),
    ("room", "thread"),
    ("channel", "thread"),
    ("session", "thread"),
    ("user", "user"),
    ("run", "run"),
    ("event", "event"),
    ("who", "user"),
    ("body", "payload"),
    ("data", "payload"),
)
"""Parts of names to what an example shows that declares them; nothing is bound by these."""


@dataclass(frozen=True)
class Known:
    """What may be given where something is called."""

    roles: frozenset[str]
    numbers: frozenset[str] = frozenset()
    """Those of the roles whose values are numbers."""


@dataclass(frozen=True)
class Binding:
    """A parameter, what it is given, and how that is known."""

    parameter: str
    template: object
    """As in a contract; None when it is left to its default."""
    why: str
    """`declared`, `by name`, `by type`, `default`, or `BY_RUN`."""
    is_optional: bool = False
    """Whether it was found by its name, and has a default: callers need not give it."""


@dataclass(frozen=True)
class BoundCall:
    """Something to call, with what each of its parameters is given."""

    name: str
    bindings: tuple[Binding, ...]
    positional_only: frozenset[str] = frozenset()
    takes: frozenset[str] = field(default=frozenset())
    """The roles that it is given, at any depth."""

    @property
    def needs(self) -> frozenset[str]:
        """Those of the roles that the contract declares, or that are parameters of their own which
        no caller may leave out: neither those with a default nor the fields of a model."""
        return frozenset(
            role
            for each in self.bindings
            if each.why != "by type" and not each.is_optional
            for role in roles_in(each.template)
        )

    def arguments(self, roles: Roles) -> tuple[list[Made], dict[str, Made]]:
        """Make the arguments, those by position and those by name."""
        given = {
            each.parameter: make(each.template, roles)
            for each in self.bindings
            if each.why != "default"
        }
        first = [made for name, made in given.items() if name in self.positional_only]
        return first, {
            name: made for name, made in given.items() if name not in self.positional_only
        }


def bind(
    called: Callable[..., object],
    name: str,
    declared: Mapping[str, object],
    *,
    table: str,
    roles: Iterable[str],
    context: Mapping[str, object],
    context_parameter: str | None = None,
    has_self: bool = False,
    numbers: Iterable[str] = (),
) -> BoundCall:
    """Bind `called`. `table` is where in the contract its arguments are declared; with `has_self`,
    its first parameter is the instance; `numbers` are the roles whose values are no text.

    Raises:
        ContractError: required parameters have no declaration and no role; it names them all.
    """
    known = Known(frozenset(roles), frozenset(numbers))
    bindings: list[Binding] = []
    untold: list[tuple[str, object]] = []
    parameters = parameters_of(called)[has_self:]
    hints = annotations_of(called)
    for parameter in parameters:
        if parameter.kind in _VARIADIC:
            continue
        annotation = hints.get(parameter.name, parameter.annotation)
        binding = _binding(parameter, annotation, declared, known, context, context_parameter)
        if binding is None:
            untold.append((parameter.name, annotation))
        else:
            bindings.append(binding)
    if untold:
        raise _unbound(name, untold, known, table)
    named = {each.parameter for each in bindings}
    bindings += [
        Binding(key, value, "declared") for key, value in declared.items() if key not in named
    ]
    return BoundCall(
        name,
        tuple(bindings),
        frozenset(each.name for each in parameters if each.kind not in (*_KEYWORD, *_VARIADIC)),
        frozenset(role for each in bindings for role in roles_in(each.template)),
    )


def is_kept_by_run(add: BoundCall) -> bool:
    """Whether the run is all that a socket is added under. Then it is the name of a connection:
    if all sockets shared the one run of the kit, each would take the place of the one before."""
    if any(each.why == BY_RUN for each in add.bindings):
        return True
    runs = {each.why for each in add.bindings if "run" in roles_in(each.template)}
    return runs == {BY_NAME} and not {"user", "thread", "connection", "context"} & add.takes


def one_run_a_connection(call: BoundCall) -> BoundCall:
    """The same call, where what was found to be a run is the id of the connection."""
    bindings = tuple(
        replace(each, template="{connection}", why=BY_RUN)
        if each.template == "{run}" and each.why == BY_NAME
        else each
        for each in call.bindings
    )
    return _rebound(call, bindings)


def left_out(call: BoundCall, role: str) -> BoundCall:
    """The same call, where what may be left out and plays a role is left to its default."""
    bindings = tuple(
        Binding(each.parameter, None, "default")
        if each.is_optional and each.template == f"{{{role}}}"
        else each
        for each in call.bindings
    )
    return _rebound(call, bindings)


def _rebound(call: BoundCall, bindings: tuple[Binding, ...]) -> BoundCall:
    takes = frozenset(role for each in bindings for role in roles_in(each.template))
    return replace(call, bindings=bindings, takes=takes)


def parameters_of(called: Callable[..., object]) -> list[inspect.Parameter]:
    """What can be given; nothing where it does not say."""
    try:
        return list(inspect.signature(called).parameters.values())
    except (TypeError, ValueError):
        return []


def _binding(
    parameter: inspect.Parameter,
    annotation: object,
    declared: Mapping[str, object],
    known: Known,
    context: Mapping[str, object],
    context_parameter: str | None,
) -> Binding | None:
    """None when it is required, and neither declared nor told by its name and type."""
    if parameter.name in declared:
        return Binding(parameter.name, declared[parameter.name], "declared")
    roles = known.roles
    role = (
        "context"
        if parameter.name == context_parameter
        else role_of(parameter.name, annotation, numbers=known.numbers)
    )
    if role == "context" and "context" in roles:
        template = dict(context) or built_from(annotation, known)
        if template:
            return Binding(parameter.name, template, "declared" if context else "by type")
    elif role in roles:
        return Binding(parameter.name, f"{{{role}}}", BY_NAME, _has_default(parameter))
    if _has_default(parameter):
        return Binding(parameter.name, None, "default")
    if template := built_from(annotation, known):
        return Binding(parameter.name, template, "by type")
    return None


def _has_default(parameter: inspect.Parameter) -> bool:
    return parameter.default is not inspect.Parameter.empty


def _unbound(
    name: str, untold: Sequence[tuple[str, object]], known: Known, table: str
) -> ContractError:
    listed = " and ".join(f"`{each}`" for each, _ in untold)
    says = (
        "neither its name nor its type says what it is to be given"
        if len(untold) == 1
        else "neither their names nor their types say what they are to be given"
    )
    examples: list[str] = []
    hints: list[str] = []
    for parameter, annotation in untold:
        role = role_of(parameter, str)
        if role in known.roles and type_names(annotation) == {"int"} and table.count(".") > 1:
            concept = table.partition(".conform")[0]
            values = f'`{concept}.conform.values = {{ {role} = "int" }}`'
            hints.append(f"if `{parameter}` is a number, declare {values}")
        else:
            examples.append(f'{parameter} = "{{{_example(parameter, known)}}}"')
    if examples:
        listed_roles = ", ".join(f"{{{each}}}" for each in sorted(known.roles))
        hints.append(
            f"declare what is given, for example `{table}.args = {{ {', '.join(examples)} }}`; a"
            f" template may stand for {listed_roles}"
        )
    return ContractError(f"{table}: `{name}` requires {listed}, and {says}", hint="; ".join(hints))


def _example(name: str, known: Known) -> str:
    """Something that may be given, and that the name of a parameter suggests."""
    example = next((role for part, role in _EXAMPLES if part in name and role in known.roles), "")
    return example or next(each for each in ("message", "user") if each in known.roles)


def built_from(annotation: object, known: Known, depth: int = 0) -> dict[str, object]:
    """How to build what a parameter is annotated with, when its own parameters tell their roles;
    empty when they do not, or when it is nothing that holds data."""
    kind = the_type(annotation)
    if not isinstance(kind, type) or depth >= _DEPTH or not _holds_data(kind):
        return {}
    hints = annotations_of(kind)
    template: dict[str, object] = {BUILD: f"{kind.__module__}:{kind.__qualname__}"}
    for parameter in parameters_of(kind):
        if parameter.kind in _VARIADIC:
            continue
        # A model of pydantic is called with `**data`, whatever its fields are.
        is_written = isinstance(parameter.annotation, str)
        inner = hints.get(parameter.name, "") if is_written else parameter.annotation
        # What is sent under a `type` says of which kind the event is; elsewhere, anything.
        name = "event" if parameter.name == "type" else parameter.name
        role = role_of(name, inner, numbers=known.numbers)
        if role in known.roles and role != "context":
            template[parameter.name] = f"{{{role}}}"
        elif parameter.default is inspect.Parameter.empty:
            nested = built_from(inner, known, depth + 1)
            if not nested:
                return {}
            template[parameter.name] = nested
    return template if len(template) > 1 else {}


def _holds_data(kind: type) -> bool:
    """Dataclasses, named tuples, and models of pydantic, attrs and msgspec."""
    marks = (
        "__dataclass_fields__",
        "_fields",
        "model_fields",
        "__attrs_attrs__",
        "__struct_fields__",
    )
    return any(hasattr(kind, mark) for mark in marks)


def roles_in(template: object) -> frozenset[str]:
    """The roles that a template names."""
    return frozenset(placeholders(template))
