"""Looks for what ten rules may miss: searches so plain that they find too much.

    python3.13 -m tests.real.looks TREE REPORT.json

takes a report of `pluribus check --output-format json` and prints, for each rule, how many places
a search finds, how many of them pluribus reports, and every one that it does not: a miss, or no
violation, which a person must tell by reading. Names are followed through a file as text, with no
regard to scopes, branches or order; imports by the second judge in `independent.py`. Nothing here
knows pluribus.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.real.facts import Source, read_tree
from tests.real.independent import Concept, Tree
from tests.real.searches import FILE_SEARCHES, OWNER_SEARCHES, Names, Owner, Read

_TESTS = ("tests/**", "**/tests/**", "test/**", "**/test_*.py", "**/*_test.py", "**/conftest.py")


class Hit(NamedTuple):
    rule: str
    path: str
    line: int
    what: str


class _Searched(NamedTuple):
    """A concept, and what names reach it."""

    tree: Tree
    concept: Concept
    factories: list[tuple[str, str]]
    rivals: list[tuple[str, str]]

    def names_in(self, source: Source) -> Names:
        """Names of a file that are the owner, a rival or a factory."""
        bound = {each.bound: self.tree.reach(each.module, each.name) for each in source.imports}
        bound |= {
            name: self.tree.reach_in(source, name, frozenset())
            for name in source.bound
            if name not in bound
        }
        return Names(
            aliases={name for name, at in bound.items() if self.concept.is_owner(at)},
            rivals={name for name, at in bound.items() if (at.module, at.name) in self.rivals},
            factories={
                name: at.name
                for name, at in bound.items()
                if (at.module, at.name) in self.factories
            },
        )

    def everywhere(self) -> Iterator[tuple[Source, Names]]:
        found = {source.path: self.names_in(source) for source in self.tree.sources}
        # What is named through a module goes by one of the names that it has in others.
        aliases = set().union(*(names.aliases for names in found.values()))
        for source in self.tree.sources:
            yield source, found[source.path].with_dotted(aliases)


def _parsed(root: Path, path: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse((root / path).read_bytes())


def look(root: Path, rivals: Iterable[tuple[str, str]]) -> Iterator[Hit]:
    contract = tomllib.loads((root / "pluribus.toml").read_text())
    codebase = contract.get("codebase", {})
    roots = ["", *(["src"] if (root / "src").is_dir() else [])]
    tree = Tree(read_tree(root, roots, codebase.get("exclude", [])), codebase.get("tests", _TESTS))
    for source in tree.sources:
        if source.problem:
            sys.stdout.write(f"not parsed: {source.path}: {source.problem}\n")
    for name, declared in contract["concepts"].items():
        concept = Concept(name, declared)
        made = [each.partition(":") for each in declared.get("factories", [])]
        factories = [(module, maker) for module, _, maker in made]
        at = {module: tree.by_module[module].path for module, _ in factories}
        at[concept.owner_module] = tree.by_module[concept.owner_module].path
        homes = {module: _parsed(root, path) for module, path in at.items()}
        makers = {maker: homes[module] for module, maker in factories}
        owner = Owner.of(homes[concept.owner_module], concept.owner_name, makers, declared)
        words = re.compile("|".join(map(re.escape, owner.events)) or r"\b\B").search
        searched = _Searched(tree, concept, factories, list(rivals))
        for source, names in searched.everywhere():
            text = (root / source.path).read_text("utf-8", "replace")
            if not source.problem and (names.lead or words(text)):
                read = Read(_parsed(root, source.path), tree.is_test(source), owner, names)
                for rule, search in FILE_SEARCHES.items():
                    yield from (Hit(rule, source.path, *found) for found in search(read))
        for module, home in homes.items():
            for rule, find in OWNER_SEARCHES.items():
                yield from (Hit(rule, at[module], *found) for found in find(home, owner))


def main(root: Path, report: Path) -> None:
    findings = json.loads(report.read_text())["findings"]
    reported = {
        (each["rule"], place["path"], place["line"])
        for each in findings
        for place in (each["location"], *each["related"])
    }
    named = [
        re.search(r"`([\w.]+):([\w.]+)` plays", each["message"])
        for each in findings
        if each["rule"] == "rival"
    ]
    hits = sorted({*look(root, [(match[1], match[2]) for match in named if match])})
    for rule in (*FILE_SEARCHES, *OWNER_SEARCHES):
        of_rule = {(each.path, each.line): each for each in hits if each.rule == rule}
        missing = [each for at, each in of_rule.items() if (rule, *at) not in reported]
        places = {
            (each["location"]["path"], each["location"]["line"])
            for each in findings
            if each["rule"] == rule
        }
        sys.stdout.write(
            f"{rule}: {len(of_rule)} places found, {len(missing)} of them not reported; "
            f"{len(places)} reported, {len(places - of_rule.keys())} of them not found\n"
        )
        for each in missing:
            sys.stdout.write(f"  {each.path}:{each.line}: {each.what}\n")
        for path, line in sorted(places - of_rule.keys()):
            sys.stdout.write(f"  only pluribus: {path}:{line}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
