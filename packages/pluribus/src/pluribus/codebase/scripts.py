"""What the code base answers of files that are to be edited: rows like those of `rows`."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from pluribus.codebase.rows import Hop, Import, Place, Row, Target


class Alias(Row, frozen=True):
    """One alias of an import statement, in full."""

    found: Import
    module: str
    """The module as written, without its dots."""
    asname: str
    """The name behind `as`; empty when there is none."""
    scope: int
    """0 for the module."""
    branch: int
    """What must hold for it to run; the same number for statements side by side."""


class Bound(Row, frozen=True):
    """A binding of a name."""

    scope: int
    name: str
    start: int


class Use(Row, frozen=True):
    """A use of a name that the file imports, or binds at module level."""

    place: Place
    """Of the whole chain; of the string for one that an annotation quotes."""
    chain: str
    kind: str
    """See `Reference`."""
    scope: int
    home: int
    """The scope that binds the first name; that of the module too when nothing does."""

    @property
    def root(self) -> str:
        return self.chain.partition(".")[0]


class Listing(Row, frozen=True):
    """A name in `__all__`, and where it stands, its quotes included."""

    name: str
    place: Place


class Script(Row, frozen=True, dict=True):
    """What an editor must know of a file."""

    path: str
    module: str
    is_test: bool
    is_package: bool
    is_whole: bool
    """Whether it was read without a syntax error."""
    aliases: tuple[Alias, ...]
    bindings: tuple[Bound, ...]
    parents: tuple[int, ...]
    """The scope around each scope."""
    uses: tuple[Use, ...]
    listed: tuple[Listing, ...]
    is_dynamic: bool
    """Whether it calls `globals`, `locals`, `vars`, `eval` or `exec`."""

    @cached_property
    def bound_in(self) -> dict[tuple[int, str], int]:
        """How often each scope binds each name."""
        counts: dict[tuple[int, str], int] = {}
        for each in self.bindings:
            key = (each.scope, each.name)
            counts[key] = counts.get(key, 0) + 1
        return counts

    @cached_property
    def uses_of(self) -> dict[tuple[int, str], list[Use]]:
        """The uses of each name, by the scope that binds it."""
        found: dict[tuple[int, str], list[Use]] = {}
        for each in self.uses:
            found.setdefault((each.home, each.root), []).append(each)
        return found


class Reach(Row, frozen=True):
    """What a dotted path reaches, and the way there."""

    target: Target
    chain: tuple[Hop, ...]


class Loose(NamedTuple):
    """What is wrong in a source."""

    errors: list[tuple[int, str]]
    """Syntax errors, with their lines."""
    unbound: list[tuple[str, str]]
    """Each use of a name that nothing binds: the class or function around it, and the name.
    Builtins are among them, and what star imports bring."""
