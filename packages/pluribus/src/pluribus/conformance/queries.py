"""Methods that ask an instance something: found by name, and bound as operations are."""

from __future__ import annotations

import re
from typing import Final

from pluribus.conformance.adapter import HOLDING, QUERIES, Adapter, BoundOperation
from pluribus.conformance.binding import bind
from pluribus.contract import Operation
from pluribus.errors import ContractError

_ASKS: Final = re.compile(
    r"(get|list|is|has|count|find)_\w*(connect|user|socket|session|client|stat|info|online|count)\w*"
    r"|(connection|user|socket|session|client)_(count|ids|info|stats)|stats|status"
)
"""Names of methods that only look. Others might do something."""


def queries(adapter: Adapter, instance: object) -> list[BoundOperation]:
    """Those of an instance of which every required parameter is told by name and type."""
    bound = adapter.bound_roles(instance)
    known = {each.call.name for each in bound if each.role not in QUERIES}
    found = []
    for name in sorted(dir(type(instance))):
        if not _ASKS.fullmatch(name) or name in known:
            continue
        method = getattr(instance, name, None)
        if not callable(method):
            continue
        context = adapter.concept.context
        try:
            call = bind(
                method,
                name,
                {},
                table="queries",
                roles=HOLDING,
                context=adapter.conform.context,
                context_parameter=context.parameter if context else None,
                numbers=adapter.conform.values.numbers,
            )
        except ContractError:
            # Nobody has declared it, so nobody can be told that it lacks something.
            continue
        found.append(BoundOperation("query", call, Operation(), ""))
    return found
