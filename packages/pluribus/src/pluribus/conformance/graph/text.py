"""How a step of a path is written. Never an address, and never somebody's `__repr__`."""

from __future__ import annotations

from collections.abc import Iterable

from pluribus.conformance.graph.atoms import VALUES
from pluribus.conformance.graph.classes import derives, is_enum, module_of, path_of

_MOST = 60


def shown(value: object) -> str:
    """A key as source would have it; an object by its class, `<shop.Context>`."""
    kind = type(value)
    if kind is tuple and len(value) <= 4:  # type: ignore[arg-type]  # `kind is` does not narrow
        inner = [shown(each) for each in value]  # type: ignore[attr-defined]  # as above
        return f"({inner[0]},)" if len(inner) == 1 else f"({', '.join(inner)})"
    if is_enum(kind):
        return f"{path_of(kind)}.{getattr(value, '_name_', '?')}"
    # Only what Python itself can show: a subclass may say anything.
    if derives(kind, *VALUES) and module_of(kind) in _SHOWN:
        text = repr(value)
        return text if len(text) <= _MOST else f"{text[:_MOST]}…"
    return f"<{path_of(kind)}>"


_SHOWN = ("builtins", "uuid", "datetime", "pathlib", "pathlib._local", "decimal", "fractions")


def path_text(user: str, steps: Iterable[str]) -> str:
    """`ann` and its steps: those like `-global->` stand apart, all else follows on."""
    text = user
    for step in steps:
        if step.startswith("-") or text.endswith("->"):
            text += " "
        text += step
    return text.strip()
