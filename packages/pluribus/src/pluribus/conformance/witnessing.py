"""Whether what was driven is the owner: a facade that never calls it proves nothing about it."""

from __future__ import annotations

import contextlib
import inspect
import threading
import types
from collections.abc import Iterator

from pluribus.conformance.stage import Stage
from pluribus.conformance.tracing import Tracer
from pluribus.errors import ContractError

_APART = ("factory", "dispose")


def missing_entry(stage: Stage, tracer: Tracer) -> str | None:
    """Say that operations were called and no code of the owner was entered; None when it was, or
    when that cannot be known."""
    # What other threads enter is not seen.
    here = threading.get_ident()
    operations = [
        each.name
        for each in stage.history.calls
        if each.role not in _APART and each.thread == here
    ]
    owner = owner_of(stage)
    if not operations or owner is None:
        return None
    instances = [*stage.instances(), *(each.instance for each in stage.members)]
    values = list(_values(owner))
    for each in instances:
        if isinstance(each, owner):
            values += [*_values(type(each)), *_attributes(each)]
    methods = [each for each in values if _is_method(each)]
    codes = {code for each in methods for code in _codes(each)}
    is_opaque = any(not list(_codes(each)) for each in methods)
    if not codes or is_opaque or codes & tracer.entered:
        return None
    named = stage.adapter.concept.owner
    return f"`{operations[-1]}` was called, and no code of `{named}` was entered"


def codes_of(owner: type) -> set[types.CodeType]:
    """The code of all methods and properties of a class and of its bases."""
    return {code for each in _values(owner) for code in _codes(each)}


def owner_of(stage: Stage) -> type | None:
    """The owner, where it is a class that can be had."""
    try:
        found = stage.adapter.resolve(stage.adapter.concept.owner)
    except (ContractError, LookupError):
        return None
    return found if isinstance(found, type) else None


def _values(kind: type) -> Iterator[object]:
    for each in kind.__mro__:
        if each is not object:
            yield from (
                value
                for name, value in list(vars(each).items())
                if name not in ("__class__", "__dict__", "__weakref__", "__new__")
            )


def _attributes(instance: object) -> Iterator[object]:
    """What an instance holds, in slots as well: a dataclass may be made of functions."""
    yield from getattr(instance, "__dict__", {}).values()
    for each in _values(type(instance)):
        if isinstance(each, types.MemberDescriptorType):
            with contextlib.suppress(AttributeError):  # a slot that is empty
                yield each.__get__(instance)


def _is_method(value: object) -> bool:
    if isinstance(value, type):
        return False
    return callable(value) or isinstance(value, staticmethod | classmethod | property)


def _codes(value: object) -> Iterator[types.CodeType]:
    if isinstance(value, staticmethod | classmethod):
        value = value.__func__
    if isinstance(value, property):
        for each in (value.fget, value.fset, value.fdel):
            yield from _codes(each)
        return
    code = getattr(value, "__code__", None)
    if isinstance(code, types.CodeType):
        yield code
    if callable(value) and hasattr(value, "__wrapped__"):
        yield from _codes(inspect.unwrap(value))
