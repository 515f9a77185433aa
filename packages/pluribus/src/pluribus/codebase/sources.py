"""What one source says by itself, whatever else was read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from pluribus.codebase import _native


class RunImport(NamedTuple):
    """An import that runs when the source is imported."""

    statement: int
    """Where its statement starts, in bytes."""
    module: str
    """As written, its dots included."""
    name: str
    """`*` for a star, empty for `import module`."""


class Act(NamedTuple):
    """Something that an import runs, and that may do more than define a name."""

    line: int
    kind: str
    """`call`, `decorator`, `base`, `keyword`, `set` (of an attribute), `item`, `change`, `enter`
    or `unread`."""
    path: str
    """What it is done with, from the module that has it. `builtins.` stands before what nothing
    binds, `:` before a class or function of the file, `=` before a value that it makes, and `?`
    before what cannot be told."""
    shown: str
    """As the source spells it."""
    given: str
    """Of a call what it is handed, by commas; of what is set the attribute or key."""


class RunClass(NamedTuple):
    """A class at the top level of the source."""

    bases: tuple[str, ...]
    is_plain: bool
    """Whether it has no metaclass, no `__init_subclass__`, and no keywords."""


class Running(NamedTuple):
    """What runs when a source is imported."""

    imports: tuple[RunImport, ...]
    acts: tuple[Act, ...]
    classes: Mapping[str, RunClass]
    names: Mapping[str, tuple[str, ...]]
    """What each of its names may be."""


class Rebinding(NamedTuple):
    """A place that may bind names of a module anew."""

    line: int
    kind: str
    """`name`; `any` where it cannot be told which; `modules` where `sys.modules` is changed under
    a key that cannot be told."""
    name: str


def running(source: bytes) -> Running:
    """What runs when a source is imported.

    Raises:
        FactsError: it is no Python text at all.
    """
    imports, acts, classes, names = _native.running(source)
    paths: dict[str, tuple[str, ...]] = {}
    for name, path in names:
        paths[name] = (*paths.get(name, ()), path)
    return Running(
        tuple(RunImport(*each) for each in imports),
        tuple(Act(*each) for each in acts),
        {name: RunClass(tuple(bases), is_plain) for name, bases, is_plain in classes},
        paths,
    )


def calling(source: bytes, function: str) -> tuple[Act, ...] | None:
    """What runs when a function of a source is called, or a method spelled `Class.method`.

    `~` stands before values that the source has made for all, `=` before those of the call; an act
    may be a `global` or an `import`, too. None for what is not defined at the top level.

    Raises:
        FactsError: it is no Python text at all.
    """
    found = _native.calling(source, function)
    return None if found is None else tuple(Act(*each) for each in found)


def rebindings(source: bytes, held: Collection[str], paths: Collection[str]) -> list[Rebinding]:
    """Where a source may bind names of a module anew.

    Args:
        source: The bytes of the file.
        held: Dotted names that the file has for the module.
        paths: Those by which it may be imported.

    Raises:
        FactsError: it is no Python text at all.
    """
    return [Rebinding(*each) for each in _native.rebindings(source, sorted(held), sorted(paths))]


def spoken(source: bytes) -> list[tuple[int, int]]:
    """The ranges of bytes that f-strings print as they are spelled: `{x=}`.

    Raises:
        FactsError: it is no Python text at all.
    """
    return _native.spoken(source)
