"""What keeps an object alive, and what a live instance holds altogether."""

from __future__ import annotations

import asyncio
import gc
import inspect
import types
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pluribus.conformance.graph.allowed import Allowances
from pluribus.conformance.graph.paths import Paths
from pluribus.conformance.graph.text import path_text
from pluribus.conformance.graph.walk import Graph, Walker, no_collection

_MOST = 20_000
"""How many objects are looked at for a cycle."""
_CODE = (type, types.ModuleType, types.FunctionType, types.FrameType, types.CodeType)


@dataclass(frozen=True)
class Contents:
    """All that an instance reached at one moment; what it reached lives as long as this."""

    graph: Graph
    weight: int
    """How many references there are in all of it."""


class Holdings:
    """What an instance holds, asked again and again."""

    def __init__(self, instance: object, is_project: Callable[[str], bool]) -> None:
        self._instance = instance
        self._walker = Walker(is_project, Allowances(()))

    def now(self) -> Contents:
        """Look at all of it; sockets and other things of the kit are not entered."""
        with no_collection():
            graph = self._walker.walk([self._instance])
        return Contents(graph, sum(map(len, graph.contents.values())))

    def grown(
        self, before: Contents, after: Contents, *, least: int, above: int
    ) -> list[tuple[str, int]]:
        """What holds more than `above` entries, and at least so many more than before: each as a
        path from the instance, and how many more. What was put into the place of a container
        counts as having grown from nothing, and a queue with a bound of its own never grows."""
        paths = Paths(self._walker)
        parents = after.graph.reach("", id(self._instance), {}, frozenset())
        found = []
        for number, content in after.graph.contents.items():
            item = after.graph.objects[number]
            if number not in parents or (isinstance(item, deque) and item.maxlen is not None):
                continue
            now = _entries(item, content)
            more = now - _entries(item, before.graph.contents.get(number, ()))
            if now > above and more >= least:
                steps = paths.steps(after.graph, parents, number)
                found.append((path_text("manager", [label for _, label in steps]), more))
        return sorted(found, key=lambda each: (-each[1], each[0]))

    def path_to(self, wanted: object) -> str:
        """Where the instance holds an object; empty where it does not."""
        contents = self.now()
        parents = contents.graph.reach("", id(self._instance), {}, frozenset())
        for number, content in contents.graph.contents.items():
            if number in parents and any(each is wanted for each in content):
                steps = Paths(self._walker).steps(contents.graph, parents, number)
                last = self._walker.label(contents.graph.objects[number], wanted)
                return path_text("manager", [*(label for _, label in steps), last])
        return ""


def _entries(item: object, content: Sequence[object]) -> int:
    """Of a table the content is keys and values."""
    return len(content) // 2 if isinstance(item, dict) else len(content)


def held_by(wanted: object, holdings: Holdings) -> str:
    """What keeps an object alive: the instance, a task, or whatever refers to it."""
    path = holdings.path_to(wanted)
    if path:
        return path
    for task in asyncio.all_tasks():
        for place, variables in _locals_of(task):
            if any(value is wanted for value in variables.values()):
                return f"a task in {place}"
    running = set(map(id, _running_frames()))
    holders = [each for each in gc.get_referrers(wanted) if id(each) not in running]
    frames = [each for each in holders if isinstance(each, types.FrameType)]
    if frames:
        names = sorted({each.f_code.co_qualname for each in frames})
        return f"a call of {names[0]} that is over, which an exception remembers"
    kinds = sorted({type(each).__qualname__ for each in holders if type(each) is not list})
    return " and ".join(f"a {each}" for each in kinds[:3]) or "something that Python does not show"


def _running_frames() -> Iterator[types.FrameType]:
    frame = inspect.currentframe()
    while frame is not None:
        yield frame
        frame = frame.f_back


def _locals_of(task: asyncio.Task[object]) -> Iterator[tuple[str, dict[str, object]]]:
    current: object = task.get_coro()
    while current is not None:
        frame = getattr(current, "cr_frame", None) or getattr(current, "gi_frame", None)
        if isinstance(frame, types.FrameType):
            yield name_of(current), dict(frame.f_locals)
        current = getattr(current, "cr_await", None) or getattr(current, "gi_yieldfrom", None)


def name_of(coroutine: object) -> str:
    """A coroutine, by the name of its function."""
    return str(getattr(coroutine, "__qualname__", type(coroutine).__qualname__))


def cycle_through(wanted: object) -> str:
    """The shortest way from an object back to itself, as types; empty where there is none."""
    parents: dict[int, tuple[object, object]] = {}
    queue: list[object] = [wanted]
    for each in queue:
        if len(parents) > _MOST:
            break
        for child in gc.get_referents(each):
            if child is wanted:
                return " > ".join([*_back(each, wanted, parents), _named(wanted)])
            if id(child) not in parents and not _is_code(child):
                parents[id(child)] = (each, child)
                queue.append(child)
    return ""


def _back(item: object, root: object, parents: dict[int, tuple[object, object]]) -> list[str]:
    names: list[str] = []
    while item is not root:
        names.append(_named(item))
        item, _ = parents[id(item)]
    return [_named(root), *reversed(names)]


def _is_code(item: object) -> bool:
    return isinstance(item, _CODE) or inspect.isbuiltin(item)


def _named(item: object) -> str:
    return type(item).__qualname__
