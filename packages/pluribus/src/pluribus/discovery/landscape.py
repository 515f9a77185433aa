"""The code base as discovery sees it: modules, what they define, and who depends on what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

import msgspec

from pluribus.codebase import (
    Codebase,
    File,
    Inventoried,
    InventoriedClass,
    InventoriedFunction,
)
from pluribus.discovery.exclusions import is_backup, is_beside
from pluribus.findings import Location


class Thing(msgspec.Struct, frozen=True, order=True):
    """A definition or a module that may be an owner."""

    module: str
    qualname: str
    """Empty for the module itself."""
    file: int
    binding: int
    """-1 for the module itself."""
    location: Location

    @property
    def path(self) -> str:
        return f"{self.module}:{self.qualname}" if self.qualname else self.module

    @property
    def name(self) -> str:
        return self.qualname or self.module.rpartition(".")[2]

    @property
    def handle(self) -> int:
        return self.file << 32 | self.binding


class Importers(msgspec.Struct, frozen=True):
    """The files that import something, apart by what they are."""

    production: frozenset[int]
    tests: frozenset[int]
    backups: frozenset[int]


class Landscape:
    """All that the kinds of evidence are drawn from, asked for once."""

    def __init__(self, codebase: Codebase) -> None:
        self.codebase = codebase
        self.modules: Mapping[int, Inventoried] = {
            each.file: each for each in codebase.inventory() if each.module
        }
        self.by_name = {each.module: each for each in self.modules.values()}
        self._files = codebase.files()
        self._paths: dict[tuple[int, int], dict[tuple[str, str], tuple[int, ...]]] = {}
        for row in codebase.dependants():
            binding = -1 if row.binding is None else row.binding
            self._paths[row.file, binding] = {
                (module, name): files for module, name, files in row.paths
            }

    @cached_property
    def product(self) -> list[Inventoried]:
        """Modules of the product: no backups, examples, scripts or generated code."""
        return [
            each
            for each in self.modules.values()
            if not is_backup(each.path) and not is_beside(each.path)
        ]

    @cached_property
    def backups(self) -> Counter[str]:
        """How many backups there are of each file name."""
        kept = (each.path for each in self._files if is_backup(each.path))
        return Counter(path.rpartition("/")[2] for path in kept)

    def file(self, number: int) -> File:
        return self._files[number]

    def paths(self, thing: Thing) -> dict[tuple[str, str], tuple[int, ...]]:
        """The paths by which something is imported, and the files that do so."""
        return self._paths.get((thing.file, thing.binding), {})

    def importers(self, thing: Thing) -> Importers:
        """Files that import something, its own apart."""
        found = {each for files in self.paths(thing).values() for each in files} - {thing.file}
        return self.apart(found)

    def apart(self, found: set[int]) -> Importers:
        """Files, apart by what they are."""
        tests = frozenset(each for each in found if self._files[each].is_test)
        backups = frozenset(each for each in found - tests if is_backup(self._files[each].path))
        return Importers(frozenset(found) - tests - backups, tests, backups)

    @cached_property
    def _through(self) -> Mapping[str, set[int]]:
        """Of each module, the files that import it or anything from it by that path."""
        files: dict[str, set[int]] = defaultdict(set)
        for paths in self._paths.values():
            for (module, _), importers in paths.items():
                files[module].update(importers)
        return files

    def through(self, module: Inventoried) -> Importers:
        """Files that import a module, or whatever from it."""
        return self.apart(self._through.get(module.module, set()) - {module.file})

    @cached_property
    def _handed_on(self) -> Mapping[tuple[str, int], set[int]]:
        files: dict[tuple[str, int], set[int]] = defaultdict(set)
        for (file, binding), paths in self._paths.items():
            for (module, name), importers in paths.items():
                # Under another name it is offered on purpose.
                if binding == -1 or not name or self._own_name(file, binding) == name:
                    files[module, file].update(importers)
        return files

    def handed_on(self, module: Inventoried, home: Inventoried) -> Importers:
        """Files that import a module, or anything of it, by the path of another."""
        return self.apart(self._handed_on.get((module.module, home.file), set()) - {home.file})

    def _own_name(self, file: int, binding: int) -> str:
        return self._definition_names.get((file, binding), "")

    @cached_property
    def _definition_names(self) -> Mapping[tuple[int, int], str]:
        return {
            (module.file, each.binding): each.name
            for module in self.modules.values()
            for each in module.definitions
        }

    def class_thing(
        self, module: Inventoried, each: InventoriedClass | InventoriedFunction
    ) -> Thing:
        return Thing(
            module=module.module,
            qualname=each.name,
            file=module.file,
            binding=each.binding,
            location=Location(module.path, each.line, each.column),
        )

    def module_thing(self, module: Inventoried) -> Thing:
        return Thing(module.module, "", module.file, -1, Location(module.path))

    def imported_things(self) -> Iterator[tuple[Thing, dict[tuple[str, str], tuple[int, ...]]]]:
        """Everything of the product that is imported, with the paths by which it is."""
        definitions = {
            (module.file, each.binding): (module, each)
            for module in self.product
            for each in module.definitions
        }
        in_product = {module.file: module for module in self.product}
        for (file, binding), paths in self._paths.items():
            if binding == -1 and file in in_product:
                yield self.module_thing(in_product[file]), paths
            elif (file, binding) in definitions:
                yield self.class_thing(*definitions[file, binding]), paths
