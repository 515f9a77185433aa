"""A large code base, made up: the same files on every machine, and every prefix a code base."""

from __future__ import annotations

import hashlib
import itertools
import os
import shutil
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import concept, phrases
from bench.sources import Known, camel, source

HERE: Final = Path(__file__).parent
CACHE: Final = HERE / "corpus"
CONTRACT_NAME: Final = "pluribus.toml"

_ROLES = "models events store policy service client tasks routes reports".split()
_TESTS = 15
_FEATURES_IN_AREA = 20
_FILES_AT_ONCE = 200


@dataclass(frozen=True)
class Planned:
    """A file that the corpus has, before it is written."""

    path: str
    text: str | None = None
    main_class: str = ""
    known: tuple[Known, ...] = ()
    is_test: bool = False


def plan(files: int) -> list[Planned]:
    """The first `files` files, each importing only from files before it."""
    return list(itertools.islice(_all_files(), files))


def _all_files() -> Iterator[Planned]:
    for path, text in concept.MODULES.items():
        yield Planned(path, text)
    before: tuple[Known, ...] = ()
    for number in itertools.count():
        before = yield from _feature(number, before)


def _feature(
    number: int, before: tuple[Known, ...]
) -> Generator[Planned, None, tuple[Known, ...]]:
    """Yield a package and its tests; return what the features after it may import."""
    area = _numbered(phrases.NOUNS, number // _FEATURES_IN_AREA * 7)
    name = f"{phrases.NOUNS[number % len(phrases.NOUNS)]}_{_numbered(phrases.VERBS, number)}"
    package = f"harbor.{area}.{name}"
    folder = package.replace(".", "/")
    if number % _FEATURES_IN_AREA == 0:
        yield Planned(f"harbor/{area}/__init__.py", "")
    modules = [Known(f"{package}.{role}", camel(f"{name}_{role}")) for role in _ROLES]
    listed = "".join(f"from {each.module} import {each.name}\n" for each in modules[:1])
    yield Planned(f"{folder}/__init__.py", f'{listed}\n__all__ = ["{modules[0].name}"]\n')
    for index, module in enumerate(modules):
        known = (*before, *modules[:index])
        yield Planned(module.module.replace(".", "/") + ".py", None, module.name, known)
    for index in range(_TESTS):
        role = modules[index % len(modules)]
        stem = f"test_{name}_{_ROLES[index % len(modules)]}_{phrases.VERBS[number % 50 + index]}"
        known = (role, *modules[:4], *before[:3])
        title = f"Test{role.name}"
        yield Planned(f"tests/{area}/{name}/{stem}.py", None, title, known, is_test=True)
    return (*before[-9:], modules[number % 3], modules[-1])


def _numbered(words: Sequence[str], index: int) -> str:
    turn, index = divmod(index, len(words))
    return words[index] + (str(turn) if turn else "")


def trees(sizes: Sequence[int], *, cache: Path = CACHE) -> dict[int, Path]:
    """Folders with that many files each, made unless they are there; the rest of `cache` goes.

    The smaller ones are hard links into the largest: together they take the room of one.
    """
    home = cache / f".{_fingerprint()}"  # hidden from tools that look for modules
    if cache.is_dir():
        for other in cache.iterdir():
            if other != home:
                shutil.rmtree(other)
    made: dict[int, Path] = {}
    largest = max(sizes)
    for size in sorted(sizes, reverse=True):
        folder, done = home / str(size), home / f"{size}.done"
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            if size == largest:
                _write(folder, size)
            else:
                _link(made[largest], folder, size)
            (folder / CONTRACT_NAME).write_text(concept.CONTRACT, encoding="utf-8")
            done.touch()
        made[size] = folder
    return made


def _fingerprint() -> str:
    """Changes with whatever shapes the corpus."""
    sources = [HERE / f"{name}.py" for name in ("concept", "corpus", "phrases", "sources")]
    return hashlib.sha256(b"".join(each.read_bytes() for each in sources)).hexdigest()[:12]


def _write(folder: Path, files: int) -> None:
    chunks = [(folder, files, start) for start in range(0, files, _FILES_AT_ONCE)]
    with ProcessPoolExecutor() as pool:
        for _ in pool.map(_write_chunk, chunks):
            pass


def _write_chunk(chunk: tuple[Path, int, int]) -> None:
    folder, files, start = chunk
    for each in plan(min(files, start + _FILES_AT_ONCE))[start:]:
        path = folder / each.path
        path.parent.mkdir(parents=True, exist_ok=True)
        text = each.text
        if text is None:
            text = source(each.path, each.known, each.main_class, is_test=each.is_test)
        path.write_text(text, encoding="utf-8", newline="\n")


def _link(larger: Path, folder: Path, files: int) -> None:
    for each in plan(files):
        path = folder / each.path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(larger / each.path, path)
        except OSError:  # a file system without hard links
            shutil.copyfile(larger / each.path, path)
