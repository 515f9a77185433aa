"""Whether one function is another again, the slow and obvious way: by Python's own `ast`."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Function = ast.FunctionDef | ast.AsyncFunctionDef
Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler | ast.MatchAs
BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")
LOGGING = {"print", "debug", "info", "warning", "warn", "error", "exception", "critical", "log"}
KEEPERS = {"__init__", "__post_init__", "__new__"}
LEAST, LEAST_NEAR, LEAST_TELLING = 3, 10, 6


@dataclass(frozen=True)
class Shape:
    exact: str
    renamed: str
    statements: tuple[str, ...]
    telling: tuple[str, ...]


def shape_of(function: Function, around: str = "") -> Shape:
    """`around` is the name of the class that it is a method of."""
    own = {*_bound(function), function.name, around}
    numbers: dict[str, str] = {}
    number = lambda name: numbers.setdefault(name, f"#{len(numbers)}") if name in own else name  # noqa: E731 # a name reads better
    hide: Callable[[str], str] = lambda name: "own" if name in own else name  # noqa: E731 # a name reads better
    units = list(_units(_plain(function, hide, values=False).body))
    return Shape(
        exact=_dump(_plain(function, str, values=True)),
        renamed=_dump(_plain(function, number, values=False)),
        statements=tuple(ast.dump(unit) for unit in units),
        telling=tuple(
            ast.dump(unit) for unit in units if _is_telling(unit, is_kept=function.name in KEEPERS)
        ),
    )


def grade(one: Shape, other: Shape) -> str | None:
    """What the second is to the first, if it is a copy."""
    if one.exact == other.exact:
        return "exact"
    if one.renamed == other.renamed:
        return "renamed"
    if any(
        len(each.statements) < LEAST_NEAR or len({*each.telling}) < LEAST_TELLING
        for each in (one, other)
    ):
        return None
    near = _most(one.statements, other.statements) and _most(one.telling, other.telling)
    return "near" if near else None


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


class _Plain(ast.NodeTransformer):
    """Leaves out what a copy may do without, and calls things otherwise."""

    def __init__(self, spelled: Callable[[str], str], *, values: bool) -> None:
        self.spelled = spelled
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(id=self.spelled(node.id), ctx=ast.Load())

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(arg=self.spelled(node.arg))

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        kind = type(node.value).__name__
        is_number = isinstance(node.value, int | float | complex) and kind != "bool"
        return node if self.values else ast.Constant(value="number" if is_number else kind)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        kept = [
            each for each in node.values if self.values or isinstance(each, ast.FormattedValue)
        ]
        return self.generic_visit(ast.JoinedStr(values=kept))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return self.generic_visit(ast.Assign(targets=[node.target], value=node.value))

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        is_said_to_people = isinstance(node.value, ast.Constant) and (
            isinstance(node.value.value, str) or node.value.value is ...
        )
        return None if is_said_to_people else self.generic_visit(node)

    def visit_Pass(self, _: ast.Pass) -> None:
        return None

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, Named) and node.name is not None:
            node.name = self.spelled(node.name)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        return super().generic_visit(node)


def _plain(function: Function, spelled: Callable[[str], str], *, values: bool) -> Function:
    plain = _Plain(spelled, values=values).visit(copy.deepcopy(function))
    assert isinstance(plain, Function)
    return plain


def _dump(function: Function) -> str:
    is_async = isinstance(function, ast.AsyncFunctionDef)
    body = ", ".join(ast.dump(each) for each in function.body)
    return f"{is_async} {ast.dump(function.args)} {body}"


def _units(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Simple statements, and the heads of compound ones."""
    for node in body:
        if not isinstance(node, ast.Try):
            kept = {name: [] if name in BLOCKS else part for name, part in ast.iter_fields(node)}
            yield type(node)(**kept)
        for block in BLOCKS:
            inner = getattr(node, block, None)
            yield from _units(inner) if isinstance(inner, list) else ()


def _bound(function: Function) -> Iterator[str]:
    outer: set[str] = set()
    names = []
    for node in ast.walk(function):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                names.append(name)
            case ast.Global():
                outer.update(node.names)
            case _ if isinstance(node, Named) and node.name is not None:
                names.append(node.name)
    return (name for name in names if name not in outer)


def _is_telling(unit: ast.AST, *, is_kept: bool) -> bool:
    targets = unit.targets if isinstance(unit, ast.Assign) else []
    if is_kept and targets and all(isinstance(each, ast.Attribute) for each in targets):
        return False
    return len(list(_words(unit))) >= 2 and not _is_log(unit)


def _words(unit: ast.AST) -> Iterator[str]:
    """Words that every copy of a statement spells."""
    for node in ast.walk(unit):
        match node:
            case ast.Name():
                yield from () if node.id == "own" else (node.id,)
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


def _is_log(unit: ast.AST) -> bool:
    if not isinstance(unit, ast.Expr):
        return False
    called = unit.value.value if isinstance(unit.value, ast.Await) else unit.value
    if not isinstance(called, ast.Call):
        return False
    callee = called.func
    name = callee.id if isinstance(callee, ast.Name) else getattr(callee, "attr", "")
    return name.lstrip("_") in LOGGING
