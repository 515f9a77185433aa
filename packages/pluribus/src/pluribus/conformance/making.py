"""Templates: what a contract says of a value becomes the value, and the Python text of it."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pluribus.errors import ContractError

_WHOLE = re.compile(r"\{(\w+)\}")
BUILD = "build"
"""The key of a table that makes a call of it."""


@dataclass(frozen=True)
class Made:
    """A value, and how a program writes it."""

    value: object
    source: str
    imports: frozenset[str] = frozenset()


Roles = Mapping[str, Callable[[], Made]]
"""Role to what stands for it now."""


def literal(value: object) -> Made:
    """A value that Python's own text stands for."""
    return Made(value, repr(value))


def make(template: object, roles: Roles) -> Made:
    """Make the value of a template.

    Raises:
        ContractError: a definition to build cannot be imported, or a role has no value here.
    """
    match template:
        case Made():
            return template
        case str():
            return _text(template, roles)
        case dict() if BUILD in template:
            return _built(template, roles)
        case dict():
            items = {key: make(item, roles) for key, item in template.items()}
            inner = ", ".join(f"{key!r}: {item.source}" for key, item in items.items())
            return Made(
                {key: item.value for key, item in items.items()},
                "{" + inner + "}",
                _imports(items.values()),
            )
        case list() | tuple():
            made = [make(item, roles) for item in template]
            return Made(
                [item.value for item in made],
                "[" + ", ".join(item.source for item in made) + "]",
                _imports(made),
            )
        case _:
            return literal(template)


def imported(definition: str) -> object:
    """Import `package.module:Qualname`, or `package.module`.

    Raises:
        ContractError: there is no such module or name. What the module itself raises while it is
            imported goes through.
    """
    module, _, qualname = definition.partition(":")
    try:
        value: object = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name and f"{module}.".startswith(f"{error.name}."):
            raise ContractError(
                f"`{definition}` cannot be imported: there is no module `{error.name}`",
                hint="the roots of [codebase] say from where modules are imported",
            ) from error
        raise
    for name in filter(None, qualname.split(".")):
        try:
            value = getattr(value, name)
        except AttributeError as error:
            raise ContractError(
                f"`{definition}` cannot be imported: `{module}` has no `{qualname}`"
            ) from error
    return value


def import_of(definition: str) -> tuple[str, str]:
    """The line that imports a definition, and its name afterwards."""
    module, _, qualname = definition.partition(":")
    first = qualname.split(".")[0]
    return f"from {module} import {first}", qualname


def _text(template: str, roles: Roles) -> Made:
    whole = _WHOLE.fullmatch(template)
    if whole:
        return _role(whole[1], roles)
    if not _WHOLE.search(template):
        return literal(template)
    return literal(_WHOLE.sub(lambda match: str(_role(match[1], roles).value), template))


def _role(name: str, roles: Roles) -> Made:
    if name not in roles:
        raise ContractError(f"`{{{name}}}` has no value where it is used")
    return roles[name]()


def _built(template: Mapping[str, object], roles: Roles) -> Made:
    definition = str(template[BUILD])
    target = imported(definition)
    if not callable(target):
        raise ContractError(f"`{definition}` is to be built and cannot be called")
    made = {key: make(item, roles) for key, item in template.items() if key != BUILD}
    line, name = import_of(definition)
    arguments = ", ".join(f"{key}={item.source}" for key, item in made.items())
    value = target(**{key: item.value for key, item in made.items()})
    return Made(value, f"{name}({arguments})", _imports(made.values()) | {line})


def _imports(made: object) -> frozenset[str]:
    assert hasattr(made, "__iter__")
    return frozenset(line for item in made for line in item.imports)
