"""Concepts that a package gives: classes and functions that several of its modules import."""

from __future__ import annotations

import ast
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pluribus.rules.role import shared_words

_LEFT_OUT = ("test", "tests", "testing", "_vendor", "vendor", "_testing", "conftest")
_NO_ROLES = ("Protocol", "Enum", "IntEnum", "NamedTuple", "TypedDict", "Exception", "ABC")
IMPORTERS = 2
METHODS = 3
CLASSES = 2
FUNCTIONS = 1


@dataclass(frozen=True, order=True)
class Candidate:
    """What may own a concept."""

    owner: str
    """`package.module:Name`."""
    kind: str
    importers: int
    methods: tuple[str, ...] = ()


def candidates(root: Path, package: str = "") -> list[Candidate]:
    """Public classes with some methods, and functions with parameters, that are imported.

    `package` is the dotted path of `root` itself, empty where packages lie in it.
    """
    found: dict[str, list[tuple[str, str, tuple[str, ...]]]] = {}
    imported: Counter[str] = Counter()
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if any(part in _LEFT_OUT or part.startswith("test_") for part in parts):
            continue
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue
        dotted = [*package.split("."), *parts] if package else list(parts)
        module = ".".join(dotted[:-1] if dotted[-1] == "__init__" else dotted)
        for name, kind, methods in _defined(tree):
            found.setdefault(name, []).append((module, kind, methods))
        imported.update(_imported(tree))
    return sorted(
        Candidate(f"{homes[0][0]}:{name}", homes[0][1], imported[name], homes[0][2])
        for name, homes in found.items()
        # Of a name that several modules define nobody knows which is imported.
        if len(homes) == 1 and imported[name] >= IMPORTERS and homes[0][0]
    )


def chosen(root: Path, *, seed: int, package: str = "") -> list[Candidate]:
    """At most two classes and a function of a package, always the same for a seed."""
    all_found = candidates(root, package)
    pick = random.Random(f"{seed} {root.name}")
    classes = [each for each in all_found if each.kind == "class"]
    functions = [each for each in all_found if each.kind == "function"]
    picked: list[Candidate] = []
    for some, most in ((classes, CLASSES), (functions, CLASSES + FUNCTIONS)):
        for each in pick.sample(some, len(some)):
            if len(picked) < most and not any(_are_close(each, other) for other in picked):
                picked.append(each)
    return picked


def _are_close(one: Candidate, other: Candidate) -> bool:
    """Whether a copy of one might be taken for the other, or the two share a module: then nobody
    could say which of them a finding is about."""
    (home, name), (module, named) = (each.owner.split(":") for each in (one, other))
    shared = {*one.methods} & {*other.methods}
    return home == module or bool(shared_words(name, named)) or len(shared) >= METHODS - 1


def _defined(tree: ast.Module) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    names = Counter(getattr(node, "name", "") for node in tree.body)
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base).rpartition(".")[2].partition("[")[0] for base in node.bases}
            public = [
                each
                for each in node.body
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
                and not each.name.startswith("_")
            ]
            is_plain = len(public) >= METHODS and not bases & {*_NO_ROLES}
            if is_plain and not node.name.startswith("_") and names[node.name] == 1:
                yield node.name, "class", tuple(each.name for each in public)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            is_plain = bool(node.args.args) and not node.decorator_list
            if is_plain and not node.name.startswith("_") and names[node.name] == 1:
                yield node.name, "function", ()


def _imported(tree: ast.Module) -> set[str]:
    return {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
