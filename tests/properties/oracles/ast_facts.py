"""What Python's own parser says that a file imports and defines."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

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
    is_async: bool = False
    parameters: tuple[tuple[str, str, bool], ...] = ()
    """Name, kind, and whether there is a default."""


class Around(NamedTuple):
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
    above = package.split(".")[: package.count(".") + 2 - node.level]
    return ".".join([*above, node.module] if node.module else above)


def classes(tree: ast.Module) -> Iterator[Defined]:
    for node, around in _statements(tree, Around()):
        if isinstance(node, ast.ClassDef):
            yield Defined(node.lineno, _inside(around.scope, node.name), bases(node))


def functions(tree: ast.Module) -> Iterator[Defined]:
    """Those of the module itself, also in its branches."""
    for node, around in _statements(tree, Around()):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not around.scope:
            given = tuple(parameters(node.args))
            yield Defined(node.lineno, node.name, (), "Async" in type(node).__name__, given)


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


def bases(node: ast.ClassDef) -> tuple[str, ...]:
    """Names joined by dots, calls and brackets emptied, trailing brackets left out."""
    return tuple(chain.removesuffix("[]") for base in node.bases if (chain := _chain(base)))


def _chain(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Call):
        return f"{chain}()" if (chain := _chain(node.func)) else ""
    if not isinstance(node, ast.Attribute | ast.Subscript):
        return ""
    end = f".{node.attr}" if isinstance(node, ast.Attribute) else "[]"
    return f"{chain}{end}" if (chain := _chain(node.value)) else ""


def _statements(node: ast.AST, around: Around) -> Iterator[tuple[ast.AST, Around]]:
    yield node, around
    for field, value in ast.iter_fields(node):
        inner = _narrowed(node, field, around)
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
                yield from _statements(child, inner)


def _narrowed(node: ast.AST, field: str, around: Around) -> Around:
    match node:
        case ast.ClassDef(name=name):
            return around._replace(scope=_inside(around.scope, name))
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return around._replace(scope=_inside(around.scope, name), in_function=True)
        case ast.If(test=test) if _is_flag(test) and field == "body":
            return around._replace(type_checking=True)
        case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=test)) if _is_flag(test):
            return around._replace(type_checking=around.type_checking or field == "orelse")
        case ast.Try() | ast.TryStar() if field == "body":
            return around._replace(guarded=around.guarded or any(map(_catches, node.handlers)))
        case ast.ExceptHandler():
            return around._replace(guarded=around.guarded or _catches(node))
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
