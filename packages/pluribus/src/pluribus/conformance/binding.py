"""Binds the parameters of what is called to roles: declared first, then name and type.

There is no guessing by position and no trying until nothing raises: a required parameter that is
neither declared nor told by its name and type is a mistake in the contract, which names it.
Why: docs/decisions/0012-events-are-known-by-markers.md.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from pluribus.conformance.making import BUILD, Made, Roles, make
from pluribus.conformance.roles import annotations_of, role_of, the_type
from pluribus.contract.conform import placeholders
from pluribus.errors import ContractError

_KEYWORD = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_VARIADIC = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
_DEPTH = 3
"""A context in a context in a context is enough."""


@dataclass(frozen=True)
class Binding:
    """A parameter, what it is given, and how that is known."""

    parameter: str
    template: object
    """As in a contract; None when it is left to its default."""
    why: str
    """`declared`, `by name`, `by type`, or `default`."""


@dataclass(frozen=True)
class BoundCall:
    """Something to call, with what each of its parameters is given."""

    name: str
    bindings: tuple[Binding, ...]
    positional_only: frozenset[str] = frozenset()
    takes: frozenset[str] = field(default=frozenset())
    """The roles that it is given, at any depth."""

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
) -> BoundCall:
    """Bind `called`. `table` is where in the contract its arguments are declared; with `has_self`,
    its first parameter is the instance.

    Raises:
        ContractError: a required parameter has no declaration and no role.
    """
    known = frozenset(roles)
    bindings: list[Binding] = []
    parameters = parameters_of(called)[has_self:]
    hints = annotations_of(called)
    for parameter in parameters:
        if parameter.kind in _VARIADIC:
            continue
        annotation = hints.get(parameter.name, parameter.annotation)
        bindings.append(
            _binding(
                parameter, annotation, declared, known, context, context_parameter, name, table
            )
        )
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
    roles: frozenset[str],
    context: Mapping[str, object],
    context_parameter: str | None,
    name: str,
    table: str,
) -> Binding:
    if parameter.name in declared:
        return Binding(parameter.name, declared[parameter.name], "declared")
    role = (
        "context" if parameter.name == context_parameter else role_of(parameter.name, annotation)
    )
    if role == "context" and "context" in roles:
        template = dict(context) or built_from(annotation, roles)
        if template:
            return Binding(parameter.name, template, "declared" if context else "by type")
    elif role in roles:
        return Binding(parameter.name, f"{{{role}}}", "by name")
    if parameter.default is not inspect.Parameter.empty:
        return Binding(parameter.name, None, "default")
    if template := built_from(annotation, roles):
        return Binding(parameter.name, template, "by type")
    raise ContractError(
        f"{table}: `{name}` requires `{parameter.name}`, and neither its name nor its type says"
        " what it is to be given",
        hint=f'declare it, for example `{table}.args = {{ {parameter.name} = "{{user}}" }}`; a'
        " template may stand for " + ", ".join(f"{{{each}}}" for each in sorted(roles)),
    )


def built_from(annotation: object, roles: frozenset[str], depth: int = 0) -> dict[str, object]:
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
        inner = hints.get(parameter.name, parameter.annotation)
        role = role_of(parameter.name, inner)
        if role in roles and role != "context":
            template[parameter.name] = f"{{{role}}}"
        elif parameter.default is inspect.Parameter.empty:
            nested = built_from(inner, roles, depth + 1)
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
