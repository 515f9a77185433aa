"""What names of a test file are bound to at last, and what names in other files lead to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Final

import msgspec

from pluribus.codebase import Mark, Revision, Statement, statements_in

SKIPS: Final = frozenset(
    "skip skipif xfail importorskip exit skipIf skipUnless expectedFailure SkipTest "
    "skipTest".split()
)
_SPEAKERS: Final = frozenset(
    "pytest _pytest unittest unittest2 nose twisted testtools django self cls mark".split()
)
"""Whose `skip` skips a test: that of a reader or a parser does not."""
_DEEPEST: Final = 8
"""So many names lead from one to the next, and no test needs more."""


class Name(msgspec.Struct, kw_only=True):
    """What a name is bound to when its module or class is done."""

    last: Statement
    condition: str = ""
    """What it depends on that it is there."""
    also: list[str] = msgspec.field(default_factory=list)
    """Names with which it was made another: `test_a = skip(test_a)`."""


class Module(msgspec.Struct, frozen=True, kw_only=True):
    """A file, by what it binds."""

    path: str
    """As seen from the folder that is looked at."""
    scopes: dict[str, dict[str, Name]]
    """Of the module, whose name is empty, and of each class."""
    statements: dict[str, list[Statement]]
    """Those that bind nothing."""

    def bound(self, scope: str = "") -> dict[str, Name]:
        return self.scopes.get(scope, {})


class Found(msgspec.Struct, frozen=True):
    """Something that a name leads to."""

    module: Module
    scope: str
    name: Name

    @property
    def qualname(self) -> str:
        return f"{self.scope}.{self.name.last.name}" if self.scope else self.name.last.name


class Modules:
    """The files of a revision, each read once and when it is asked for."""

    def __init__(self, revision: Revision) -> None:
        self._revision = revision
        self._read: dict[str, Module | None] = {}
        self._skipping: dict[tuple[str, str], bool] = {}

    def at(self, path: str) -> Module | None:
        if path not in self._read:
            source = self._revision.source(path)
            # What says nothing of tests neither holds any nor skips one, and most code does not.
            speaks = source is not None and any(each in source for each in (b"test", b"Skip"))
            listed = statements_in(source) if source is not None and speaks else None
            self._read[path] = _module(path, listed) if listed is not None else None
        return self._read[path]

    def lead(self, module: Module, dotted: str, depth: int = 0) -> tuple[list[Found], list[str]]:
        """What a dotted name leads to in files of the revision, and which names outside of it."""
        first, _, rest = dotted.partition(".")
        name = module.bound().get(first)
        if name is None or depth > _DEEPEST:
            for each in module.statements.get("", ()) if depth <= _DEEPEST else ():
                if each.kind == "import" and each.name == "*":
                    there = self._imported(module, each.mentions[0])
                    if there is not None and first in there.bound():
                        return self.lead(there, dotted, depth + 1)
            return [], [dotted]
        last = name.last
        if last.kind == "import":
            return self._through(module, last, rest, dotted, depth)
        if last.kind == "value" and not rest:
            found: list[Found] = [Found(module, "", name)]
            outside: list[str] = []
            for mention in (*last.mentions, *name.also):
                if not mention.startswith('"') and mention != dotted:
                    more, beyond = self.lead(module, mention, depth + 1)
                    found += more
                    outside += beyond
            return found, outside
        if last.kind == "class" and rest:
            inner = module.bound(first).get(rest)
            return ([Found(module, first, inner)], []) if inner is not None else ([], [dotted])
        return [Found(module, "", name)], []

    def _through(
        self, module: Module, last: Statement, rest: str, dotted: str, depth: int
    ) -> tuple[list[Found], list[str]]:
        source, original = last.mentions
        if original:
            there = self._imported(module, source)
            inner = f"{original}.{rest}" if rest else original
            if there is not None and there is not module and original in there.bound():
                return self.lead(there, inner, depth + 1)
            below = self._imported(module, f"{source.rstrip('.')}.{original}")
            if below is not None and rest:
                return self.lead(below, rest, depth + 1)
            return [], [f"{source}.{inner}" if there is None else inner]
        whole = f"{source}.{rest}" if rest else source
        head, _, attribute = whole.rpartition(".")
        there = self._imported(module, head) if head else None
        if there is not None:
            return self.lead(there, attribute, depth + 1)
        return [], [whole if source != dotted.partition(".")[0] or rest else dotted]

    def _imported(self, module: Module, name: str) -> Module | None:
        """The file of a module; as pytest has it, names start at any folder above."""
        dots = len(name) - len(name.lstrip("."))
        parts = [each for each in name.split(".") if each]
        folder = PurePosixPath(module.path).parent
        if dots:
            above = [folder, *folder.parents]
            starts = above[dots - 1 : dots]
        else:
            starts = [folder, *folder.parents, PurePosixPath("src")]
        for start in starts:
            base = start.joinpath(*parts)
            for path in (base.with_suffix(".py") if parts else base, base / "__init__.py"):
                if path.suffix == ".py" and self._revision.blob(path.as_posix()) is not None:
                    return self.at(path.as_posix())
        return None

    def skips(self, module: Module, names: Iterable[str], depth: int = 0) -> bool:
        """Whether names lead to something that skips a test, or that calls it."""
        return any(self._leads_to_skip(module, each, depth) for each in names)

    def _leads_to_skip(self, module: Module, dotted: str, depth: int) -> bool:
        if dotted.startswith('"') or depth > _DEEPEST:
            return False
        key = module.path, dotted
        if key not in self._skipping:
            self._skipping[key] = False  # what calls itself skips for another reason
            inside, outside = self.lead(module, dotted)
            self._skipping[key] = any(map(_is_skip, outside)) or any(
                self.skips(each.module, each.name.last.mentions, depth + 1)
                for each in inside
                if each.name.last.kind == "function"
            )
        return self._skipping[key]

    def mark_skips(self, module: Module, mark: Mark) -> bool:
        """Whether a decorator skips what it stands on."""
        return self.skips(module, (mark.name, *mark.mentions)) or (
            mark.name.rpartition(".")[2] == "parametrize" and self._is_empty(module, mark.values)
        )

    def _is_empty(self, module: Module, values: str) -> bool:
        """Whether a source is that of a list without anything in it."""
        text = "".join(values.split())
        if text.isidentifier():
            inside, _ = self.lead(module, text)
            return any(
                each.name.last.kind == "value" and _is_bare(each.name.last.text) for each in inside
            )
        return _is_bare(text)


def _is_bare(text: str) -> bool:
    return "".join(text.split()) in {"[]", "()", "{}", "list()", "tuple()", "set()", "dict()"}


def _is_skip(dotted: str) -> bool:
    first, _, last = dotted.partition(".")[0], "", dotted.rpartition(".")[2]
    if dotted in ("os._exit", "os.abort"):
        return True
    return last in SKIPS and (first in _SPEAKERS or (first == last and first != "exit"))


def _module(path: str, listed: Sequence[Statement]) -> Module:
    scopes: dict[str, dict[str, Name]] = {"": {}}
    statements: dict[str, list[Statement]] = {}
    for each in listed:
        scope, _, name = f"{each.scope}.{each.name}".strip(".").rpartition(".")
        if each.kind == "statement" or each.name == "*":
            statements.setdefault(each.scope, []).append(each)
        elif "." not in each.name:
            _bind(scopes.setdefault(each.scope, {}), each)
        elif scope in scopes:
            _bind(scopes[scope], msgspec.structs.replace(each, scope=scope, name=name))
        elif name == "pytestmark" or name == "__test__":
            _mark(scopes, scope, each)
        if each.kind == "class":
            scopes[f"{each.scope}.{each.name}".strip(".")] = {}
    return Module(path=path, scopes=scopes, statements=statements)


def _bind(scope: dict[str, Name], new: Statement) -> None:
    old = scope.get(new.name)
    if old is not None and new.kind == "value" and new.name in new.mentions:
        # It is made of what it was: decorated by hand, or added to.
        old.also += [each for each in new.mentions if each != new.name]
        return
    condition = new.condition
    if old is not None and condition:
        if new.kind in ("value", "gone") and old.last.kind in ("function", "class"):
            old.condition = condition
            return
        if old.last.kind != "value" and old.condition != condition:
            condition = ""  # one of the two is there
    if new.kind == "gone":
        scope.pop(new.name, None)
    else:
        scope[new.name] = Name(last=new, condition=condition)


def _mark(scopes: dict[str, dict[str, Name]], qualname: str, by: Statement) -> None:
    """A function that is marked, or said to be no test, through its attribute."""
    scope, _, name = qualname.rpartition(".")
    marked = scopes.get(scope, {}).get(name)
    if marked is None:
        return
    if by.name.endswith("__test__"):
        if by.text not in ("True", "1"):
            scopes[scope].pop(name)
    else:
        marked.also += by.mentions
