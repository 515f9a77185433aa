"""What Python's own parser says that a file imports and defines."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

Function = ast.FunctionDef | ast.AsyncFunctionDef
_WIDE = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


class Imported(NamedTuple):
    line: int
    level: int
    module: str
    """Made absolute."""
    name: str
    bound: str
    in_function: bool
    type_checking: bool
    guarded: bool
    scope: str


class Defined(NamedTuple):
    """A class with its bases, or a module-level function with its parameters."""

    line: int
    qualname: str
    bases: tuple[str, ...]
    is_async: bool
    parameters: tuple[tuple[str, str, bool], ...]
    """Name, kind, and whether there is a default."""


@dataclass(frozen=True)
class Around:
    """What a statement stands in."""

    scope: str = ""
    in_function: bool = False
    type_checking: bool = False
    guarded: bool = False


def imports(tree: ast.Module, package: str) -> Iterator[Imported]:
    """Every alias of every import; `package` is what one dot stands for."""
    for node, around in _statements(tree, Around()):
        where = (around.in_function, around.type_checking, around.guarded, around.scope)
        if isinstance(node, ast.Import):
            for each in node.names:
                bound = each.asname or each.name.partition(".")[0]
                yield Imported(each.lineno, 0, each.name, "", bound, *where)
        if isinstance(node, ast.ImportFrom):
            module = absolute(node, package)
            for each in node.names:
                bound = each.asname or each.name
                yield Imported(each.lineno, node.level, module, each.name, bound, *where)


def absolute(node: ast.ImportFrom, package: str) -> str:
    if node.level == 0:
        return node.module or ""
    parts = package.split(".")
    above = parts[: len(parts) - node.level + 1]
    return ".".join([*above, node.module] if node.module else above)


def classes(tree: ast.Module) -> Iterator[Defined]:
    for node, around in _statements(tree, Around()):
        if isinstance(node, ast.ClassDef):
            bases = tuple(filter(None, map(written, node.bases)))
            yield Defined(node.lineno, _inside(around.scope, node.name), bases, False, ())


def functions(tree: ast.Module) -> Iterator[Defined]:
    """Those of the module itself, also in its branches."""
    for node, around in _statements(tree, Around()):
        if isinstance(node, Function) and not around.scope:
            is_async = isinstance(node, ast.AsyncFunctionDef)
            yield Defined(node.lineno, node.name, (), is_async, tuple(parameters(node.args)))


def parameters(given: ast.arguments) -> Iterator[tuple[str, str, bool]]:
    positional = [*given.posonlyargs, *given.args]
    required = len(positional) - len(given.defaults)
    for index, each in enumerate(positional):
        kind = "positional-only" if index < len(given.posonlyargs) else "positional"
        yield each.arg, kind, index >= required
    if given.vararg:
        yield given.vararg.arg, "var-positional", False
    for each, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        yield each.arg, "keyword-only", default is not None
    if given.kwarg:
        yield given.kwarg.arg, "var-keyword", False


def written(base: ast.expr) -> str:
    """Names joined by dots, calls and brackets emptied, trailing brackets left out."""
    return _chain(base).removesuffix("[]")


def _chain(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{chain}.{name}" if (chain := _chain(value)) else ""
        case ast.Call(func=value):
            return f"{chain}()" if (chain := _chain(value)) else ""
        case ast.Subscript(value=value):
            return f"{chain}[]" if (chain := _chain(value)) else ""
        case _:
            return ""


def _statements(node: ast.AST, around: Around) -> Iterator[tuple[ast.AST, Around]]:
    yield node, around
    for field, value in ast.iter_fields(node):
        inner = _narrowed(node, field, around)
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
                yield from _statements(child, inner)


def _narrowed(node: ast.AST, field: str, around: Around) -> Around:
    match node:
        case ast.ClassDef():
            return replace(around, scope=_inside(around.scope, node.name))
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return replace(around, scope=_inside(around.scope, node.name), in_function=True)
        case ast.If(test=test) if _is_flag(test) and field == "body":
            return replace(around, type_checking=True)
        case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=test)) if _is_flag(test):
            return replace(around, type_checking=around.type_checking or field == "orelse")
        case ast.Try() | ast.TryStar() if field == "body" and any(map(_catches, node.handlers)):
            return replace(around, guarded=True)
        case ast.ExceptHandler() if _catches(node):
            return replace(around, guarded=True)
        case _:
            return around


def _is_flag(test: ast.expr) -> bool:
    return getattr(test, "id", getattr(test, "attr", "")) == "TYPE_CHECKING"


def _catches(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    each = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return caught is None or any(getattr(one, "id", "") in _WIDE for one in each)


def _inside(scope: str, name: str) -> str:
    return f"{scope}.{name}" if scope else name
