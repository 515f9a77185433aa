"""Objects of every make: none of them stops the walk, and none that nobody wrote is a finding."""

from __future__ import annotations

import array
import asyncio
import contextvars
import ctypes
import gc
import hashlib
import inspect
import io
import itertools
import random
import re
import sqlite3
import subprocess
import sys
import threading
import types
import weakref
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from decimal import Context
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import pytest

from pluribus.conformance.graph import Kind, Overlap, Watch, shared_state
from pluribus.conformance.graph.shapes import Shapes

T = TypeVar("T")


class Holder:
    def __init__(self, item: object) -> None:
        self.item = item


class Hostile:
    """Fails whenever it is touched."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __hash__(self) -> int:
        return 1

    def __repr__(self) -> str:
        raise RuntimeError


class Pretending:
    @property  # type: ignore[misc]  # that is the point
    def __class__(self) -> Any:
        raise RuntimeError

    @property
    def __dict__(self) -> Any:  # type: ignore[override]  # as above
        raise RuntimeError


class Unhashable(type):
    __hash__ = None  # type: ignore[assignment]  # that is the point

    def __eq__(cls, other: object) -> bool:
        raise RuntimeError

    @property
    def __module__(cls) -> str:  # type: ignore[override]  # as above
        raise RuntimeError


class OfUnhashable(metaclass=Unhashable):
    pass


class Unset:
    __slots__ = ("never",)


class FailingLocal(threading.local):
    def __init__(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError


class Point(NamedTuple):
    x: int
    y: list[int]


class Box(Generic[T]):
    pass


class Strange(dict[str, int]):
    def keys(self) -> Any:
        raise RuntimeError

    def __iter__(self) -> Any:
        raise RuntimeError


class Pair(ctypes.Structure):
    _fields_ = (("a", ctypes.c_int), ("b", ctypes.py_object))


def _circle() -> list[Any]:
    item: list[Any] = []
    item.append(item)
    return item


def _deep() -> list[Any]:
    item: list[Any] = []
    for _ in range(100_000):
        item = [item]
    return item


def _dead() -> weakref.ref[Any]:
    return weakref.ref(Holder(1))


def _generator() -> Iterator[int]:
    kept = [1]
    yield kept[0]


async def _asynchronous() -> AsyncIterator[int]:
    yield 1


def _started() -> Iterator[int]:
    generator = _generator()
    next(generator)
    return generator


def _ended() -> Iterator[int]:
    generator = _generator()
    list(generator)
    return generator


def _closed() -> io.StringIO:
    buffer = io.StringIO("text")
    buffer.close()
    return buffer


def _error() -> Exception:
    try:
        raise ValueError([1])
    except ValueError as error:
        return error


def _proxy() -> Any:
    return weakref.proxy(_KEPT)


_KEPT = Holder(2)

MAKES: Mapping[str, Callable[[], object]] = {
    "hostile": Hostile,
    "a key that is hostile": lambda: {Hostile(): 1},
    "pretending": Pretending,
    "class without hash": lambda: OfUnhashable,
    "of a class without hash": OfUnhashable,
    "slot that was never set": Unset,
    "thread-local that fails elsewhere": FailingLocal,
    "named tuple": lambda: Point(1, []),
    "generic": Box,
    "dict with strange methods": lambda: Strange(a=1),
    "ctypes": lambda: Pair(1, [2]),
    "circle": _circle,
    "deep": _deep,
    "dead reference": _dead,
    "proxy": _proxy,
    "generator": _started,
    "generator that has ended": _ended,
    "async generator": _asynchronous,
    "closed buffer": _closed,
    "error with a traceback": _error,
    "frame": inspect.currentframe,
    "module": lambda: re,
    "namespace of a module": lambda: vars(re),
    "all modules": lambda: sys.modules,
    "context": contextvars.copy_context,
    "variable without value": lambda: contextvars.ContextVar("empty"),
    "array": lambda: array.array("i", [1]),
    "memory view": lambda: memoryview(bytearray(b"1")),
    "random": lambda: random.Random(1),
    "counter": itertools.count,
    "chain": lambda: itertools.chain([1], [2]),
    "match": lambda: re.match("a", "a"),
    "database": lambda: sqlite3.connect(":memory:"),
    "decimal context": Context,
    "future": lambda: asyncio.Future(loop=asyncio.new_event_loop()),
    "queue": asyncio.Queue,
    "empty cell": types.CellType,
    "method wrapper": lambda: [].__len__,
    "static method": lambda: staticmethod(len),
    "simple namespace": lambda: types.SimpleNamespace(a=[1]),
    "type variable": lambda: T,
}


def _overlap(item: object) -> Overlap:
    return shared_state(
        {"ann": Holder(item), "bob": Holder([item])},
        lambda user: None,
        {"ann": ["canary-4f1c"], "bob": ["canary-93be"]},
        {"ann": ["ann"], "bob": ["bob"]},
        project=lambda module: module == __name__,
    )


@pytest.mark.parametrize("name", MAKES)
def test_no_object_stops_the_walk(name: str) -> None:
    item = MAKES[name]()
    if name == "future":
        item.get_loop().close()  # type: ignore[attr-defined]  # it is one
    try:
        overlap = _overlap(item)
    finally:
        if type(item) is sqlite3.Connection:
            item.close()

    assert overlap.findings == ()


@pytest.mark.parametrize("name", MAKES)
def test_each_value_in_an_object_has_a_label(name: str) -> None:
    item = MAKES[name]()
    if name == "future":
        item.get_loop().close()  # type: ignore[attr-defined]  # it is one
    shape = Shapes(lambda module: module == __name__).of(type(item))
    try:
        content, labels = shape.content(item), shape.labels(item)
    finally:
        if type(item) is sqlite3.Connection:
            item.close()

    assert len(content) == len(labels)


def objects_of_this_process() -> int:
    """Walk all that it holds, and count."""
    return _overlap([each for each in gc.get_objects() if type(each) is dict]).objects


def test_nothing_in_a_whole_process_stops_the_walk() -> None:
    # Another process than this one, which holds whatever thousands of tests have left.
    run = subprocess.run(
        (sys.executable, "-c", f"import {__name__} as a; print(a.objects_of_this_process())"),
        cwd=Path(__file__).parents[4],
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stderr == ""
    assert int(run.stdout) > 10_000


def test_what_shows_nothing_of_itself_is_noted_once_a_type() -> None:
    overlap = _overlap([0, hashlib.sha256(), hashlib.sha256()])

    assert overlap.notes == ("_hashlib.HASH shows nothing of what it holds: ann.item[1]",)


def test_what_cannot_be_read_is_noted() -> None:
    seen: list[Overlap] = []
    local = FailingLocal()
    thread = threading.Thread(target=lambda: seen.append(_overlap(local)))
    thread.start()
    thread.join()

    assert [each.partition(" could ")[2] for each in seen[0].notes] == [
        "not be read (RuntimeError): ann.item"
    ]


def test_a_waiting_task_shows_its_locals_and_not_its_loop() -> None:
    async def wait(kept: list[str], until: asyncio.Event) -> None:
        await until.wait()
        kept.append("canary-4f1c")

    async def main() -> Overlap:
        kept: list[str] = []
        until = asyncio.Event()
        task = asyncio.create_task(wait(kept, until))
        await asyncio.sleep(0)
        managers = {"ann": Holder(task), "bob": Holder(kept)}
        watch = Watch(
            managers,
            canaries={"ann": ["canary-4f1c"], "bob": ["canary-93be"]},
            isolation_keys={},
            project=lambda module: module == __name__,
        )
        kept.append("of ann")
        watch.operated("ann")
        watch.operated("bob")
        overlap = watch.overlap()
        until.set()
        await task
        return overlap

    overlap = asyncio.run(main())

    assert [(each.kind, each.paths) for each in overlap.findings] == [
        (Kind.SHAREDWRITE, ("ann.item -coroutine-> -local kept->", "bob.item"))
    ]
