"""Small packages in which names travel in every way that Python knows.

Left out is what depends on when a name is read: a module binds a name anew only in the next
statement, before anyone can have taken the old value, and imports itself nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st

FILES = (
    "p/__init__.py",
    "p/m.py",
    "p/n.py",
    "p/k.py",
    "p/q/__init__.py",
    "p/q/m.py",
    "p/q/n.py",
    "p/r/k.py",
    "p/m/__init__.py",
    "p/m/n.py",
    "t.py",
)
CLASSES = ("A", "B", "C", "D", "_E")
# The others are those of modules too; they are bound by imports of a namesake alone, because a
# class with the name of a submodule lasts only until someone imports the submodule.
NAMES = (*CLASSES, "m", "k", "q")


def module_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@dataclass
class Module:
    """A module while it is written."""

    path: str
    lines: list[str] = field(default_factory=list)
    bound: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return module_of(self.path)

    @property
    def package(self) -> str:
        """The package that one dot stands for."""
        return module_of(self.path.rpartition("/")[0] + "/__init__.py")

    def binds(self, name: str) -> None:
        self.bound = [*(each for each in self.bound if each != name), name]


@dataclass
class Tree:
    """Source by path; every class and function of it has a mark of its own."""

    modules: list[Module]
    marks: int = 0

    @property
    def files(self) -> dict[str, str]:
        return {each.path: "\n".join([*each.lines, ""]) for each in self.modules}

    @property
    def names(self) -> list[str]:
        """Dotted names of all modules and of the folders that hold them."""
        found = {each.name for each in self.modules}
        return sorted(found | {name.rpartition(".")[0] for name in found} - {""})


@dataclass
class Author:
    """Writes one statement of one module of a tree."""

    draw: st.DrawFn
    tree: Tree
    module: Module
    done: list[Module]

    def name(self) -> str:
        """A name that the module does not bind yet, as long as there is one."""
        free = [each for each in CLASSES if each not in self.module.bound]
        return self.draw(st.sampled_from(free or list(CLASSES)))

    def definition(self, name: str) -> str:
        self.tree.marks += 1
        mark = self.tree.marks
        return self.draw(
            st.sampled_from(
                [
                    f"class {name}: mark = {mark}",
                    f"def {name}(mark={mark}): ...",
                    f"{name} = type('{name}', (), {{'mark': {mark}}})",
                ]
            )
        )

    def origin(self) -> Module:
        """Mostly a module that is written already, so that most imports succeed."""
        is_known = self.done and self.draw(st.integers(0, 9)) > 0
        others = [each for each in self.tree.modules if each.name != self.module.name]
        return self.draw(st.sampled_from(self.done if is_known else others))

    def name_in(self, origin: Module) -> str:
        is_known = origin.bound and self.draw(st.integers(0, 14)) > 0
        return self.draw(st.sampled_from(origin.bound if is_known else list(NAMES)))

    def spelled(self, origin: str) -> str:
        """A module for use after `from`: absolute, or relative where dots can reach it."""
        level, base = 1, self.module.package
        while base and not f"{origin}.".startswith(f"{base}."):
            level, base = level + 1, base.rpartition(".")[0]
        if not base or self.draw(st.booleans()):
            return origin
        return "." * level + origin.removeprefix(base).removeprefix(".")

    def taken(self) -> tuple[str, str]:
        """A from-import, and the name that it binds."""
        origin = self.origin()
        name = self.name_in(origin)
        is_free = name not in self.module.bound
        bound = name if is_free and self.draw(st.booleans()) else self.name()
        alias = f" as {bound}" if bound != name or self.draw(st.integers(0, 4)) == 0 else ""
        return f"from {self.spelled(origin.name)} import {name}{alias}", bound


def define(author: Author) -> list[str]:
    name = author.name()
    author.module.binds(name)
    times = author.draw(st.sampled_from([1, 1, 2]))
    return [author.definition(name) for _ in range(times)]


def take(author: Author) -> list[str]:
    line, bound = author.taken()
    author.module.binds(bound)
    return [line]


def take_all(author: Author) -> list[str]:
    origin = author.origin()
    for name in origin.bound:
        if not name.startswith("_"):
            author.module.binds(name)
    return [f"from {author.spelled(origin.name)} import *"]


def take_module(author: Author) -> list[str]:
    origin = author.origin().name
    parent, _, last = origin.rpartition(".")
    bound = author.name()
    author.module.binds(bound)
    spellings = [f"import {origin} as {bound}"]
    if parent:
        spellings.append(f"from {author.spelled(parent)} import {last} as {bound}")
    return [author.draw(st.sampled_from(spellings))]


def alias(author: Author) -> list[str]:
    bound = author.name()
    is_own = author.draw(st.booleans())
    if author.module.bound and is_own:
        source = author.draw(st.sampled_from(author.module.bound))
        author.module.binds(bound)
        return [f"{bound} = {source}"]
    origin = author.origin()
    source = author.name_in(origin)
    author.module.binds(bound)
    handle = author.draw(st.sampled_from([origin.name, "handle"]))
    suffix = " as handle" if handle == "handle" else ""
    return [f"import {origin.name}{suffix}", f"{bound} = {handle}.{source}"]


def namesake(author: Author) -> list[str]:
    """`from .m import A as m`, as in a package that offers `run.run` as `run`."""
    name = author.module.name
    below = [each for each in author.done if each.name.rpartition(".")[0] == name]
    if not below or author.module.lines or not author.module.path.endswith("__init__.py"):
        return take(author)
    origin = author.draw(st.sampled_from(below))
    last = origin.name.rpartition(".")[2]
    author.module.binds(last)
    return [f"from .{last} import {author.name_in(origin)} as {last}"]


def attempt(author: Author) -> list[str]:
    before = []
    line, bound = author.taken()
    if author.draw(st.booleans()):
        line = f"from p.absent import {author.name()} as {bound}"
    if author.draw(st.integers(0, 3)) == 0:
        before = [author.definition(bound)]
    author.module.binds(bound)
    other = author.draw(st.sampled_from(NAMES))
    fallback = author.draw(
        st.sampled_from(
            [
                author.definition(bound),
                f"{bound} = None",
                f"from {author.origin().name} import {other} as {bound}",
            ]
        )
    )
    error = author.draw(st.sampled_from(["ImportError", "Exception", "(ImportError, KeyError)"]))
    return [*before, "try:", f"    {line}", f"except {error}:", f"    {fallback}"]


def for_checkers(author: Author) -> list[str]:
    line, bound = author.taken()
    lines = ["import typing", "if typing.TYPE_CHECKING:", f"    {line}"]
    if author.draw(st.booleans()):
        author.module.binds(bound)
        lines += ["else:", f"    {author.definition(bound)}"]
    return lines


def export(author: Author) -> list[str]:
    bound = author.module.bound
    names = author.draw(st.lists(st.sampled_from(bound), unique=True)) if bound else []
    if any(line.startswith("__all__ =") for line in author.module.lines):
        listed = ", ".join(repr(name) for name in names)
        return [
            author.draw(
                st.sampled_from([f"__all__ += [{listed}]", f"__all__.extend(({listed},))"])
            )
        ]
    return [f"__all__ = {names!r}"]


def serve(author: Author) -> list[str]:
    origin = author.origin()
    source, served = author.name_in(origin), author.name()
    by_table = [
        f"_TABLE = {{'{served}': ('{origin.name}', '{source}')}}",
        "def __getattr__(name):",
        "    import importlib",
        "    if name in _TABLE:",
        "        module, attribute = _TABLE[name]",
        "        return getattr(importlib.import_module(module), attribute)",
        "    raise AttributeError(name)",
    ]
    by_name = [
        "def __getattr__(name):",
        f"    if name == '{source}':",
        f"        from {origin.name} import {source}",
        f"        return {source}",
        "    raise AttributeError(name)",
    ]
    return author.draw(st.sampled_from([by_table, by_name]))


def replace(author: Author) -> list[str]:
    """A module that stands in for another; a package would lose its submodules by that."""
    origin = author.origin()
    if author.module.path.endswith("__init__.py"):
        return take(author)
    return ["import sys", f"import {origin.name} as other", "sys.modules[__name__] = other"]


def delete(author: Author) -> list[str]:
    if not author.module.bound:
        return define(author)
    name = author.module.bound.pop()
    return [f"del {name}"]


STATEMENTS: tuple[Callable[[Author], list[str]], ...] = (
    *[define] * 5,
    *[take] * 6,
    *[take_all] * 3,
    take_module,
    namesake,
    *[alias] * 2,
    *[attempt] * 2,
    for_checkers,
    *[export] * 2,
    serve,
    replace,
    delete,
)


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Three to eight modules; those written first are what the later ones import from."""
    paths = draw(st.lists(st.sampled_from(FILES), min_size=3, max_size=8, unique=True))
    tree = Tree([Module(path) for path in paths])
    for index, module in enumerate(tree.modules):
        author = Author(draw, tree, module, tree.modules[:index])
        for write in draw(st.lists(st.sampled_from(STATEMENTS), max_size=5)):
            module.lines += write(author)
    return tree
