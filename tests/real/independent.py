"""A second judge, which shares nothing with pluribus: it says what four rules should find.

    python3.13 -m tests.real.independent TREE [REPORT.json]

prints one finding a line, or with a report of `pluribus check --output-format json` only what one
of the two found and the other did not. It follows the rules' pages, not their code.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from tests.real.facts import Bound, Imported, Source, Text, glob, read_tree

RULES = ("legacy-import", "dual-import", "legacy-string", "unresolved-import")
_BY_NAME = (
    "patch", "patch.dict", "patch.multiple", "patch.object", "setattr", "delattr", "import_module",
    "__import__", "find_spec", "resolve_name", "run_module", "import_string", "importorskip",
)  # fmt: skip
# A logger's name looks like a module and is none.
_LOGGERS = ("getLogger", "get_logger", "assertLogs", "assertNoLogs", "set_level", "at_level")


_MAY_IMPORT = re.compile(
    r"(.*\.)?(exec|eval|reload|exec_module|modules|_*(try_)?(import|load|resolve)(_\w*)?)"
)
_KEEPS = re.compile(r"(append|add|insert|assert\w*)", re.IGNORECASE)
_TESTS = ("tests/**", "**/tests/**", "test/**", "**/test_*.py", "**/*_test.py", "**/conftest.py")


class Said(NamedTuple):
    """A finding, in the words that both judges can be brought to."""

    rule: str
    concept: str
    path: str
    line: int
    what: str


class Reached(NamedTuple):
    """Where a name ends: kind is definition, module, value, dynamic, external, missing."""

    kind: str
    module: str = ""
    name: str = ""


class Tree:
    """The sources by the module names under which they can be imported."""

    def __init__(self, sources: list[Source], tests: Iterable[str] = ()) -> None:
        self.sources = sources
        self._tests = [glob(each) for each in tests]
        self.by_module: dict[str, Source] = {}
        self.packages: set[str] = set()
        for source in sources:
            known = self.by_module.get(source.module)
            # A package shadows a module of the same name; a stub shadows nothing.
            if known is None or (source.is_package and not known.is_package):
                self.by_module[source.module] = source
            parts = source.module.split(".")
            self.packages.update(".".join(parts[:n]) for n in range(1, len(parts)))

    def is_test(self, source: Source) -> bool:
        return any(each.fullmatch(source.path) for each in self._tests)

    def has_module(self, module: str) -> bool:
        return module in self.by_module or module in self.packages

    def is_first_party(self, module: str) -> bool:
        return self.has_module(module.partition(".")[0])

    def is_for_typing_only(self, module: str, name: str) -> bool:
        """Whether a name is bound under `if TYPE_CHECKING` alone, and so absent at run time."""
        source = self.by_module.get(module)
        bound = source.bound.get(name, []) if source else []
        return bool(bound) and all(each.typing for each in bound)

    def real_module(self, module: str, seen: frozenset[str] = frozenset()) -> str:
        """The module that stands under a name, after `sys.modules[__name__] = other`."""
        source = self.by_module.get(module)
        if source is None or not source.replaced_by or module in seen:
            return module
        reached = self._attributes(source, source.replaced_by, frozenset())
        if reached.kind == "module" and reached.module != module:
            return self.real_module(reached.module, seen | {module})
        return module

    def reach(
        self, module: str, name: str, seen: frozenset[tuple[str, str]] = frozenset()
    ) -> Reached:
        """Follows a name of a module to what it is, through re-exports and aliases."""
        if (module, name) in seen:
            return Reached("missing")
        seen |= {(module, name)}
        if not self.has_module(module):
            kind = "missing-module" if self.is_first_party(module) else "external"
            return Reached(kind, module, name)
        module = self.real_module(module)
        if not name:
            return Reached("module", module)
        source = self.by_module.get(module)
        if source is None:
            inner = f"{module}.{name}"
            return (
                Reached("module", inner)
                if self.has_module(inner)
                else Reached("missing", module, name)
            )
        found = self._candidates(source, name, seen)
        for wanted in ("definition", "module", "value", "dynamic", "external"):
            for each in found:
                if each.kind == wanted:
                    return each
        if self.has_module(f"{module}.{name}"):
            return Reached("module", self.real_module(f"{module}.{name}"))
        if found:
            return found[0]
        if source.is_dynamic or source.problem or source.replaced_by:
            return Reached("dynamic", module, name)
        return Reached("missing", module, name)

    def _candidates(
        self, source: Source, name: str, seen: frozenset[tuple[str, str]]
    ) -> list[Reached]:
        bound = source.bound.get(name, [])
        certain = [at for at, each in enumerate(bound) if not each.conditional]
        bound = bound[certain[-1] :] if certain else bound
        found = [self._of(source, name, each, seen) for each in bound]
        stars = [] if certain else [star for star in source.stars if self.brings(star, name)]
        return [*found, *(self.reach(star, name, seen) for star in stars)]

    def brings(self, module: str, name: str) -> bool:
        """Whether `from module import *` brings a name."""
        source = self.by_module.get(self.real_module(module))
        if source is None or source.problem:
            return not self.is_first_party(module)
        if source.exported is not None:
            return name in source.exported
        return not name.startswith("_") and (
            name in source.bound or any(self.brings(inner, name) for inner in source.stars)
        )

    def _of(
        self, source: Source, name: str, bound: Bound, seen: frozenset[tuple[str, str]]
    ) -> Reached:
        if bound.kind == "import":
            return self.reach(bound.module, bound.name, seen)
        if bound.kind == "alias":
            return self._attributes(source, bound.name, seen)
        return Reached(bound.kind, source.module, name)

    def _attributes(self, source: Source, path: str, seen: frozenset[tuple[str, str]]) -> Reached:
        first, *rest = path.split(".")
        if first not in source.bound and not source.stars:
            return Reached("value", source.module, path)
        reached = self.reach_in(source, first, seen)
        for name in rest:
            if reached.kind != "module":
                return Reached("value", source.module, path)
            reached = self.reach(reached.module, name, seen)
        return reached

    def reach_in(self, source: Source, name: str, seen: frozenset[tuple[str, str]]) -> Reached:
        if (source.module, name) in seen:
            return Reached("missing")
        found = self._candidates(source, name, seen | {(source.module, name)})
        for wanted in ("definition", "module", "value", "dynamic", "external"):
            for each in found:
                if each.kind == wanted:
                    return each
        return Reached("value", source.module, name)


class Concept:
    def __init__(self, name: str, declared: dict[str, object]) -> None:
        owner = str(declared["owner"])
        self.name = name
        self.owner_module, _, self.owner_name = owner.partition(":")
        self.legacy = _strings(declared.get("legacy-paths"))
        self.allowed = {self.owner_module, *_strings(declared.get("import-paths"))}
        rivals = declared.get("rivals")
        self.globs = _strings(rivals.get("names")) if isinstance(rivals, dict) else []
        self.factories = [each.partition(":")[2] for each in _strings(declared.get("factories"))]

    @property
    def declared(self) -> set[str]:
        return {*self.allowed, *self.legacy}

    def is_owner(self, reached: Reached) -> bool:
        if self.owner_name:
            return reached == ("definition", self.owner_module, self.owner_name)
        return reached == ("module", self.owner_module, "")


def _strings(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _inside(path: str, paths: Iterable[str]) -> str:
    """The longest of the paths that the path is, or lies in."""
    return max((p for p in paths if path == p or path.startswith(p + ".")), key=len, default="")


def judge(tree: Tree, concept: Concept) -> Iterator[Said]:
    offered = {*concept.factories, *_public_names(tree, concept)}
    for source in tree.sources:

        def said(rule: str, line: int, what: str, path: str = source.path) -> Said:
            return Said(rule, concept.name, path, line, what)

        through: dict[str, int] = {}
        legacy: set[tuple[int, str]] = set()
        for each in source.imports:
            reached = tree.reach(each.module, each.name) if each.name != "*" else Reached("star")
            path = _written_path(each, reached)
            old = _inside(path, concept.legacy)
            if old and _inside(source.module, [old]) != old and (each.line, old) not in legacy:
                legacy.add((each.line, old))
                grade = "note" if each.is_typing else "warning"
                yield said("legacy-import", each.line, f"{old} {grade}")
            module = _inside(path, concept.declared)
            if not module and (concept.is_owner(reached) or _star_brings(tree, concept, each)):
                module = each.module
            if module:
                through.setdefault(module, each.line)
            if _ends_nowhere(tree, concept, each, reached, offered):
                grade = "note" if each.is_typing else "warning" if each.is_guarded else "error"
                what = ".".join(filter(None, (each.module, each.name)))
                yield said("unresolved-import", each.name_line, f"{what} {grade}")
        if len(through) > 1 and not concept.allowed.issuperset(through):
            yield said("dual-import", 0, " ".join(sorted(through)))
        for text in source.texts:
            old = _inside(text.text.partition(":")[0], concept.legacy)
            names_logger = text.callee.rpartition(".")[2] in _LOGGERS
            if old and not _inside(source.module, [old]) and not names_logger:
                grade = "warning" if _imports_by_name(text) else "note"
                if grade == "note" and tree.is_test(source) and _is_only_text(text):
                    continue
                yield said("legacy-string", text.line, f"{text.text} {grade}")


def _written_path(each: Imported, reached: Reached) -> str:
    """The module that an import names; its last part too where that is a module or nothing."""
    names_module = reached.kind in ("module", "missing", "missing-module")
    return f"{each.module}.{each.name}" if each.name and names_module else each.module


def _star_brings(tree: Tree, concept: Concept, each: Imported) -> bool:
    source = tree.by_module.get(tree.real_module(each.module)) if each.name == "*" else None
    return source is not None and any(
        tree.brings(each.module, name) and concept.is_owner(tree.reach(each.module, name))
        for name in [*source.bound, *(source.exported or ())]
    )


def _ends_nowhere(
    tree: Tree, concept: Concept, each: Imported, reached: Reached, offered: set[str]
) -> bool:
    if each.name == "*":
        reached = Reached("module") if tree.has_module(each.module) else Reached("missing-module")
    is_missing = reached.kind in ("missing", "missing-module") or (
        not each.is_typing and tree.is_for_typing_only(each.module, each.name)
    )
    if not is_missing or not tree.is_first_party(each.module):
        return False
    whole = f"{each.module}.{each.name}"
    if _inside(each.module, concept.declared) or _inside(whole, concept.declared):
        return True
    return each.name in offered or any(fnmatchcase(each.name, glob) for glob in concept.globs)


def _public_names(tree: Tree, concept: Concept) -> set[str]:
    """The names of the owner in its allowed modules; in its legacy ones when those have none."""
    if not concept.owner_name:
        return set()
    for modules in (concept.allowed, concept.legacy):
        names = {
            name
            for module in modules
            if (source := tree.by_module.get(module))
            for name in source.bound
            if not name.startswith("_") and concept.is_owner(tree.reach(module, name))
        }
        if names:
            return names | {concept.owner_name}
    return {concept.owner_name}


def _imports_by_name(text: Text) -> bool:
    callee = text.callee.replace("()", "")
    if callee in ("sys.modules", "sys.modules.get", "sys.modules.pop"):
        return True
    parts = callee.split(".")
    if parts[-1] in ("setattr", "delattr"):
        return "monkeypatch" in parts
    return any(".".join(parts[-n:]) in _BY_NAME for n in (1, 2))


def _is_only_text(text: Text) -> bool:
    """Whether a test only looks for it: nothing around it imports by name or is handed it."""
    if text.within and not _KEEPS.fullmatch(text.within.rpartition(".")[2]):
        return False
    used = [each.replace("()", "") for each in text.used_around]
    return bool(used) and not any(
        _MAY_IMPORT.fullmatch(each) or _imports_by_name(Text(0, "", each)) for each in used
    )


def say(rule: str, concept: str, path: str, line: int, message: str, severity: str) -> Said | None:
    """A finding of pluribus in the words of this judge; None for a rule that it does not know."""
    quoted = message.split("`")[1::2]
    match rule:
        case "dual-import":
            return Said(rule, concept, path, 0, " ".join(sorted(quoted[1:])))
        case "legacy-import":
            return Said(rule, concept, path, line, f"{quoted[0]} {severity}")
        case "legacy-string":
            return Said(rule, concept, path, line, f"{quoted[-1]} {severity}")
        case "unresolved-import":
            return Said(rule, concept, path, line, f"{'.'.join(quoted)} {severity}")
    return None


def read_report(report: dict[str, list[dict[str, object]]]) -> Iterator[Said]:
    """What a JSON report of pluribus says."""
    for finding in report["findings"]:
        location = finding["location"]
        assert isinstance(location, dict)
        place = (str(location["path"]), int(location["line"]))
        names = (str(finding["rule"]), str(finding["concept"]))
        said = say(*names, *place, str(finding["message"]), str(finding["severity"]))
        if said is not None:
            yield said


def judge_tree(root: Path, contract: str, roots: list[str]) -> tuple[Tree, list[Said]]:
    declared = tomllib.loads(contract)
    codebase = declared.get("codebase", {})
    sources = read_tree(root, roots, codebase.get("exclude", []))
    tree = Tree(sources, codebase.get("tests", _TESTS))
    concepts = [Concept(name, each) for name, each in declared["concepts"].items()]
    return tree, sorted({said for concept in concepts for said in judge(tree, concept)})


def main(root: Path, report: Path | None) -> None:
    roots = ["", *(["src"] if (root / "src").is_dir() else [])]
    tree, said = judge_tree(root, (root / "pluribus.toml").read_text(), roots)
    write = sys.stdout.write
    for source in tree.sources:
        if source.problem:
            write(f"not parsed: {source.path}: {source.problem}\n")
    if report is None:
        for each in said:
            write("\t".join(map(str, each)) + "\n")
        return
    theirs = set(read_report(json.loads(report.read_text())))
    tally: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in sorted({*said, *theirs}):
        side = 0 if each in said and each in theirs else 1 if each in said else 2
        tally[each.rule][side] += 1
        if side:
            who = ("", "independent only", "tool only")[side]
            write("\t".join([who, *map(str, each)]) + "\n")
    for rule, (both, mine, other) in tally.items():
        write(f"{rule}: both {both}, independent only {mine}, tool only {other}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
