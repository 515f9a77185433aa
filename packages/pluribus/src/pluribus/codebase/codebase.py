"""Questions that rules ask of the facts of one tree."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from pluribus.codebase import _native, copy_rows, flow_rows, rows, uses
from pluribus.codebase.ground import (
    OnDisk,
    above_packages,
    common,
    folders_between,
    named_from,
)
from pluribus.codebase.inventory import Dependants, Inventoried
from pluribus.codebase.revision import Revision
from pluribus.codebase.scripts import Loose, Reach, Script

T = TypeVar("T")


class Focus(msgspec.Struct, frozen=True, kw_only=True):
    """What a check is about; files that cannot matter to it need not be parsed."""

    modules: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    """Globs of class names."""
    methods: tuple[tuple[tuple[str, ...], int], ...] = ()
    """Sets of function names, and how many of each a file must define to matter."""
    definitions: tuple[tuple[str, str], ...] = ()
    """Module and qualified name of definitions whose other names matter."""
    senders: tuple[str, ...] = ()
    """Methods of which it matters what constants are handed to them."""
    words: tuple[tuple[tuple[str, ...], int], ...] = ()
    """Sets of words, and how many of each a file that is no test must spell to matter."""
    copied: tuple[tuple[str, str], ...] = ()
    """Module and qualified name of definitions of which copies matter, once they were read; a
    whole module has no name."""


class Codebase:
    """All facts of one tree, names resolved across modules.

    Every answer is sorted by place. Asking costs time linear in the files that were read.
    """

    def __init__(
        self,
        root: Path,
        *,
        declared_in: Path | None = None,
        declared: Sequence[str] = (),
        roots: Sequence[str] = (),
        exclude: Sequence[str] = (),
        tests: Sequence[str] = (),
        cache: Path | None = None,
        overlay: Mapping[str, bytes] | None = None,
        revision: Revision | None = None,
        bares_ignored: bool = False,
    ) -> None:
        """Select the files below `root`; nothing is read before `focus`.

        Args:
            root: The folder that every path is relative to.
            declared_in: The folder that `roots`, `exclude` and `tests` are relative to; None
                for `root`.
            declared: Dotted modules that are known by these names; they tell whether the folders
                above `root` are packages, where no `__init__.py` does.
            roots: Import roots; found when empty.
            exclude: Globs of files to leave out, on top of .gitignore.
            tests: Globs of files that count as tests.
            cache: Folder where facts are kept between runs; nothing is kept when None.
            overlay: Content by path relative to `root`, read in place of what is on disk, or
                beside it; no verdict on it is kept.
            revision: Where the files are, if not on disk; `root` is its root then, `declared_in`
                lies in it too, and what is kept is up to it.
            bares_ignored: Select what .gitignore leaves out, too.

        Raises:
            FactsError: `root` is no folder, a root holds no Python file, a glob is malformed, or
                a path of the overlay names no Python file that could be selected.
        """
        root = root.resolve()
        declared_in = root if declared_in is None else declared_in.resolve()
        ground = revision or OnDisk()
        top = above_packages(root, ground)
        if roots:
            top = common(top, [(declared_in / path).resolve() for path in roots])
        else:
            top = named_from(top, declared_in, declared, ground)
        self._classes: dict[int, rows.Class | None] = {}
        self._modules: dict[str, rows.Module | None] = {}
        self._definitions: dict[int, rows.Definition] = {}
        self._exports: dict[str, rows.Exports | None] = {}
        self._inside: dict[str, uses.Inside | None] = {}
        self._native = _native.Codebase(
            root,
            prefix=folders_between(root, top),
            # Roots beside what is checked serve other parts of the repository.
            roots=[
                (declared_in / path).resolve().relative_to(top).as_posix()
                for path in roots
                if (declared_in / path).resolve().is_relative_to(top)
            ],
            glob_prefix=folders_between(root, declared_in),
            exclude=list(exclude),
            tests=list(tests),
            cache=cache,
            overlay=sorted((overlay or {}).items()),
            stdlib=sorted(sys.stdlib_module_names),
            revision=revision.native if revision else None,
            bares_ignored=bares_ignored,
        )

    def focus(self, focus: Focus, *, reads_all: bool = False) -> None:
        """Read the files that can matter; all of them in a small tree, or with `reads_all`."""
        self._forget()
        self._native.focus(
            modules=focus.modules,
            names=focus.names,
            classes=focus.classes,
            methods=focus.methods,
            definitions=focus.definitions,
            senders=focus.senders,
            words=focus.words,
            copied=focus.copied,
            reads_all=reads_all,
        )

    def _forget(self) -> None:
        self._classes.clear()
        self._modules.clear()
        self._definitions.clear()
        self._exports.clear()
        self._inside.clear()

    def survey(self) -> None:
        """Read what is no test whole, and of tests no more than what they import."""
        self._forget()
        self._native.survey()

    def inventory(self) -> list[Inventoried]:
        """Every module that is no test, and what stands at its top level."""
        return _read(self._native.inventory(), list[Inventoried])

    def dependants(self) -> list[Dependants]:
        """What is imported of modules that are no tests, by which paths, and by whom."""
        return _read(self._native.dependants(), list[Dependants])

    def save(self) -> str | None:
        """Keep what was read for the next run; returns why that failed."""
        return self._native.save()

    def recall(
        self, question: bytes
    ) -> tuple[bytes, dict[str, dict[tuple[int, int], tuple[int, int]]]] | None:
        """The verdict that was kept on a question, if it holds for the tree as it is now.

        With it comes where things stand now: for each path in which any has moved, each line and
        column then, and those now. Nothing may have been read yet, and nothing has been after.
        """
        recalled = self._native.recall(question)
        if recalled is None:
            return None
        verdict, moved = recalled
        return verdict, {path: dict(pairs) for path, pairs in moved}

    def keep(self, question: bytes, verdict: bytes) -> str | None:
        """Keep a verdict that was drawn from all that was asked so far; returns why that failed.

        Every answer must have gone into it, or into nothing.
        """
        return self._native.keep(question, verdict)

    def handle(self, module: str, qualname: str) -> int | None:
        """The definition that `module:qualname` reaches, through re-exports."""
        return self._native.handle(module, qualname)

    def obstacle(self, module: str, qualname: str) -> tuple[str, str] | None:
        """The path that would have to be read, or read whole, to tell whether there is a
        `module:qualname`, and why it was not; None when all was read."""
        return self._native.obstacle(module, qualname)

    def has_module(self, path: str) -> bool:
        """Whether there is such a module, or a package without `__init__.py`."""
        return self._native.has_module(path)

    def same_module(self, path: str) -> str | None:
        """The module that the module at `path` puts in its own place in `sys.modules`."""
        return self._native.same_module(path)

    def module(self, path: str) -> rows.Module | None:
        if path not in self._modules:
            self._modules[path] = _read(self._native.module(path), rows.Module | None)
        return self._modules[path]

    def exports(self, path: str) -> rows.Exports | None:
        """What the module at `path` says that it offers; None for what is no module."""
        if path not in self._exports:
            self._exports[path] = _read(self._native.exports(path), rows.Exports | None)
        return self._exports[path]

    def bare_modules(self, paths: Sequence[str]) -> list[str]:
        """Those of these modules that define no public class or function but under names that
        they bind to something else too, or that put another module in their place."""
        return _read(self._native.bare_modules(paths), list[str])

    def definition(self, handle: int) -> rows.Definition:
        if handle not in self._definitions:
            self._definitions[handle] = _read(self._native.definition(handle), rows.Definition)
        return self._definitions[handle]

    def class_of(self, handle: int) -> rows.Class | None:
        """The class in full; None for any other definition."""
        if handle not in self._classes:
            self._classes[handle] = _read(self._native.class_of(handle), rows.Class | None)
        return self._classes[handle]

    def read_classes(self, handles: Iterable[int]) -> None:
        """Ask for several classes at once, which `class_of` then knows."""
        asked = [each for each in dict.fromkeys(handles) if each not in self._classes]
        read: list[rows.Class] = _read(self._native.classes_at(asked), list[rows.Class])
        for found in read:
            self._classes[found.definition.handle] = found
            self._definitions[found.definition.handle] = found.definition

    def nearest(self, asked: Sequence[tuple[str, str]]) -> list[list[str]]:
        """For each module and qualified name, what is most like it: three at most, best first."""
        return _read(self._native.nearest(list(asked)), list[list[str]])

    def imports(
        self,
        *,
        modules: Iterable[str] = (),
        packages: Iterable[str] = (),
        stars: Iterable[str] = (),
        handles: Iterable[int] = (),
    ) -> list[rows.Import]:
        """Imports that name one of `modules`, or something inside one of `packages`; star imports
        from one of `stars`; and imports that reach one of `handles`."""
        packed = self._native.imports(list(modules), list(packages), list(stars), list(handles))
        return _read(packed, list[rows.Import])

    def missing_imports(
        self,
        *,
        modules: Iterable[str] = (),
        packages: Iterable[str] = (),
        names: Iterable[str] = (),
        globs: Iterable[str] = (),
    ) -> list[rows.Import]:
        """Imports of what does not exist that name `modules`, something inside `packages`, or
        a name that is one of `names` or matches one of `globs`."""
        packed = self._native.missing_imports(
            list(modules), list(packages), list(names), list(globs)
        )
        return _read(packed, list[rows.Import])

    def offers(
        self, *, handles: Iterable[int] = (), modules: Iterable[str] = ()
    ) -> list[rows.Binding]:
        """Module-level names, other than definitions, that reach what is asked for."""
        return _read(self._native.offers(list(handles), list(modules)), list[rows.Binding])

    def bindings_named(self, name: str) -> list[rows.Binding]:
        """Module-level bindings of a name, whatever it reaches."""
        return _read(self._native.bindings_named(name), list[rows.Binding])

    def calls(self, handles: Iterable[int]) -> list[uses.Call]:
        return _read(self._native.calls(list(handles)), list[uses.Call])

    def method_calls(
        self, classes: Iterable[int], *, makers: Iterable[int] = ()
    ) -> list[uses.MethodCall]:
        """Calls of methods on objects that are known to be of one of these classes; `makers` are
        functions that return such objects."""
        packed = self._native.method_calls(list(classes), list(makers))
        return _read(packed, list[uses.MethodCall])

    def references(self, handles: Iterable[int]) -> list[uses.Reference]:
        return _read(self._native.references(list(handles)), list[uses.Reference])

    def strings(self, modules: Iterable[str]) -> list[uses.String]:
        """Strings that name one of `modules`, or something inside it."""
        return _read(self._native.strings(list(modules)), list[uses.String])

    def chaining(self, parts: Iterable[str]) -> list[str]:
        """The files that may spell one of `parts` in a dotted name: some more, none less."""
        return _read(self._native.chaining(list(parts)), list[str])

    def classes(
        self, *, globs: Iterable[str] = (), methods: Iterable[str] = (), least: int = 0
    ) -> list[rows.Class]:
        """Classes whose name matches a glob, or that define at least `least` of `methods`."""
        packed = self._native.classes(list(globs), list(methods), least)
        return _read(packed, list[rows.Class])

    def holders(self, handles: Iterable[int]) -> list[rows.Class]:
        """Classes that keep on `self` what one of `handles` makes."""
        return _read(self._native.holders(list(handles)), list[rows.Class])

    def changes(self, handles: Iterable[int]) -> list[flow_rows.Change]:
        """Changes of what outlives the call, in the methods of these classes and in these
        functions."""
        return _read(self._native.changes(list(handles)), list[flow_rows.Change])

    def flows(self, handles: Iterable[int]) -> list[flow_rows.Flow]:
        """What these functions return, and what they are given to no end."""
        return _read(self._native.flows(list(handles)), list[flow_rows.Flow])

    def functions(
        self, *, names: Iterable[str] = (), globs: Iterable[str] = ()
    ) -> list[rows.Definition]:
        """Module-level functions of one of `names`, or matching a glob."""
        return _read(self._native.functions(list(names), list(globs)), list[rows.Definition])

    def copies(
        self, *, handles: Iterable[int] = (), modules: Iterable[str] = ()
    ) -> list[copy_rows.Copy]:
        """Copies of these functions, of the methods of these classes, and of all functions and
        methods in these modules; tests apart."""
        packed = self._native.copies(list(handles), list(modules))
        return _read(packed, list[copy_rows.Copy])

    def clone_families(self, *, least: int) -> list[copy_rows.Family]:
        """Functions that are no tests, of at least so many statements, and each other again."""
        return _read(self._native.clone_families(least), list[copy_rows.Family])

    def rebound(self, path: str) -> list[rows.Rebound]:
        """Bindings of names that some scope of the module at `path` binds more than once."""
        return _read(self._native.rebound(path), list[rows.Rebound])

    def inside(self, path: str) -> uses.Inside | None:
        """What the module at `path` calls, and lists in `__all__`, whatever else was read."""
        if path not in self._inside:
            self._inside[path] = _read(self._native.inside(path), uses.Inside | None)
        return self._inside[path]

    def sets_of(self, path: str) -> list[uses.WordSet]:
        """The sets of words that the module at `path` writes down."""
        return _read(self._native.sets_of(path), list[uses.WordSet])

    def sets_like(self, sets: Iterable[Iterable[str]]) -> list[uses.WordSet]:
        """Sets of words that hold all of one of `sets`."""
        return _read(self._native.sets_like([list(each) for each in sets]), list[uses.WordSet])

    def spelled(self, names: Iterable[str]) -> list[uses.Spelled]:
        """Which of these names each file that is no test spells, in code or in a string.

        Of names without an underscore in texts that are more than a name nothing is known.
        """
        return _read(self._native.spelled(list(names)), list[uses.Spelled])

    def scripts(self, paths: Iterable[str]) -> list[Script]:
        """What an editor must know of these files; of those that were not read, nothing."""
        return _read(self._native.scripts(list(paths)), list[Script])

    def reach(self, asked: Iterable[tuple[str, str]]) -> list[Reach]:
        """What each dotted path reaches from a module; an empty path is the module itself."""
        return _read(self._native.reach(list(asked)), list[Reach])

    def suppressions(self) -> list[rows.Suppression]:
        return _read(self._native.suppressions(), list[rows.Suppression])

    def ledger(self) -> rows.Ledger:
        """What was read, what was not, and why."""
        return _read(self._native.ledger(), rows.Ledger)

    def files(self) -> list[rows.File]:
        """Every file that was selected."""
        return _read(self._native.files(), list[rows.File])


def matches(patterns: Sequence[str], paths: Sequence[str]) -> list[list[bool]]:
    """For each pattern, whether it matches each path; globs are as in .gitignore.

    Raises:
        FactsError: a pattern is malformed.
    """
    return _native.matches(list(patterns), list(paths))


def loose(source: bytes) -> Loose:
    """What is wrong in a source: its syntax errors, and the names that nothing in it binds.

    Raises:
        FactsError: it is no Python text at all.
    """
    return Loose(*_native.loose(source))


def _read(packed: bytes, kind: type[T] | object) -> T:
    answer: T = msgspec.msgpack.decode(packed, type=kind)
    return answer
