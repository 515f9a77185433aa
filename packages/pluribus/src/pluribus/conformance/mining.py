"""Text that code compares with and takes apart, read off live functions: what it could trip on."""

from __future__ import annotations

import inspect
import re
import sys
import types
from collections.abc import Callable, Iterator
from typing import TypeGuard

_MOST = 40
"""Pieces of text, and as many letters of one."""
_GROUP = re.compile(r"\((?!\?).*[\\\[.*+].*\)")
"""What no prose has: a group with something special in it."""
_LONGEST = 100
_FEW = 5


def texts_of(target: Callable[..., object]) -> tuple[str, ...]:
    """Short strings of the module that defines `target`, the shortest first."""
    found = {each for each in _strings(target) if each.strip() == each or len(each) == 1}
    usable = [each for each in found if 0 < len(each) <= _MOST and each.isprintable()]
    return tuple(sorted(usable, key=lambda each: (len(each), each))[:_MOST])


def patterns_of(target: Callable[..., object]) -> tuple[re.Pattern[str], ...]:
    """Regular expressions of that module that take something out of a text."""
    found = []
    for each in sorted(each for each in set(_strings(target)) if _GROUP.search(each)):
        try:
            found.append(re.compile(each))
        except re.error:
            continue
    usable = [each for each in found if each.groups and len(each.pattern) <= _LONGEST]
    return tuple(usable[:_FEW])


def _strings(target: Callable[..., object]) -> Iterator[str]:
    """Of the function, of those that it encloses, and of all its module."""
    inner = inspect.unwrap(target)
    if _has_code(inner):
        yield from _constants(inner.__code__)
        for enclosed in inspect.getclosurevars(inner).nonlocals.values():
            if _has_code(enclosed):
                yield from _constants(enclosed.__code__)
    module = sys.modules.get(getattr(inner, "__module__", None) or "")
    for value in list(vars(module).values()) if module else ():
        yield from _of(value, getattr(inner, "__module__", ""), 0)


def _of(value: object, module: str, depth: int) -> Iterator[str]:
    match value:
        case str():
            yield value
        case re.Pattern() if isinstance(value.pattern, str):
            yield value.pattern
        case types.FunctionType() if value.__module__ == module:
            yield from _constants(value.__code__)
        case type() if value.__module__ == module and depth == 0:
            for each in list(vars(value).values()):
                yield from _of(getattr(each, "__func__", each), module, depth + 1)
        case _:
            pass


def _has_code(value: object) -> TypeGuard[types.FunctionType]:
    return isinstance(value, types.FunctionType)


def _constants(code: types.CodeType) -> Iterator[str]:
    for each in code.co_consts:
        if isinstance(each, str):
            yield each
        elif isinstance(each, types.CodeType):
            yield from _constants(each)
        elif isinstance(each, tuple | frozenset):
            yield from (item for item in each if isinstance(item, str))
