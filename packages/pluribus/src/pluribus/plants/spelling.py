"""Planted functions, classes and calls, spelled after those of the owner."""

from __future__ import annotations

from collections.abc import Mapping

from pluribus.codebase import Definition
from pluribus.plants.ground import Ground
from pluribus.plants.sample import MARK

_KEPT_DECORATORS = ("staticmethod", "classmethod", "property")
BODY = "kept = [1, 2]\n{indent}kept.append(len(kept))\n{indent}{gives} [len(kept)]\n"
"""Work of its own: neither a stub nor a call that is passed on."""


def is_static(definition: Definition) -> bool:
    return "staticmethod" in definition.decorators


def parameters(definition: Definition, *, more: str = "", dropped: int = 0) -> str:
    """The parameters of a function as source, without annotations; defaults become None.

    Args:
        definition: The function that is copied.
        more: A parameter without default, put before the first that has one.
        dropped: How many of the last positional ones without default are left out.
    """
    taken = list(definition.parameters)
    for _ in range(dropped):
        last = [each for each in taken if each.kind == "positional" and not each.default][-1]
        taken.remove(last)
    parts: list[str] = []
    has_star, hidden = False, False
    for each in taken:
        if hidden and each.kind != "positional-only":
            parts.append("/")
        hidden = each.kind == "positional-only"
        if each.kind == "keyword-only" and not has_star:
            parts.append("*")
        has_star |= each.kind in ("keyword-only", "var-positional")
        stars = {"var-positional": "*", "var-keyword": "**"}.get(each.kind, "")
        parts.append(f"{stars}{each.name}{'=None' if each.default else ''}")
    if hidden:
        parts.append("/")
    if more:
        at = next(
            (index for index, part in enumerate(parts) if "=" in part or (part.startswith("*"))),
            len(parts),
        )
        parts.insert(at, more)
    return ", ".join(parts)


def function(
    definition: Definition,
    *,
    name: str = "",
    indent: str = "",
    taking: str | None = None,
    is_async: bool | None = None,
    mark: str = "",
) -> str:
    """A function that takes what another takes, and does work of its own."""
    awaited = definition.is_async or definition.gives == "coroutine"
    is_async = awaited if is_async is None else is_async
    gives = "yield" if definition.is_generator and is_async == definition.is_async else "return"
    lines = [f"@{each}" for each in definition.decorators if each in _KEPT_DECORATORS]
    taking = parameters(definition) if taking is None else taking
    head = f"{'async ' if is_async else ''}def {name or definition.name}({taking}):{mark}"
    body = BODY.format(indent=indent + "    ", gives=gives)
    return "".join(f"{indent}{line}\n" for line in (*lines, head)) + f"{indent}    {body}"


def rival_class(
    ground: Ground,
    *,
    name: str = "",
    bases: str = "",
    left_out: str = "",
    changed: Mapping[str, str] | None = None,
    more: str = "",
    mark: str = MARK,
) -> str:
    """A class with the methods of the interface, some left out or put another way."""
    # A mixin is no rival, whatever it offers.
    name = name or "Planted" + ground.name.removesuffix("Mixin")
    parts = [f"class {name}{bases}:  {mark}\n"]
    for method, has in ground.interface.items():
        if method == left_out:
            continue
        if changed and method in changed:
            parts.append(changed[method])
        elif has is None:
            parts.append(
                f"    def {method}(self):\n        " + BODY.format(indent=" " * 8, gives="return")
            )
        else:
            parts.append(function(has, name=method, indent="    "))
    return "\n".join([*parts, more] if more else parts)


def fitting(definition: Definition, *, on_object: bool = True) -> str:
    """Arguments that a call of a function needs."""
    skipped = 1 if on_object and not is_static(definition) else 0
    needed = [each for each in definition.parameters[skipped:] if not each.default]
    kinds = {"positional-only": "None", "positional": "None"}
    parts = [kinds[each.kind] for each in needed if each.kind in kinds]
    parts += [f"{each.name}=None" for each in needed if each.kind == "keyword-only"]
    return ", ".join(parts)


def most(definition: Definition, *, on_object: bool = True) -> int | None:
    """How many positional arguments a call can hand over; None when there is no end."""
    if any(each.kind == "var-positional" for each in definition.parameters):
        return None
    skipped = 1 if on_object and not is_static(definition) else 0
    kinds = [each.kind for each in definition.parameters]
    return sum(kind.startswith("positional") for kind in kinds) - skipped
