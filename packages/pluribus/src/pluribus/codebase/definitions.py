"""The functions and classes of one source, for who wants to know no more of it."""

from __future__ import annotations

import msgspec

from pluribus.codebase import _native


class Listed(msgspec.Struct, frozen=True):
    """A function, a class, or the module itself, which has no name."""

    qualname: str
    is_function: bool
    decorators: tuple[str, ...]
    """Dotted, without what they are called with."""
    calls: tuple[str, ...]
    """What a function calls itself; of a module or class only what it calls as a statement, and
    what its `pytestmark` is. Dotted."""
    is_stub: bool
    """Whether there is nothing in it."""


def definitions_in(source: bytes) -> list[Listed] | None:
    """List what a source defines, in its order; None for what is no Python text at all."""
    listed = _native.definitions(source)
    if listed is None:
        return None
    return [
        Listed(name, is_function, tuple(decorators), tuple(calls), is_stub)
        for name, is_function, decorators, calls, is_stub in listed
    ]
