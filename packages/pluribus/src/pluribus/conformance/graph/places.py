"""Where what holds a shared object is defined, as far as source says: `shop/hub.py:12`."""

from __future__ import annotations

import ast
import linecache
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pluribus.conformance.graph.classes import is_class, module_of, mro, namespace


@dataclass(frozen=True)
class Place:
    file: str
    """As its module is called, so that no path of this machine is in it."""
    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Places:
    """Only the project's own files are named: in those of others nobody will change a line."""

    def __init__(self, is_project: Callable[[str], bool]) -> None:
        self._is_project = is_project
        self._trees: dict[str, ast.Module | None] = {}

    def of(self, steps: Sequence[tuple[object, str]]) -> Place | None:
        """From the last step back: each is an object and the label of what it led to."""
        for item, label in reversed(steps):
            found = self._of_step(item, label)
            if found is not None:
                return found
        return None

    def _of_step(self, item: object, label: str) -> Place | None:
        if label.startswith("-global-> "):
            module, _, name = label.removeprefix("-global-> ").rpartition(".")
            return self._of_global(module, name)
        if type(item) is types.FunctionType:
            return self._of_function(item)
        name = label.removeprefix(".")
        if not name.isidentifier():
            return None
        if is_class(item):
            return self._in_class(item, name)  # type: ignore[arg-type]  # the line above says so
        for each in mro(type(item)):
            found = self._in_class(each, name)
            if found is not None:
                return found
        return None

    def _of_global(self, module: str, name: str) -> Place | None:
        """Where it is bound, if need be in the module that it is imported from."""
        seen: set[tuple[str, str]] = set()
        while (module, name) not in seen:
            seen.add((module, name))
            found = self._bound(module, (), name)
            if found is not None:
                return found
            tree = self._tree(module) if self._is_project(module) else None
            module, name = _imported(tree, module, name) or (module, name)
        return None

    def _of_function(self, function: types.FunctionType) -> Place | None:
        module = str(function.__globals__.get("__name__", ""))
        # What a dataclass makes of its fields is in no file.
        is_written = function.__code__.co_filename == _path(module)
        if not is_written or not self._is_project(module):
            return None
        return _place(module, function.__code__.co_firstlineno)

    def _in_class(self, kind: type, name: str) -> Place | None:
        qualname = str(type.__dict__["__qualname__"].__get__(kind))
        return self._bound(module_of(kind), tuple(qualname.split(".")), name)

    def _bound(self, module: str, within: tuple[str, ...], name: str) -> Place | None:
        tree = self._tree(module) if self._is_project(module) else None
        if tree is None:
            return None
        scope: ast.AST | None = tree
        for part in within:
            if part != "<locals>":
                scope = _definition(scope, part)
            if scope is None:
                return None
        mangled = f"_{within[-1].lstrip('_')}" if within else None
        plain = name.removeprefix(mangled) if mangled and name.startswith(f"{mangled}__") else name
        for line, bound in _bindings(scope, is_class=bool(within)):
            if bound in (name, plain):
                return _place(module, line)
        return None

    def _tree(self, module: str) -> ast.Module | None:
        if module not in self._trees:
            self._trees[module] = _parsed(module)
        return self._trees[module]


def _parsed(module: str) -> ast.Module | None:
    path = _path(module)
    if path is None:
        return None
    return _tree_of("".join(linecache.getlines(path)))


@lru_cache(maxsize=64)
def _tree_of(source: str) -> ast.Module | None:
    """The same for all that look at one text; who is given it changes nothing in it."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _path(module: str) -> str | None:
    if module not in sys.modules:
        return None
    found = namespace(sys.modules[module]).get("__file__")
    return found if type(found) is str and found.endswith(".py") else None


def _place(module: str, line: int) -> Place | None:
    path = _path(module)
    if path is None:
        return None
    parts = module.split(".")
    inside = [*parts, "__init__.py"] if path.endswith("__init__.py") else [*parts[:-1], ""]
    if not inside[-1]:
        inside[-1] = path.replace("\\", "/").rpartition("/")[2]
    return Place("/".join(inside), path, line)


def _imported(tree: ast.Module | None, module: str, name: str) -> tuple[str, str] | None:
    """The module and the name there that a name of a module is imported from."""
    for each in _statements(tree):
        if isinstance(each, ast.ImportFrom):
            for alias in each.names:
                if (alias.asname or alias.name) == name:
                    return _absolute(each, module), alias.name
    return None


def _absolute(statement: ast.ImportFrom, module: str) -> str:
    if not statement.level:
        return statement.module or ""
    package = str(namespace(sys.modules[module]).get("__package__") or "").split(".")
    kept = package[: len(package) - statement.level + 1]
    return ".".join([*kept, statement.module] if statement.module else kept)


def _definition(scope: ast.AST | None, name: str) -> ast.AST | None:
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for each in ast.walk(scope) if scope is not None else ():
        if isinstance(each, kinds) and each.name == name:
            return each
    return None


def _bindings(scope: ast.AST | None, *, is_class: bool) -> Iterator[tuple[int, str]]:
    """Names that a scope binds, its own first; of a class also `self.name = …` in its methods."""
    for each in _statements(scope):
        for target in _targets(each):
            if isinstance(target, ast.Name):
                yield each.lineno, target.id
        if isinstance(each, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield each.lineno, each.name
    if is_class:
        inside = ast.walk(scope) if scope is not None else ()
        found = [
            (target.lineno, target.attr)
            for each in inside
            for target in _targets(each)
            if isinstance(target, ast.Attribute)
        ]
        yield from sorted(found)


def _statements(scope: ast.AST | None) -> Iterator[ast.stmt]:
    """Those of the scope itself, under `if`, `try` and `with` too."""
    for name in ("body", "orelse", "handlers", "finalbody"):
        for each in getattr(scope, name, []):
            if isinstance(each, ast.ExceptHandler):
                yield from _statements(each)
                continue
            yield each
            if isinstance(each, ast.If | ast.Try | ast.With | ast.For):
                yield from _statements(each)


def _targets(statement: ast.AST) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets
    if isinstance(statement, ast.AnnAssign | ast.AugAssign):
        return [statement.target]
    return []
