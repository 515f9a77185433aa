"""The tests of a file by the rules of pytest: which run, which do not, and which say nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final, Literal

import msgspec

from pluribus.app.suite_names import Found, Module, Modules, Name
from pluribus.app.suite_settings import Settings, settings_of
from pluribus.codebase import Mark, Revision

Idle = Literal["", "skipped", "uncollected"]
"""Why a test does not run; empty for one that does."""

_SETTING_UP: Final = (
    "setup setup_method setup_class setup_function setup_module setUp setUpClass setUpModule "
    "asyncSetUp"
).split()
_YES: Final = ("True", "1")
_ASYNCHRONOUS: Final = ("asyncio", "anyio", "trio", "gen_test", "inlineCallbacks", "async")


class Test(msgspec.Struct, frozen=True):
    """What becomes of a test."""

    idle: Idle
    is_empty: bool


Tests = Mapping[str, Test]
"""Of one file, by qualified name."""


class _Around(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of a test by what it stands in."""

    module: Module
    idle: Idle
    marks: tuple[Mark, ...] = ()
    named: tuple[str, ...] = ()
    """What a `pytestmark` names."""
    members: Mapping[str, Found] = msgspec.field(default_factory=dict)
    is_unittest: bool = False


class Suite:
    """The tests of a revision."""

    def __init__(self, revision: Revision) -> None:
        self._revision = revision
        self._modules = Modules(revision)
        self._tests: dict[str, Tests] = {}
        self._settings: dict[str, Settings] = {}

    def tests(self, path: str) -> Tests:
        """The tests of a file, below the folder that is looked at."""
        if path not in self._tests:
            module = self._modules.at(path)
            self._tests[path] = {} if module is None else dict(self._of_module(module))
        return self._tests[path]

    def settings(self, path: str) -> Settings:
        """The configuration that holds for a file."""
        folder = path.rpartition("/")[0]
        if folder not in self._settings:
            self._settings[folder] = settings_of(self._revision, path)
        return self._settings[folder]

    def is_collected(self, path: str) -> bool:
        """Whether pytest opens a file."""
        full = f"{self._revision.base.strip('/')}/{path}".strip("/")
        return self.settings(path).is_test_file(full)

    def skipping_fixtures(self, path: str) -> set[str]:
        """The fixtures of a file that nobody has to ask for, and that skip."""
        module = self._modules.at(path)
        found = {} if module is None else _found(module, "")
        return {
            name
            for name, each in found.items()
            if self._is_fixture(each)
            and _is_automatic(each)
            and self._modules.skips(each.module, each.name.last.mentions)
        }

    def skips(self, path: str, names: Iterable[str]) -> bool:
        """Whether names in a file lead to something that skips."""
        module = self._modules.at(path)
        return module is not None and self._modules.skips(module, names)

    def _of_module(self, module: Module) -> Iterator[tuple[str, Test]]:
        members = _found(module, "")
        idle: Idle = "" if self.is_collected(module.path) else "uncollected"
        if not idle and (_is_no_test(members) or self._is_left(module, "")):
            idle = "skipped"
        around = _Around(module=module, idle=idle, named=_pytestmark(members), members=members)
        if not idle and self._is_set_up_to_skip(around):
            around = msgspec.structs.replace(around, idle="skipped")
        yield from self._of_names(around, "", members)

    def _of_names(
        self, around: _Around, scope: str, members: Mapping[str, Found]
    ) -> Iterator[tuple[str, Test]]:
        for name, each in members.items():
            qualname = f"{scope}.{name}" if scope else name
            found = self._behind(each)
            if found is None:
                continue
            kind = found.name.last.kind
            if kind == "function" and not self._is_fixture(found):
                is_test = (
                    name.startswith("test")
                    if around.is_unittest
                    else self.settings(around.module.path).is_test_function(name)
                )
                if is_test:
                    yield qualname, self._function(found, each, around)
                elif name.startswith("test"):
                    yield qualname, Test("uncollected", found.name.last.is_stub)
            elif kind == "class":
                yield from self._of_class(found, each, name, qualname, around)

    def _behind(self, found: Found) -> Found | None:
        """The definition that a name leads to, when it leads to one."""
        last = found.name.last
        if last.kind in ("function", "class"):
            return found
        is_alias = last.kind == "value" and last.text.replace(".", "_").isidentifier()
        if last.kind == "import" or is_alias:
            dotted = last.name if last.kind == "import" else last.text
            inside, _ = self._modules.lead(found.module, dotted)
            defined = [each for each in inside if each.name.last.kind in ("function", "class")]
            return defined[0] if len(defined) == 1 else None
        return None

    def _of_class(
        self, found: Found, here: Found, name: str, qualname: str, around: _Around
    ) -> Iterator[tuple[str, Test]]:
        members, is_unittest = self._members(found)
        last = found.name.last
        is_class = is_unittest or self.settings(around.module.path).is_test_class(name)
        makes_itself = not is_unittest and (
            "__init__" in members
            or "__new__" in members
            or any(each.name.endswith("dataclass") for each in last.marks)
        )
        idle = around.idle
        if not idle and (not is_class or makes_itself or _is_no_test(members)):
            idle = "uncollected"
        marks = (*around.marks, *last.marks)
        inside = _Around(
            module=found.module,
            idle=idle,
            marks=marks,
            named=(*around.named, *found.name.also, *_pytestmark(members)),
            members=members,
            is_unittest=is_unittest,
        )
        if not inside.idle and (
            found.name.condition
            or here.name.condition
            or any(self._modules.mark_skips(found.module, each) for each in last.marks)
            or self._is_left(found.module, found.qualname)
            or self._is_set_up_to_skip(inside)
        ):
            inside = msgspec.structs.replace(inside, idle="skipped")
        yield from self._of_names(inside, qualname, members)

    def _members(self, found: Found, depth: int = 0) -> tuple[dict[str, Found], bool]:
        """What a class has, what it inherits too; and whether it is one of unittest."""
        members: dict[str, Found] = {}
        is_unittest = False
        for base in (
            reversed(found.name.last.mentions) if depth < 6 else ()
        ):  # no class of tests is as deep
            inside, outside = self._modules.lead(found.module, base)
            is_unittest |= any(each.rpartition(".")[2].endswith("TestCase") for each in outside)
            for each in inside:
                if each.name.last.kind == "class":
                    inherited, is_too = self._members(each, depth + 1)
                    members |= inherited
                    is_unittest |= is_too
        return members | _found(found.module, found.qualname), is_unittest

    def _function(self, found: Found, here: Found, around: _Around) -> Test:
        last, name = found.name.last, found.name
        idle = around.idle
        if not idle and (
            name.condition
            or here.name.condition
            or any(self._modules.mark_skips(found.module, each) for each in last.marks)
            or self._modules.skips(found.module, (*last.mentions, *name.also))
            or self._modules.skips(around.module, (*around.named, *here.name.also))
            or (last.is_generator and not last.is_async)
            or (last.is_async and not self._is_awaited(found, around))
            or self._calls_own_skip(last.mentions, around)
            or self._fixtures_skip(found, around)
        ):
            idle = "skipped"
        return Test(idle, last.is_stub)

    def _is_left(self, module: Module, scope: str) -> bool:
        """Whether a module or class body is left by a statement that skips all of it."""
        said = [
            (each.mentions, each.text)
            for each in module.statements.get(scope, ())
            if each.kind == "statement"
        ]
        said += [
            (name.last.mentions, name.last.text)
            for name in module.bound(scope).values()
            if name.last.kind == "value" and "importorskip" in name.last.text
        ]
        return any(
            (".mark." not in text or text.startswith("pytestmark"))
            and self._modules.skips(module, mentions)
            for mentions, text in said
        )

    def _is_set_up_to_skip(self, around: _Around) -> bool:
        return any(
            self._modules.skips(each.module, each.name.last.mentions)
            for name in _SETTING_UP
            if (each := around.members.get(name)) is not None and each.name.last.kind == "function"
        )

    def _calls_own_skip(self, mentions: tuple[str, ...], around: _Around) -> bool:
        """Whether a method of the same class is called that skips."""
        return any(
            self._modules.skips(own.module, own.name.last.mentions)
            for each in mentions
            if each.startswith("self.") and (own := around.members.get(each[5:])) is not None
        )

    def _is_awaited(self, found: Found, around: _Around) -> bool:
        """Whether something is there that runs a test of its kind."""
        settings = self.settings(around.module.path)
        modes = [settings.of(f"{each}_mode") for each in ("asyncio", "anyio", "trio")]
        if around.is_unittest or any(each in (("auto",), ("true",)) for each in modes):
            return True
        if any("asyncio-mode" in each or each == "auto" for each in settings.of("addopts")):
            return True
        marks = (*found.name.last.marks, *around.marks)
        said = [each.name for each in marks] + [each for mark in marks for each in mark.mentions]
        said += [*around.named, *found.name.also, *found.name.last.parameters]
        said += self._hooks(around.module.path)
        return any(word in each for each in said for word in (*_ASYNCHRONOUS, "pytest_"))

    def _hooks(self, path: str) -> list[str]:
        """Hooks of the `conftest.py` files above, which may run what pytest itself does not."""
        hooks = (
            "pytest_collection_modifyitems",
            "pytest_pyfunc_call",
            "pytest_pycollect_makeitem",
        )
        above = [self._modules.at(each) for each in conftests(path)]
        return [
            hook for each in above if each is not None for hook in hooks if hook in each.bound()
        ]

    def _is_fixture(self, found: Found) -> bool:
        return any(each.name.rpartition(".")[2] == "fixture" for each in found.name.last.marks)

    def _fixtures_skip(self, found: Found, around: _Around) -> bool:
        scopes = [around.members, _found(around.module, "")]
        above = [self._modules.at(each) for each in conftests(around.module.path)]
        scopes += [_found(each, "") for each in above if each is not None]
        marks = (*found.name.last.marks, *around.marks)
        given = {
            word.strip(' "')
            for each in marks
            if each.name.endswith("parametrize")
            for text in each.mentions[:1]
            for word in text.split(",")
        }
        waiting = [
            *found.name.last.parameters,
            *self.settings(around.module.path).of("usefixtures"),
        ]
        for mark in marks:
            if mark.name.endswith("usefixtures"):
                waiting += [each[1:] for each in mark.mentions if each.startswith('"')]
        if any(each.endswith("usefixtures") for each in around.named):
            waiting += [each[1:] for each in around.named if each.startswith('"')]
        for scope in scopes:
            waiting += [
                name
                for name, each in scope.items()
                if each.name.last.marks and self._is_fixture(each) and _is_automatic(each)
            ]
        seen = set(given)
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            fixture = self._fixture(name, scopes)
            if fixture is None:
                continue
            if self._modules.skips(fixture.module, fixture.name.last.mentions):
                return True
            waiting += fixture.name.last.parameters
        return False

    def _fixture(self, name: str, scopes: list[Mapping[str, Found]]) -> Found | None:
        for scope in scopes:
            here = scope.get(name)
            found = self._behind(here) if here is not None else None
            if found is not None and self._is_fixture(found):
                return found
            for each in scope.values():
                said = (word for mark in each.name.last.marks for word in mark.keywords)
                if any(f"name={quote}{name}{quote}" in said for quote in "'\""):
                    return each
        return None


def conftests(path: str) -> list[str]:
    """Where a `conftest.py` has a say about a file, the nearest first."""
    return [(folder / "conftest.py").as_posix() for folder in PurePosixPath(path).parents]


def _found(module: Module, scope: str) -> dict[str, Found]:
    return {name: Found(module, scope, each) for name, each in module.bound(scope).items()}


def _is_no_test(members: Mapping[str, Found]) -> bool:
    said = members.get("__test__")
    return said is not None and said.name.last.text not in _YES


def _pytestmark(members: Mapping[str, Found]) -> tuple[str, ...]:
    said = members.get("pytestmark")
    return () if said is None else (*_value(said.name), *said.name.also)


def _value(name: Name) -> tuple[str, ...]:
    return name.last.mentions if name.last.kind == "value" else ()


def _is_automatic(found: Found) -> bool:
    return any("autouse=True" in each.keywords for each in found.name.last.marks)
