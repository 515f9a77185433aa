"""Functions of any shape, the same again in other words, and nearly the same."""

from __future__ import annotations

import ast
import random
import re

NAMES = ("alpha", "beta", "gamma", "delta")
OTHERS = ("one", "two", "three", "four", "five")
COMMENTS = ("# a comment", "", "#", "# def other(): pass")

_GRAMMAR: dict[str, tuple[str, ...]] = {
    "name": NAMES,
    "attribute": ("sockets", "store", "clock", "remember", "listeners", "close", "started_at"),
    "outer": ("len", "sorted", "settings", "Manager", "registry"),
    "operator": ("+", "-", "<", "in", "is not", "and", "or"),
    "small": ("<name>", "<name>.<attribute>", "(1)", "2.5", "'text'", "None", "True", "b'x'"),
    "value": (
        "<small>",
        "<outer>",
        "<value>.<attribute>(<value>, <attribute>=<value>)",
        "<outer>(<value>)",
        "<name>[<value>]",
        "(<value> <operator> <value>)",
        "[<name> for <name> in <value> if <value>]",
        "(lambda <name>: <value>)",
        "f'some {<name>.<attribute>!r:>{<name>}} text'",
        "{<value>: <value>, **<name>}",
        "(<value> if <value> else <value>)",
        "(<value>, *<name>)",
        "(not <value>)",
    ),
    "line": (
        "<name> = <value>",
        "<name>: int = <value>",
        "<name>.<attribute> = <value>",
        "<name>[<value>] = <value>",
        "<name> += <value>",
        "<name>.<attribute>(<value>)",
        "logger.info('text', <value>)",
        "return <value>",
        "raise ValueError(<value>)",
        "assert <value>, <name>",
        "from package.<attribute> import Something as found",
        "import package.<attribute>",
        "pass",
        "'said to people'",
        "del <name>.<attribute>",
    ),
    "statement": (
        *["<line>"] * 8,
        "if <value>:\n<block>elif <name>:\n<block>else:\n<block>",
        "for <name> in <value>:\n<block>else:\n<block>",
        "while <value>:\n<block>",
        "with <value> as <name>, <value>:\n<block>",
        "try:\n<block>except (KeyError, <small>) as <name>:\n<block>finally:\n<block>",
        "def inner(<name>, key=1):\n<block>",
    ),
}
_DEEP = {"value": "small", "statement": "line"}


def _grown(kind: str, chance: random.Random, depth: int = 0) -> str:
    if kind == "block":
        lines = (_grown("statement", chance, depth) for _ in range(chance.randint(1, 2)))
        return _indented("\n".join(lines))
    kind = _DEEP.get(kind, kind) if depth > 3 else kind
    form = chance.choice(_GRAMMAR[kind])
    return re.sub(r"<(\w+)>", lambda found: _grown(found[1], chance, depth + 1), form)


def function(chance: random.Random, *, length: int) -> ast.FunctionDef:
    """A function of about so many statements."""
    body = "\n".join(_grown("statement", chance) for _ in range(length))
    parameters = ", ".join(chance.sample(NAMES, 2))
    found = ast.parse(f"def original({parameters}):\n{_indented(body)}").body[0]
    assert isinstance(found, ast.FunctionDef)
    return found


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


def in_other_words(found: ast.FunctionDef, chance: random.Random, *, renames: bool) -> str:
    """The same function with comments, docstring and annotations; if asked, under other names
    and with other values."""
    tree = ast.parse(ast.unparse(found)).body[0]
    assert isinstance(tree, ast.FunctionDef)
    if renames:
        others = chance.sample(OTHERS, len(NAMES))
        _Renaming(dict(zip(NAMES, others, strict=True)), _bound(tree)).visit(tree)
    tree.name = "again"
    tree.body.insert(0, ast.Expr(ast.Constant("What it does.")))
    for argument in tree.args.args:
        argument.annotation = ast.Constant("some.Type")
    lines = []
    for line in ast.unparse(ast.fix_missing_locations(tree)).splitlines():
        lines += [chance.choice(COMMENTS)] if chance.random() < 0.3 else []
        lines.append(line)
    return "\n".join(lines)


def _bound(tree: ast.FunctionDef) -> set[str]:
    stored = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }
    handled = {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)}
    taken = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return {name for name in {*stored, *handled, *taken} if name is not None}


class _Renaming(ast.NodeTransformer):
    def __init__(self, names: dict[str, str], bound: set[str]) -> None:
        self.names = {old: new for old, new in names.items() if old in bound}

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(id=self.names.get(node.id, node.id), ctx=node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(arg=self.names.get(node.arg, node.arg))

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.name = self.names.get(node.name or "", node.name)
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        value = node.value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return ast.Constant(value=value + 7)
        return ast.Constant(value=f"other {value}") if isinstance(value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        node.values = [
            self.visit(each) if isinstance(each, ast.FormattedValue) else each
            for each in node.values
        ]
        return node


def changed(found: ast.FunctionDef, chance: random.Random, *, times: int) -> str:
    """The function with some statements replaced, removed or added."""
    tree = ast.parse(ast.unparse(found)).body[0]
    assert isinstance(tree, ast.FunctionDef)
    tree.name = "again"
    for _ in range(times):
        at = chance.randrange(len(tree.body))
        new = ast.parse(_grown("statement", chance, 2)).body if chance.random() < 0.7 else []
        tree.body[at : at + chance.randint(0, 1)] = new
        tree.body = tree.body or [ast.Pass()]
    return ast.unparse(ast.fix_missing_locations(tree))
