"""What a code base consists of: the top level of its modules, and who imports what by which path.

Rows are small, because there is one for each module; `rows` tells more of each definition. The
order of the fields is that of `crates/pluribus-resolve/src/queries/inventory.rs`.
"""

from __future__ import annotations

from typing import Literal

from pluribus.codebase.rows import Row

_FILE_BITS = 32


class InventoriedClass(Row, frozen=True):
    binding: int
    name: str
    line: int
    column: int
    methods: tuple[str, ...]
    """Those that it defines itself, private ones too."""
    bases: tuple[str, ...]
    """As written."""
    decorators: tuple[str, ...]


class InventoriedFunction(Row, frozen=True):
    binding: int
    name: str
    line: int
    column: int
    parameters: tuple[str, ...]
    decorators: tuple[str, ...]
    is_async: bool
    body: Literal["stub", "forward", "other"]
    statements: int


class Inventoried(Row, frozen=True):
    """A module that is no test."""

    file: int
    path: str
    module: str
    is_package: bool
    classes: tuple[InventoriedClass, ...]
    functions: tuple[InventoriedFunction, ...]
    texts: tuple[tuple[str, str, int], ...]
    """Constants that hold one string: name, string and line."""
    sets: tuple[tuple[str, tuple[str, ...], int], ...]
    """Constants that hold several strings."""
    values: int
    """How many other values it binds, loggers apart."""
    stands_for: tuple[int, ...]
    """Files of the modules that it takes all names of, or that it puts in its own place."""
    takes_from: tuple[int, ...]
    """Files of the modules that it imports from at its top level."""

    @property
    def definitions(self) -> tuple[InventoriedClass | InventoriedFunction, ...]:
        """Its classes, then its functions."""
        return (*self.classes, *self.functions)

    def handle(self, binding: int) -> int:
        """The definition of one of its bindings."""
        return self.file << _FILE_BITS | binding


class Dependants(Row, frozen=True):
    """Who imports one thing, and by which paths."""

    file: int
    binding: int | None
    """None for the module itself."""
    paths: tuple[tuple[str, str, tuple[int, ...]], ...]
    """Module and name as imported, and the files that do so; the name is empty for a module."""

    @property
    def handle(self) -> int | None:
        return None if self.binding is None else self.file << _FILE_BITS | self.binding
