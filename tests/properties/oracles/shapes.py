"""Whether one function is another again, the slow and obvious way: by Python's own `ast`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Function = ast.FunctionDef | ast.AsyncFunctionDef
LOGGING = set("print debug info warning warn error exception critical fatal log".split())
KEEPERS = {"__init__", "__post_init__", "__new__"}
UNSEEN = {"ctx", "type_comment", "annotation", "returns", "kind", "type_params", "conversion"}


@dataclass(frozen=True)
class Statement:
    text: str
    words: tuple[str, ...]
    is_telling: bool


@dataclass(frozen=True)
class Shape:
    exact: str
    renamed: str
    statements: tuple[Statement, ...]

    @property
    def telling(self) -> list[str]:
        return [each.text for each in self.statements if each.is_telling]


def shape_of(function: Function, around: str = "") -> Shape:
    """`around` is the name of the class that it is a method of."""
    own = {*_bound(function), function.name, around}
    body = ast.Module(body=function.body, type_ignores=[])
    units = list(_units(function.body))
    return Shape(
        exact=_spelled(function.args, _Spelling(None, True))
        + _spelled(body, _Spelling(None, True)),
        renamed=_renamed([function.args, body], own),
        statements=tuple(
            Statement(
                text="; ".join(
                    _spelled(part, _Spelling(dict.fromkeys(own, "own"), False)) for part in unit
                ),
                words=tuple(word for part in unit for word in _kept(part, own)),
                is_telling=len([word for part in unit for word in _kept(part, own)]) >= 2
                and not _is_log(unit[0])
                and not (function.name in KEEPERS and _keeps(unit[0])),
            )
            for unit in units
        ),
    )


def grade(one: Shape, other: Shape) -> str | None:
    if one.exact == other.exact:
        return "exact"
    if one.renamed == other.renamed:
        return "renamed"
    long = min(len(one.statements), len(other.statements)) >= 6
    if not long or min(len(one.telling), len(other.telling)) < 4:
        return None
    rows = ([each.text for each in shape.statements] for shape in (one, other))
    return "near" if _most(*rows) and _most(one.telling, other.telling) else None


def _most(one: Sequence[str], other: Sequence[str]) -> bool:
    return 5 * shared(one, other) >= 4 * max(len(one), len(other))


def shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many elements the two have in common, in order."""
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for row, left in enumerate(one):
        for column, right in enumerate(other):
            table[row + 1][column + 1] = (
                table[row][column] + 1
                if left == right
                else max(table[row][column + 1], table[row + 1][column])
            )
    return table[-1][-1]


def _says_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return isinstance(statement.value.value, str) or statement.value.value is ...
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.AnnAssign) and statement.value is None
    )


def _units(body: Sequence[ast.AST]) -> Iterator[list[ast.AST]]:
    """Simple statements, and the heads of compound ones."""
    for node in body:
        if isinstance(node, ast.stmt) and _says_nothing(node):
            continue
        if not isinstance(node, ast.Try | ast.TryStar):
            yield _head(node)
        for field in ("body", "handlers", "cases", "orelse", "finalbody"):
            inner = getattr(node, field, None)
            if isinstance(inner, list):
                yield from _units(inner)


def _head(node: ast.AST) -> list[ast.AST]:
    blocks = ("body", "handlers", "cases", "orelse", "finalbody")
    fields = {name: value if name not in blocks else [] for name, value in ast.iter_fields(node)}
    return [type(node)(**fields)]


def _bound(function: Function) -> Iterator[str]:
    outer = set()
    names = []
    for node in ast.walk(function):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                names.append(name)
            case ast.arg(arg=name):
                names.append(name)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                names.append(name)
            case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                names.append(name)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.append(node.name)
            case ast.Global():
                outer.update(node.names)
    return (name for name in names if name not in outer)


@dataclass
class _Spelling:
    own: dict[str, str] | None
    """What the function's own names are spelled as; None for themselves."""
    values: bool

    def name(self, name: str) -> str:
        return name if self.own is None else self.own.get(name, name)


def _spelled(node: object, spelling: _Spelling) -> str:
    match node:
        case ast.Constant():
            return f"{node.value!r}" if spelling.values else type(node.value).__name__
        case ast.Name():
            return f"name {spelling.name(node.id)}"
        case ast.arg():
            return f"name {spelling.name(node.arg)}"
        case ast.Global() | ast.Nonlocal():
            return f"{type(node).__name__} {node.names}"
        case ast.JoinedStr():
            parts = [each for each in node.values if isinstance(each, ast.FormattedValue)]
            texts = [each.value for each in node.values if isinstance(each, ast.Constant)]
            return f"joined {texts if spelling.values else ''} {_spelled(parts, spelling)}"
        case ast.AnnAssign():
            return _spelled(ast.Assign(targets=[node.target], value=node.value), spelling)
        case list():
            kept = [
                each for each in node if not (isinstance(each, ast.stmt) and _says_nothing(each))
            ]
            return f"[{', '.join(_spelled(each, spelling) for each in kept)}]"
        case ast.AST():
            named = isinstance(
                node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar
            ) or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            parts = [
                spelling.name(value)
                if (field == "name" and named and isinstance(value, str))
                or (field == "rest" and isinstance(value, str))
                else _spelled(value, spelling)
                for field, value in ast.iter_fields(node)
                if field not in UNSEEN
            ]
            return f"{type(node).__name__}({', '.join(parts)})"
        case _:
            return repr(node)


def _renamed(parts: Sequence[ast.AST], own: set[str]) -> str:
    numbers: dict[str, str] = {}

    class Numbered(_Spelling):
        def name(self, name: str) -> str:
            return numbers.setdefault(name, f"#{len(numbers)}") if name in own else name

    return _spelled(list(parts), Numbered(None, values=False))


def _kept(node: object, own: set[str]) -> Iterator[str]:
    """Words that every copy spells."""
    match node:
        case ast.Name():
            yield from () if node.id in own else (node.id,)
        case ast.Attribute():
            yield node.attr
        case ast.keyword(arg=str(name)):
            yield name
        case ast.alias():
            yield from node.name.split(".")
            yield from (node.asname,) if node.asname else ()
        case ast.ImportFrom(module=str(name)):
            yield from name.split(".")
        case ast.Global():
            yield from node.names
        case ast.MatchClass():
            yield from node.kwd_attrs
    if isinstance(node, ast.AST):
        for field, value in ast.iter_fields(node):
            if field not in UNSEEN:
                for each in value if isinstance(value, list) else [value]:
                    yield from _kept(each, own)


def _is_log(node: ast.AST) -> bool:
    if not isinstance(node, ast.Expr):
        return False
    called = node.value.value if isinstance(node.value, ast.Await) else node.value
    if not isinstance(called, ast.Call):
        return False
    callee = called.func
    name = callee.id if isinstance(callee, ast.Name) else getattr(callee, "attr", "")
    return name.lstrip("_") in LOGGING


def _keeps(node: ast.AST) -> bool:
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    return bool(targets) and all(isinstance(each, ast.Attribute) for each in targets)
