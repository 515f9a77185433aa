"""What the code base answers about functions that are written down again.

The order of the fields is that in which `copy_rows.rs` in `crates/pluribus-resolve/src` writes
them.
"""

from __future__ import annotations

from typing import Literal

from pluribus.codebase.rows import Row, Site


class Copy(Row, frozen=True):
    """A function that does what another one does."""

    site: Site
    copy: int
    class_: int | None
    """The class that it is a method of."""
    original: int
    """The one of those that were asked for that it is most like."""
    grade: Literal["exact", "renamed", "near"]
    shared: int
    """How many statements the two have in common, in the same order."""
    of: int
    """How many the longer of them has."""
    telling: int
    """How many different statements of the original say more than any other does."""


class Member(Row, frozen=True):
    """One function of a family."""

    site: Site
    handle: int
    class_: int | None
    """The class that it is a method of."""
    grade: Literal["exact", "renamed", "near", ""]
    """What it is to the first one; empty for what is like another member only."""
    shared: int
    """How many statements it has in common with the first, in the same order."""
    of: int
    """How many the longer of the two has."""
    telling: int
    """How many different statements of it say more than any other does."""


class Family(Row, frozen=True):
    """Functions that are each other again, in order of place."""

    members: tuple[Member, ...]
