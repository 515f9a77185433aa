"""Which files, classes and functions pytest takes for tests, as its configuration says."""

from __future__ import annotations

import configparser
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Final, cast

import msgspec

from pluribus.codebase import TOP, Revision

DEFAULTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "python_files": ("test_*.py", "*_test.py"),
        "python_classes": ("Test",),
        "python_functions": ("test",),
        "testpaths": (),
        "norecursedirs": tuple("*.egg .* _darcs build CVS dist node_modules venv {arch}".split()),
        "collect_imported_tests": ("true",),
        "addopts": (),
        "usefixtures": (),
        "empty_parameter_set_mark": ("skip",),
        "asyncio_mode": (),
        "anyio_mode": (),
        "trio_mode": (),
    }
)
"""The keys that govern what is collected and what runs of it, and what holds without them."""
_WORDED: Final = ("addopts", "testpaths", "norecursedirs", "usefixtures")
_FILES: Final = (
    ("pytest.toml", "pytest"),
    (".pytest.toml", "pytest"),
    ("pytest.ini", "pytest"),
    (".pytest.ini", "pytest"),
    ("pyproject.toml", ""),
    ("tox.ini", "pytest"),
    ("setup.cfg", "tool:pytest"),
)
"""Where pytest looks, the first first, and in which section."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the configuration that holds for a folder says."""

    place: str
    """The file, as seen from the top of the repository; empty when there is none."""
    values: Mapping[str, tuple[str, ...]]
    problem: str = ""
    """Why the file cannot be read."""

    @property
    def folder(self) -> str:
        return str(PurePosixPath(self.place).parent) if self.place else "."

    def of(self, key: str) -> tuple[str, ...]:
        return self.values.get(key, DEFAULTS[key])

    def is_test_file(self, path: str) -> bool:
        """Whether pytest collects a file of this path, seen from the top of the repository."""
        folders, name = path.rpartition("/")[::2]
        given = self.of("python_files")
        if not any(fnmatchcase(path if "/" in each else name, _loose(each)) for each in given):
            return False
        return self._is_entered(folders)

    def is_test_class(self, name: str) -> bool:
        return _is_named(name, self.of("python_classes"))

    def is_test_function(self, name: str) -> bool:
        return _is_named(name, self.of("python_functions"))

    def _is_entered(self, folder: str) -> bool:
        here = [] if self.folder == "." else self.folder.split("/")
        parts = [each for each in folder.split("/") if each]
        below = parts[len(here) :] if parts[: len(here)] == here else parts
        starts = [_parts(each) for each in self.of("testpaths")] or [[]]
        for start in starts:
            head = below[: len(start)]
            is_below = len(head) == len(start) and all(map(fnmatchcase, head, start))
            if is_below and not any(
                fnmatchcase(each, glob)
                for each in below[len(start) :]
                for glob in self.of("norecursedirs")
            ):
                return True
        # A file may be named among them itself; that its name is right has been seen already.
        return False


def settings_of(revision: Revision, path: str) -> Settings:
    """The configuration that holds for a file: the nearest above, as for who runs it alone."""
    for folder in (revision.root / path).parents:
        found = settings_in(revision, folder)
        if found is not None:
            return found
        if folder == TOP:
            break
    return Settings(place="", values={})


def settings_in(revision: Revision, folder: Path) -> Settings | None:
    """The configuration that a folder holds itself."""
    for name, section in _FILES:
        path = folder / name
        if not revision.is_file(path):
            continue
        place = path.relative_to(TOP).as_posix()
        try:
            table = _table(revision.read(path), name, section)
        except (OSError, ValueError, configparser.Error) as error:
            if name.startswith((".pytest", "pytest")):
                return Settings(place=place, values={}, problem=str(error).split("\n")[0])
            continue
        if table is not None:
            values = {key: _words(key, table[key]) for key in DEFAULTS if key in table}
            return Settings(place=place, values=values)
    return None


def _table(content: bytes, name: str, section: str) -> Mapping[str, object] | None:
    text = content.decode("utf-8-sig")
    if name.endswith(".toml"):
        table: object = tomllib.loads(text)
        if section:
            return _within(table, section) or {}
        tool = _within(_within(table, "tool"), "pytest")
        if tool is None:
            return None
        old = _within(tool, "ini_options")
        new = {key: value for key, value in tool.items() if key != "ini_options"}
        return new or old
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read_string(text)
    if parser.has_section(section):
        return dict(parser[section])
    return {} if name.endswith("pytest.ini") else None


def _within(table: object, key: str) -> Mapping[str, object] | None:
    if not isinstance(table, Mapping):
        return None
    found = cast("Mapping[str, object]", table).get(key)
    return cast("Mapping[str, object]", found) if isinstance(found, Mapping) else None


def _words(key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(each) for each in cast("list[object]", value))
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if key in _WORDED or key.startswith("python_"):
        try:
            return tuple(shlex.split(text, comments=False))
        except ValueError:
            return tuple(text.split())
    return (text.strip(),)


def _is_named(name: str, given: tuple[str, ...]) -> bool:
    """Each is the start of a name, or a glob of all of it."""
    return any(
        name.startswith(each) or (any(sign in each for sign in "*?[") and fnmatchcase(name, each))
        for each in given
    )


def _loose(glob: str) -> str:
    """A glob with folders matches at any depth."""
    return f"*{glob}" if "/" in glob and not glob.startswith("/") else glob


def _parts(path: str) -> list[str]:
    return [each for each in path.removeprefix("./").split("/") if each not in ("", ".")]


def options(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Options of a command line, each with its value where one is written or follows."""
    waiting = ""
    for word in words:
        if word.startswith("-") and len(word) > 1:
            if waiting:
                yield waiting, ""
            name, _, value = word.partition("=")
            if value:
                yield name, value
                waiting = ""
            elif len(word) > 2 and word[1] != "-" and word[:2] in ("-k", "-m", "-p", "-c", "-o"):
                yield word[:2], word[2:]
                waiting = ""
            else:
                waiting = word
        else:
            yield waiting, word
            waiting = ""
    if waiting:
        yield waiting, ""
