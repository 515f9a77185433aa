"""Reads a tree with the standard library alone: the slow half of the independent judge.

Nothing here knows pluribus. It needs the newest Python at hand, because `ast` reads no grammar
that is newer than the interpreter.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_CATCHES = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


@dataclass(frozen=True, order=True)
class Imported:
    """One name that one import statement brings; `name` is empty for `import module`."""

    line: int
    name_line: int
    module: str
    name: str
    bound: str
    is_typing: bool
    is_guarded: bool
    is_nested: bool


@dataclass(frozen=True, order=True)
class Text:
    """A string literal that holds nothing but a dotted path."""

    line: int
    text: str
    callee: str
    """The call or subscript that takes it, as written; empty when none does."""
    within: str = ""
    """The nearest call that it stands in, however deep; empty when in none."""
    used_around: frozenset[str] = frozenset()
    """What the outermost class or function around it calls, and `sys.modules` where it names
    that; nothing at module level."""


@dataclass(frozen=True)
class Bound:
    """What a module-level name may be: `kind` is import, alias, definition or value."""

    kind: str
    module: str = ""
    name: str = ""
    conditional: bool = False
    typing: bool = False
    """It exists for type checkers only."""


@dataclass
class Source:
    path: str
    module: str
    is_package: bool
    problem: str = ""
    imports: list[Imported] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    bound: dict[str, list[Bound]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    exported: list[str] | None = None
    replaced_by: str = ""
    """What the module puts in its own place in `sys.modules`, as a name of its own scope."""
    is_dynamic: bool = False
    """It has names that its text does not show: `__getattr__`, `globals().update`."""

    @property
    def package(self) -> str:
        return self.module if self.is_package else self.module.rpartition(".")[0]


def glob(pattern: str) -> re.Pattern[str]:
    """A glob as in .gitignore, for paths of files below the root."""
    parts = pattern.strip("/").split("/")
    anchored = "/" in pattern.rstrip("/")
    found = "" if anchored else "(?:.*/)?"
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        if part == "**":
            found += ".*" if last else "(?:.*/)?"
        else:
            found += re.escape(part).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
            found += "" if last else "/"
    return re.compile(found + ("" if parts[-1] == "**" else "(?:/.*)?") + r"\Z")


def read_tree(root: Path, roots: list[str], exclude: list[str]) -> list[Source]:
    excluded = [glob(pattern) for pattern in exclude]
    found = []
    for file in sorted([*root.rglob("*.py"), *root.rglob("*.pyi")]):
        path = file.relative_to(root).as_posix()
        if not file.is_file() or any(each.match(path) for each in excluded):
            continue
        under = max((r for r in roots if not r or path.startswith(r + "/")), key=len, default="")
        inner = path[len(under) :].lstrip("/").rpartition(".")[0].split("/")
        is_package = inner[-1] == "__init__"
        source = Source(path, ".".join(inner[:-1] if is_package else inner), is_package)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError, RecursionError) as error:
            source.problem = str(error)
        else:
            _Reader(source).read(tree)
        found.append(source)
    return found


def dotted(node: ast.AST) -> str:
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            inner = dotted(node.value)
            return f"{inner}.{node.attr}" if inner else ""
        case ast.Call():
            inner = dotted(node.func)
            return f"{inner}()" if inner else ""
    return ""


@dataclass(frozen=True)
class _Where:
    nested: bool = False
    in_class: bool = False
    typing: bool = False
    guarded: bool = False
    conditional: bool = False

    def with_(self, **changes: bool) -> _Where:
        return _Where(**{**self.__dict__, **changes})


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source

    def read(self, tree: ast.Module) -> None:
        self._block(tree.body, _Where())
        self._strings(tree)

    def _block(self, body: list[ast.stmt], where: _Where) -> None:
        for node in body:
            self._statement(node, where)

    def _statement(self, node: ast.stmt, where: _Where) -> None:
        maybe = where.with_(conditional=True)
        match node:
            case ast.Import() | ast.ImportFrom():
                self._import(node, where)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._bind(
                    node.name, Bound("definition", "", "", where.conditional, where.typing), where
                )
                self.source.is_dynamic |= node.name == "__getattr__" and not where.nested
                # Who catches around a `def` does not catch what its body raises later.
                self._block(node.body, where.with_(nested=True, guarded=False))
                self._globals(node)
            case ast.ClassDef():
                self._bind(
                    node.name, Bound("definition", "", "", where.conditional, where.typing), where
                )
                self._block(node.body, where.with_(nested=True))
            case ast.If():
                typing = dotted(node.test).rpartition(".")[2] == "TYPE_CHECKING"
                self._block(node.body, maybe.with_(typing=where.typing or typing))
                self._block(node.orelse, maybe)
            case ast.Try() | ast.TryStar():
                guarded = where.guarded or any(map(_catches, node.handlers))
                self._block(node.body, maybe.with_(guarded=guarded))
                for handler in node.handlers:
                    self._block(handler.body, maybe)
                self._block(node.orelse, maybe)
                self._block(node.finalbody, where)
            case ast.With() | ast.AsyncWith():
                guarded = where.guarded or any(_suppresses(i.context_expr) for i in node.items)
                self._stores(node, where, deep=False)
                self._block(node.body, where.with_(guarded=guarded))
            case ast.For() | ast.AsyncFor() | ast.While():
                self._stores(node, maybe, deep=False)
                self._block([*node.body, *node.orelse], maybe)
            case ast.Match():
                for case in node.cases:
                    self._block(case.body, maybe)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                self._assign(node, where)
            case _:
                self._stores(node, where, deep=True)
                self._expression(node)

    def _import(self, node: ast.Import | ast.ImportFrom, where: _Where) -> None:
        source = self.source
        module = ""
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                base = source.package.split(".") if source.package else []
                keep = len(base) - (node.level - 1)
                module = ".".join([*base[: max(keep, 0)], *([module] if module else [])])
        for alias in node.names:
            path, name = (
                (module, alias.name) if isinstance(node, ast.ImportFrom) else (alias.name, "")
            )
            bound = alias.asname or name or path.partition(".")[0]
            source.imports.append(
                Imported(
                    node.lineno, alias.lineno, path, name, bound,
                    where.typing, where.guarded, where.nested,
                )
            )  # fmt: skip
            if name == "*":
                if not where.nested:
                    source.stars.append(path)
                continue
            whole = path if name or alias.asname else path.partition(".")[0]
            self._bind(bound, Bound("import", whole, name, where.conditional, where.typing), where)

    def _assign(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, where: _Where) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        value = node.value
        for target in targets:
            if isinstance(target, ast.Name):
                what = dotted(value) if value else ""
                if isinstance(node, ast.AnnAssign) and value is None:
                    continue
                kind = "alias" if what and "()" not in what else "value"
                found = Bound(kind, "", what, where.conditional, where.typing)
                self._bind(target.id, found, where)
                if target.id == "__all__" and value is not None and not where.nested:
                    names = [n.value for n in ast.walk(value) if isinstance(n, ast.Constant)]
                    already = self.source.exported or []
                    self.source.exported = [*already, *(n for n in names if isinstance(n, str))]
            elif (
                isinstance(target, ast.Subscript)
                and dotted(target.value) == "sys.modules"
                and dotted(target.slice) == "__name__"
                and value is not None
                and not where.nested
            ):
                self.source.replaced_by = dotted(value) or "?"
            else:
                self._stores(target, where, deep=True)
        if value is not None:
            self._stores(value, where, deep=True)

    def _expression(self, node: ast.AST) -> None:
        for each in ast.walk(node):
            if isinstance(each, ast.Call):
                called = dotted(each.func)
                if called in ("globals().update", "globals().setdefault", "lazy_import"):
                    self.source.is_dynamic = True
                if called == "setattr" and "sys.modules" in ast.unparse(each):
                    self.source.is_dynamic = True

    def _globals(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for each in ast.walk(node):
            if isinstance(each, ast.Global):
                for name in each.names:
                    self.source.bound.setdefault(name, []).append(Bound("value", conditional=True))

    def _stores(self, node: ast.AST, where: _Where, *, deep: bool) -> None:
        if isinstance(node, ast.For | ast.AsyncFor):
            found: Iterator[ast.AST] = ast.walk(node.target)
        elif isinstance(node, ast.With | ast.AsyncWith):
            found = (n for i in node.items if i.optional_vars for n in ast.walk(i.optional_vars))
        else:
            found = ast.walk(node) if deep else iter(())
        for each in found:
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                self._bind(each.id, Bound("value", conditional=True), where)

    def _bind(self, name: str, what: Bound, where: _Where) -> None:
        if not where.nested:
            self.source.bound.setdefault(name, []).append(what)

    def _strings(self, tree: ast.Module) -> None:
        takers: dict[int, str] = {}
        ignored: set[int] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                ignored.add(id(node.value))
            elif isinstance(node, ast.JoinedStr):
                ignored.update(id(n) for n in node.values)
            elif isinstance(node, ast.Call):
                if any(dotted(arg).endswith(".__module__") for arg in node.args):
                    ignored.update(map(id, node.args))  # `assertEqual(X.__module__, "a.b")`
                for arg in [*node.args, *(k.value for k in node.keywords)]:
                    takers[id(arg)] = dotted(node.func)
                    if isinstance(arg, ast.Dict):
                        takers.update((id(k), dotted(node.func)) for k in arg.keys if k)
            elif isinstance(node, ast.Subscript):
                takers[id(node.slice)] = dotted(node.value)
            elif isinstance(node, ast.Compare):
                # `"a.b" in sys.modules`
                takers[id(node.left)] = dotted(node.comparators[0])
        for statement in tree.body:
            defines = isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            around = frozenset(_used_in(statement)) if defines else frozenset()
            for node, call in _with_calls(statement):
                if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
                    continue
                if id(node) not in ignored and re.fullmatch(r"[\w.]+(?::[\w.]+)?", node.value):
                    taker = takers.get(id(node), "")
                    text = Text(node.lineno, node.value, taker, call, around)
                    self.source.texts.append(text)


def _used_in(definition: ast.AST) -> Iterator[str]:
    for node in ast.walk(definition):
        if isinstance(node, ast.Call):
            yield dotted(node.func)
        elif isinstance(node, ast.Attribute) and dotted(node) == "sys.modules":
            yield "sys.modules"


def _with_calls(node: ast.AST, call: str = "") -> Iterator[tuple[ast.AST, str]]:
    """Each node below, with the nearest call that it stands in."""
    yield node, call
    inner = dotted(node.func) or "?" if isinstance(node, ast.Call) else call
    for child in ast.iter_child_nodes(node):
        yield from _with_calls(child, inner)


def _catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(dotted(kind).rpartition(".")[2] in _CATCHES for kind in kinds)


def _suppresses(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call) or dotted(node.func).rpartition(".")[2] not in (
        "suppress",
        "raises",
    ):
        return False
    return any(dotted(arg).rpartition(".")[2] in _CATCHES for arg in node.args)
