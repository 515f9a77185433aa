"""What one source binds in its module and its classes, for who wants to know no more of it."""

from __future__ import annotations

from typing import Literal, cast

import msgspec

from pluribus.codebase import _native

StatementKind = Literal["statement", "function", "class", "import", "value", "gone"]


class Mark(msgspec.Struct, frozen=True):
    """A decorator."""

    name: str
    """Dotted, without what it is called with."""
    mentions: tuple[str, ...]
    """Dotted names among its arguments, and their strings, each behind a `"`."""
    keywords: tuple[str, ...]
    """The source of each keyword argument, as in `autouse=True`."""
    values: str
    """The source of its second argument, or of `argvalues`."""


class Statement(msgspec.Struct, frozen=True):
    """A statement of a module or a class that binds a name, takes one away, or calls something.

    One that can never run, as below `if False`, is none.
    """

    scope: str
    """The class that it stands in, as in `Outer.Inner`; empty for the module."""
    name: str
    """Dotted where an attribute is bound; `*` for all names of a module, empty for a statement
    that binds none."""
    kind: StatementKind
    marks: tuple[Mark, ...]
    mentions: tuple[str, ...]
    """Dotted: what a function calls or raises, the bases of a class, what a value or a statement
    names, with its strings behind a `"`; of an import the module, with its dots, and the name in
    it, which is empty for the module itself."""
    parameters: tuple[str, ...]
    text: str
    """Of a value its source, of a function that of its body without import statements."""
    condition: str
    """What must be true for it to run; empty when it always runs."""
    is_stub: bool
    """Whether there is nothing in it."""
    is_async: bool
    is_generator: bool


def statements_in(source: bytes) -> list[Statement] | None:
    """List what a source binds, in its order; None for what is no Python text at all."""
    listed = _native.bound(source)
    if listed is None:
        return None
    return [
        Statement(
            scope,
            name,
            cast("StatementKind", kind),
            tuple(Mark(each[0], tuple(each[1]), tuple(each[2]), each[3]) for each in marks),
            tuple(mentions),
            tuple(parameters),
            text,
            condition,
            *flags,
        )
        for scope, name, kind, marks, mentions, parameters, text, condition, flags in listed
    ]
