"""What the code base answers of how things are used: rows like those of `rows`."""

from __future__ import annotations

from typing import Literal

from pluribus.codebase.rows import Row, Site


class Call(Row, frozen=True):
    site: Site
    callee: str
    target: int
    positional: int
    has_star: bool
    keywords: tuple[str, ...]
    has_double_star: bool
    awaited: bool
    dropped: bool
    expects_error: bool
    """Whether it stands where an error is expected, as below `pytest.raises`."""
    handed_out: tuple[int, bool] | None
    """Of a class: the function around it, when that returns or yields the object; whether it can
    be nothing else there."""


class Inside(Row, frozen=True):
    """What a module says of its own functions."""

    listed: tuple[str, ...]
    """Names that it puts into `__all__` itself."""
    calls: tuple[tuple[str, str], ...]
    """The qualified name of the nearest class or function, and the callee as written."""


class Argument(Row, frozen=True):
    """A word that is handed to a method."""

    keyword: str
    """Empty for one that stands by its position."""
    position: int
    word: str
    name: str
    """The constant that holds it, as written; empty for the string itself."""


class MethodCall(Row, frozen=True):
    """A call of a method on an object whose class is known."""

    site: Site
    callee: str
    method: str
    class_: int
    """The class that was asked for: that of the object, or one above it."""
    target: int | None
    """What the class has under that name; None when it has nothing."""
    is_certain: bool
    """Whether the object can be nothing else."""
    is_exact: bool
    """Whether the object is of no class below that one."""
    is_guarded: bool
    """Whether the file puts something else under that name, or asks by a string whether it is
    there."""
    expects_error: bool
    """Whether the call stands where an error is expected, as below `pytest.raises`."""
    positional: int
    has_star: bool
    keywords: tuple[str, ...]
    has_double_star: bool
    awaited: bool
    dropped: bool
    arguments: tuple[Argument, ...]
    """Those that are known."""


class Reference(Row, frozen=True):
    site: Site
    chain: str
    kind: Literal["load", "annotation", "base", "type-check", "callee", "decorator", "argument"]
    target: int


class String(Row, frozen=True):
    """A string that is spelled like a dotted path, and where it stands."""

    site: Site
    text: str
    position: Literal[
        "argument", "keyword", "subscript", "key", "value", "element", "comparison", "other"
    ]
    index: int
    keyword: str
    callee: str
    callee_path: str
    """The callee with the import of its first name spelled out."""
    used_around: tuple[str, ...]
    """What is called and referred to in the outermost class or function around it, each once,
    with imports spelled out; nothing at module level."""


class Spelled(Row, frozen=True):
    """A file, and which of the names that were asked for it spells."""

    path: str
    names: tuple[str, ...]


class WordSet(Row, frozen=True):
    """At least three words that are written down together."""

    site: Site
    name: str
    """Qualified within the module."""
    kind: Literal["list", "class", "enum"]
    """A list is any sequence or set; of a class these are the values of its attributes."""
    words: tuple[str, ...]
    """Sorted, each once."""

    @property
    def path(self) -> str:
        return f"{self.site.module}:{self.name}"
