"""The way from where Python itself holds something to an object that should be gone.

Found from the object upwards, so that libraries, tasks and timers are seen as well, and not only
what the code of the subject names. What the kit holds leads nowhere: a way is the subject's.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import sys
import threading
import types
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pluribus.conformance.graph.allowed import Allowances
from pluribus.conformance.graph.text import path_text
from pluribus.conformance.graph.walk import Walker, no_collection
from pluribus.conformance.holders import name_of

_MOST = 50_000
"""How many objects are looked at."""
_BOUNDS = ("maxsize", "max_size", "maxlen", "capacity")
_NO_LABEL = "-?->"
_OTHERS = ("pluribus", "pytest", "_pytest", "pluggy")
"""Those who drive; what they hold is not held by the subject."""


@dataclass(frozen=True)
class Way:
    """What leads to an object, from the outermost on."""

    text: str
    holders: tuple[object, ...]

    @property
    def bound(self) -> int | None:
        """How many entries the smallest cache on it may have that says so of itself."""
        return min(filter(None, map(_bound_of, self.holders)), default=None)


class Retention:
    """Finds what holds an object.

    Args:
        is_own: Whether a module, by its name, is the subject's.
        roots: What lives as long as the process for another reason than that it is held, such as
            a factory, each under a name.
    """

    def __init__(self, is_own: Callable[[str], bool], roots: Iterable[tuple[str, object]]) -> None:
        self._is_own = is_own
        self._walker = Walker(is_own, Allowances(()))
        self._roots = {id(each): name for name, each in roots}
        self._modules: dict[int, str] = {}
        self._threads: dict[int, tuple[str, types.FrameType]] = {}
        """Of each frame that is running the thread, "" for this one."""

    def way_to(self, wanted: object) -> Way | None:
        """The shortest way; None where nothing but the kit is seen to hold it, or too much is to
        be looked at."""
        self._look_up()
        # Ids to ids, and each object in one table alone: what is noted here refers to it as well.
        below: dict[int, int] = {id(wanted): 0}
        seen: dict[int, object] = {id(wanted): wanted}
        level: list[object] = [wanted]
        with no_collection():
            while level and len(seen) < _MOST:
                known = set(map(id, level))
                above = []
                for each in gc.get_referrers(*level):
                    if id(each) in below or each is level or each is seen:
                        continue
                    child = next((c for c in map(id, gc.get_referents(each)) if c in known), None)
                    if child is None or self._is_closed(each, seen[child]):
                        continue
                    below[id(each)] = child
                    root = self._root(each)
                    if root is not None:
                        chain = [each]
                        while child:
                            chain.append(seen[child])
                            child = below[child]
                        return Way(self._text(root, chain), tuple(chain[:-1]))
                    above.append(each)
                seen.update((id(each), each) for each in above)
                level = above
        return None

    def _look_up(self) -> None:
        modules: Mapping[str, object] = sys.modules
        self._modules = {
            id(vars(module)): name
            for name, module in list(modules.items())
            if isinstance(module, types.ModuleType)
        }
        names = {each.ident: each.name for each in threading.enumerate()}
        own = threading.get_ident()
        self._threads = {}
        for thread, outermost in sys._current_frames().items():  # noqa: SLF001  # documented
            name = "" if thread == own else names.get(thread) or "without a name"
            frame: types.FrameType | None = outermost
            while frame is not None:
                self._threads[id(frame)] = (name, frame)
                frame = frame.f_back

    def _root(self, item: object) -> str | None:
        """The name of what nobody has to hold; None for anything else."""
        if id(item) in self._roots:
            return self._roots[id(item)]
        if id(item) in self._modules:
            return self._modules[id(item)]
        if isinstance(item, type):
            return f"{item.__module__}.{item.__qualname__}"
        if isinstance(item, asyncio.Task):
            return None if item.done() else f"a task in {name_of(item.get_coro())}"
        if isinstance(item, asyncio.TimerHandle):
            return "a timer"
        if isinstance(item, asyncio.AbstractEventLoop):
            return "the event loop"
        if isinstance(item, types.FrameType) and id(item) in self._threads:
            return f"the thread {self._threads[id(item)][0]}"
        return None

    def _is_closed(self, item: object, child: object) -> bool:
        """Whether the kit holds it, or nobody does."""
        name, _ = self._threads.get(id(item), (None, None))
        if name == "":
            return True  # it is running here and now
        if isinstance(item, asyncio.Handle):
            if item.cancelled():
                return True
            # In the context of which it runs there may be anything.
            is_by_context = type(child).__name__ == "Context"
            return is_by_context and not self._is_own(_module_of(item._callback))  # type: ignore[attr-defined]  # noqa: SLF001  # no other way
        if isinstance(item, asyncio.Task):
            return self._is_drivers(_module_of(item.get_coro()))
        if id(item) in self._modules:
            return self._is_drivers(self._modules[id(item)])
        return id(item) not in self._roots and self._is_drivers(_module_of(item))

    def _is_drivers(self, module: str) -> bool:
        return module.partition(".")[0] in _OTHERS and not self._is_own(module)

    def _text(self, root: str, chain: Sequence[object]) -> str:
        """Labels where there are some: the table of an instance goes without saying."""
        steps = []
        at, last = 0, len(chain) - 1
        while at < last:
            for to in range(min(at + 3, last), at, -1):
                label = self._label(chain[at], chain[to])
                if label != _NO_LABEL:
                    break
            else:
                to, label = at + 1, f"-{type(chain[at + 1]).__qualname__}->"
            steps.append(label)
            at = to
        return path_text(root, steps)

    def _label(self, holder: object, held: object) -> str:
        if id(holder) in self._modules:
            assert isinstance(holder, dict)
            found = (f".{name}" for name, value in holder.items() if value is held)
            return next(found, _NO_LABEL)
        if isinstance(holder, types.FrameType):
            names = (name for name, value in holder.f_locals.items() if value is held)
            name = next(names, None)
            return _NO_LABEL if name is None else f"-{holder.f_code.co_qualname}, local {name}->"
        if isinstance(holder, asyncio.TimerHandle):
            return "-calls->" if held is holder._callback else _NO_LABEL  # type: ignore[attr-defined]  # noqa: SLF001  # no other way
        return self._walker.label(holder, held)


def _module_of(item: object) -> str:
    """Where the code of an object is from."""
    item = getattr(item, "__func__", item)
    if isinstance(item, types.FunctionType):
        return str(item.__globals__.get("__name__", ""))
    if isinstance(item, types.FrameType):
        return str(item.f_globals.get("__name__", ""))
    for name in ("cr_frame", "gi_frame", "ag_frame"):
        frame = getattr(item, name, None)
        if isinstance(frame, types.FrameType):
            return str(frame.f_globals.get("__name__", ""))
    kind = item if isinstance(item, type) else type(item)
    return str(kind.__module__)


def _bound_of(item: object) -> int | None:
    """How many entries a container says that it may have."""
    if isinstance(item, deque):
        return item.maxlen
    if isinstance(item, functools._lru_cache_wrapper):  # noqa: SLF001  # its only name
        return item.cache_parameters()["maxsize"]
    # As caches of the project and of libraries, such as cachetools, call it; nothing is run.
    names = getattr(item, "__dict__", None)
    if not isinstance(names, dict) or isinstance(item, type):
        return None
    found = (names[each] for each in names if str(each).endswith(_BOUNDS))
    return next((each for each in found if type(each) is int and each > 0), None)
