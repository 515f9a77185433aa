"""What is asked of a code base again and again while edits are planned."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

from pluribus.codebase import Codebase, Import, Module, Reach, Running, Script, String, running
from pluribus.errors import FactsError
from pluribus.remedy.source import Source, read_source

T = TypeVar("T")


@dataclass(frozen=True)
class Atlas:
    """A code base, its files that may be edited, and answers that were given once."""

    codebase: Codebase
    read: Callable[[str], bytes | str]
    """The bytes of a file that may be edited; or why it may not."""
    peek: Callable[[str], bytes | None]
    """The bytes of any file as it is by now; None for what cannot be read."""
    search: Callable[[bytes], frozenset[str]]
    """The paths of files in whose bytes a regular expression is found."""
    scripts: dict[str, Script] = field(default_factory=dict)
    """Of the files that were asked for, by path."""
    sources: dict[str, Source] = field(default_factory=dict)
    """The same; a file whose source is not here is not edited."""
    obstacles: dict[str, str] = field(default_factory=dict)
    """Why a file is not edited, by path."""
    claimed: dict[str, set[int]] = field(default_factory=dict)
    """By path, where the import statements start that are to be mended."""
    _reached: dict[tuple[str, str], Reach] = field(default_factory=dict)
    _modules: dict[str, Script | None] = field(default_factory=dict)
    _closures: dict[tuple[str, frozenset[str]], frozenset[str]] = field(default_factory=dict)
    _strings: dict[str, list[String]] = field(default_factory=dict)
    _imports: dict[str, list[Import]] = field(default_factory=dict)
    _doubled: dict[str, frozenset[str]] = field(default_factory=dict)
    _known: dict[str, Script | None] = field(default_factory=dict)
    _running: dict[str, Running | None] = field(default_factory=dict)
    _found: dict[tuple[str, ...], object] = field(default_factory=dict)

    def load(self, paths: Iterable[str]) -> None:
        """Prepare files to be edited, or note why they are not."""
        asked = [path for path in dict.fromkeys(paths) if path not in self.scripts]
        for script in self.codebase.scripts(asked):
            self.scripts[script.path] = script
        for path in asked:
            found = self._prepared(path)
            if isinstance(found, str):
                self.obstacles[path] = found
            else:
                self.sources[path] = found

    def _prepared(self, path: str) -> Source | str:
        if path not in self.scripts:
            return "it was not read"
        if not self.scripts[path].is_whole:
            return "it has a syntax error"
        content = self.read(path)
        return content if isinstance(content, str) else read_source(content)

    def reach(self, module: str, name: str) -> Reach:
        """What `module.name` is; an empty name is the module."""
        key = module, name
        if key not in self._reached:
            self._reached[key] = self.codebase.reach([key])[0]
        return self._reached[key]

    def script_of(self, module: str) -> Script | None:
        """The file that is a module, whether or not it is to be edited."""
        if module not in self._modules:
            found = self.codebase.module(module)
            path = found.path if found else None
            known = self.scripts.get(path) if path else None
            asked = [known] if known else self.codebase.scripts([path] if path else [])
            self._modules[module] = asked[0] if asked else None
        return self._modules[module]

    def strings(self, path: str) -> list[String]:
        """Strings that name a dotted path, or something in it."""
        if path not in self._strings:
            self._strings[path] = self.codebase.strings([path])
        return self._strings[path]

    def imports_of(self, module: str) -> list[Import]:
        """Imports that name a module, or take something from it."""
        if module not in self._imports:
            self._imports[module] = self.codebase.imports(modules=[module])
        return self._imports[module]

    def loads(self, module: str, running: str) -> frozenset[str]:
        """The modules that are run when one is imported while another is, as far as imports say.

        Packages around the one that runs have been begun before.
        """
        begun = frozenset(_above(running)[:-1])
        key = module, begun
        if key not in self._closures:
            seen = {module}
            waiting = [module]
            while waiting:
                at = waiting.pop()
                found = self.codebase.module(at)
                named = [*(_imported(found) if found else ()), at]
                reached = {each for name in named for each in _above(name) if each not in begun}
                waiting += sorted((reached | set(named)) - seen)
                seen |= reached | set(named)
            self._closures[key] = frozenset(seen)
        return self._closures[key]

    def known(self, path: str) -> Script | None:
        """What an editor must know of a file, whether or not it is to be edited."""
        if path not in self._known:
            found = [self.scripts[path]] if path in self.scripts else self.codebase.scripts([path])
            self._known[path] = found[0] if found else None
        return self._known[path]

    @cached_property
    def paths(self) -> dict[str, str]:
        """The file of each module, whether or not it was read with the others."""
        return {each.module: each.path for each in self.codebase.files()}

    def running(self, module: str) -> Running | None:
        """What runs when a module is imported; None for what is no module of the code base."""
        if module not in self._running:
            path = self.paths.get(module)
            content = self.peek(path) if path is not None else None
            try:
                self._running[module] = running(content) if content is not None else None
            except FactsError:
                self._running[module] = None
        return self._running[module]

    def once(self, key: tuple[str, ...], work: Callable[[], T]) -> T:
        """What some work says, which is done once for each key."""
        if key not in self._found:
            self._found[key] = work()
        return cast("T", self._found[key])

    def is_doubled(self, module: str, name: str) -> bool:
        """Whether a module binds a name to one thing or to another, as conditions have it."""
        if module not in self._doubled:
            self._doubled[module] = frozenset(
                each.name for each in self.codebase.rebound(module) if not each.site.scope
            )
        return name in self._doubled[module]


def _above(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[: count + 1]) for count in range(len(parts))]


def _imported(module: Module) -> list[str]:
    found = []
    for each in module.imported:
        found.append(each.written)
        if each.target.kind == "module":
            found.append(each.target.name)
        elif each.target.kind == "definition":
            # `from package import module` is written so too.
            found.append(each.target.name.partition(":")[0])
    return found
