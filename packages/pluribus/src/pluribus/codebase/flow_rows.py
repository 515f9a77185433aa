"""What the code base answers about what functions make, keep and change.

The order of the fields is the order in which `crates/pluribus-resolve/src/rows.rs` writes them.
"""

from __future__ import annotations

from typing import Literal

from pluribus.codebase.rows import Row, Site


class Change(Row, frozen=True):
    """A change of what outlives the call in which it happens."""

    site: Site
    holder: int
    """The class or function that was asked for."""
    name: str
    target: str
    """`module:Qualname` of the class attribute or the variable."""
    kind: Literal["class", "module"]
    declared: Literal["container", "none", "constant", "other"]
    """What it starts as."""
    through: Literal["self", "cls", "name"]
    how: Literal["item", "added", "deleted", "augmented", "call", "rebound"]
    method: str
    """The method that is called on it."""
    key: tuple[str, ...]
    """What the key is made of: dotted expressions, `?` for what is not known."""
    made_of: tuple[tuple[str, ...], ...]
    """When a function makes the key: for each key that is made of nothing but parts of its
    first parameter, these parts."""
    value: int | None
    """The class of what is put there."""
    place: Site | None
    """Where it is declared, in the same file."""


class Returned(Row, frozen=True):
    """Something that a function may return."""

    kind: Literal["object", "none", "constant", "external", "unknown"]
    class_: int | None
    name: str
    """`module:Qualname` of the class, or what is called as it is written."""
    is_certain: bool


class Flow(Row, frozen=True):
    """What a function makes of what it is given."""

    handle: int
    idle: tuple[tuple[str, bool], ...]
    """Parameters that reach neither what is returned nor what outlives the call; true for those
    that are not used at all."""
    kept: tuple[str, ...]
    """Parameters with a default that are changed in place, kept or returned as they are."""
    returned: tuple[Returned, ...]
