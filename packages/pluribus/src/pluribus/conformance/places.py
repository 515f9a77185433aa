"""Where in the source the operations of a run are defined."""

from __future__ import annotations

import inspect

from pluribus.conformance.adapter import METHODS, QUERIES, BoundOperation
from pluribus.conformance.stage import Stage


def places(
    stage: Stage, about: tuple[str, ...], delivery: BoundOperation | None
) -> tuple[tuple[str, int, str], ...]:
    """File, line and name of what a property is about, as far as it was called."""
    found: dict[tuple[str, int, str], None] = {}
    instances = stage.instances()[:1]
    for role in about:
        if role == "factory":
            for each in stage.adapter.factories():
                _add(found, each.target)
        elif role == "delivery" and delivery is not None:
            for instance in instances:
                _add(found, getattr(instance, delivery.call.name, None))
        elif role in METHODS or role in QUERIES:
            for instance in instances:
                operation = stage.adapter.operation(role, instance)
                if operation is not None:
                    _add(found, getattr(instance, operation.call.name, None))
    return tuple(found)


def _add(found: dict[tuple[str, int, str], None], target: object) -> None:
    if target is None:
        return
    inner = inspect.unwrap(target) if callable(target) else type(target)
    try:
        file = inspect.getsourcefile(inner) or ""
        _, line = inspect.getsourcelines(inner)
    except (TypeError, OSError, AttributeError):
        return
    found[file, line, getattr(inner, "__qualname__", "")] = None
