"""What the code base answers: facts with their names resolved.

The order of the fields is the order in which `crates/pluribus-resolve/src/rows.rs` writes them.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import msgspec

from pluribus.findings import Location


class Row(msgspec.Struct, frozen=True, array_like=True):
    """Rows cross the border as arrays: small, and fast to read."""


class Place(Row, frozen=True, order=True):
    """A range of bytes of a file, and where it starts; line and column count from 1."""

    path: str
    line: int
    column: int
    start: int
    end: int

    def location(self, label: str = "") -> Location:
        return Location(self.path, self.line, self.column, label)


class Site(Row, frozen=True):
    """Where a fact stands: the file, its module, and what is around it."""

    place: Place
    module: str
    is_test: bool
    scope: str
    """Qualified name of the function or class around it; empty at module level."""
    in_function: bool
    type_checking: bool
    guarded: bool
    """In a `try` that catches `ImportError`, or in such a handler."""
    fallback: bool
    """In the handler."""


class Target(Row, frozen=True):
    """What a name reaches."""

    kind: Literal[
        "definition",
        "module",
        "external",
        "unknown",
        "missing-module",
        "missing-name",
        "beyond-root",
    ]
    name: str
    """`module:Qualname` of a definition, a module, or why it is unknown."""
    handle: int | None

    @property
    def is_missing(self) -> bool:
        return self.kind in ("missing-module", "missing-name", "beyond-root")


class Hop(Row, frozen=True):
    """One step on the way from a name to what it reaches."""

    module: str
    name: str
    kind: str
    place: Place

    @property
    def path(self) -> str:
        return f"{self.module}.{self.name}"


class Import(Row, frozen=True):
    """One alias of an import statement."""

    site: Site
    statement: Place
    module_place: Place
    written: str
    """The module as written, made absolute."""
    canonical: str
    """The same by the name that the code base gives the module that it reaches."""
    name: str
    """The imported name; empty for `import module`, `*` for a star."""
    bound: str
    level: int
    module_target: Target
    target: Target
    chain: tuple[Hop, ...]

    @property
    def path(self) -> str:
        """`package.module.Name`, as far as it is written."""
        return f"{self.written}.{self.name}" if self.name not in ("", "*") else self.written


class Binding(Row, frozen=True):
    """A module-level name, and what it reaches."""

    site: Site
    name: str
    kind: Literal[
        "import", "alias", "star", "lazy", "replaced", "definition", "assignment", "other"
    ]
    exported: bool
    """Whether `__all__` lists it."""
    redundant: bool
    """Spelled `import X as X`."""
    source: str
    """The name under which an import takes it; empty for all else."""
    is_package: bool
    uses: int
    """How often its own file uses the name."""
    target: Target
    chain: tuple[Hop, ...]
    is_placeholder: bool
    """Whether nothing but `None` or an empty body stands behind it."""
    alternatives: tuple[int, ...]
    """What the name may be instead: under another condition, or for type checkers."""

    @property
    def path(self) -> str:
        return f"{self.site.module}.{self.name}"


class Parameter(Row, frozen=True):
    name: str
    kind: Literal["positional-only", "positional", "var-positional", "keyword-only", "var-keyword"]
    annotation: str
    default: str


class Base(Row, frozen=True):
    written: str
    target: Target


class Definition(Row, frozen=True):
    """A class, a function or a variable."""

    handle: int
    site: Site
    qualname: str
    kind: Literal["class", "function", "variable"]
    is_async: bool
    parameters: tuple[Parameter, ...]
    returns: str
    decorators: tuple[str, ...]
    bases: tuple[Base, ...]
    is_generator: bool
    gives: Literal["coroutine", "plain", "unknown"]
    """What a call gives, as far as it can be told; `plain` is what cannot be awaited."""
    body: Literal["stub", "forward", "other"]
    forwards_to: str

    @property
    def name(self) -> str:
        return self.qualname.rpartition(".")[2]

    @property
    def path(self) -> str:
        return f"{self.site.module}:{self.qualname}"


class Store(Row, frozen=True):
    """`self.name = ...`, and what the value is a name or a call of."""

    name: str
    target: Target
    is_instance: bool


class Class(Row, frozen=True, dict=True):
    """A class in full."""

    definition: Definition
    methods: tuple[Definition, ...]
    attributes: tuple[str, ...]
    stores: tuple[Store, ...]
    ancestors: tuple[Target, ...]
    collaborators: tuple[str, ...]
    words: tuple[str, ...]

    @cached_property
    def public_methods(self) -> dict[str, Definition]:
        return {each.name: each for each in self.methods if not each.name.startswith("_")}


class Rebound(Row, frozen=True):
    """A binding of a name that its scope binds more than once."""

    site: Site
    name: str
    kind: Literal["class", "function", "import", "none", "assignment", "other"]
    decorators: tuple[str, ...]
    branches: tuple[tuple[int, str], ...]
    wraps_itself: bool


class OwnName(Row, frozen=True):
    name: str
    kind: Literal["class", "function", "alias", "call", "value"]
    place: Place


class Imported(Row, frozen=True):
    """A name that a module imports at its top level."""

    name: str
    written: str
    """The module through which it is imported, made absolute."""
    target: Target


class Module(Row, frozen=True):
    """A module as a whole."""

    name: str
    path: str
    is_test: bool
    is_package: bool
    own: tuple[OwnName, ...]
    imported: tuple[Imported, ...]
    calls: tuple[str, ...]
    stores: tuple[str, ...]
    """Attributes of other things that it sets at its top level."""
    replaced_by: tuple[str, Place] | None
    first: Place
    open_names: bool
    has_getattr: bool


class Exports(Row, frozen=True):
    """What a module says that it offers."""

    module: str
    names: tuple[str, ...] | None
    """The names in `__all__`; None when there is none that can be read."""


class Suppression(Row, frozen=True):
    place: Place
    is_test: bool
    first_line: int
    last_line: int
    rules: tuple[str, ...]
    reason: str


class File(Row, frozen=True):
    path: str
    module: str
    is_test: bool
    status: Literal["parsed", "recovered", "set-aside", "not-parsed"]
    reason: str


class Ledger(Row, frozen=True):
    """What was read, what was not, and why."""

    seen: int
    tests: int
    parsed: int
    set_aside: int
    noted: tuple[File, ...]
    """Files that were recovered or not parsed."""
    roots: tuple[tuple[str, int, str], ...]
    left_out: tuple[tuple[str, str], ...]
    unreadable: tuple[tuple[str, str], ...]
    excluded_by: tuple[int, ...]
    tests_by: tuple[int, ...]
    unresolved: tuple[tuple[str, int], ...]
