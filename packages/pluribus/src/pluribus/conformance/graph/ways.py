"""What kind of way leads to a shared object: by code, into a library, through what is local."""

from __future__ import annotations

import contextvars
import sys
import threading
import types
from collections.abc import Callable, Sequence

from pluribus.conformance.graph.classes import derives, is_class, module_of
from pluribus.conformance.graph.paths import Steps

_CODE = ("-class ", "-base ", "-metaclass ", "-global->", "-default ", "-closure ", "-cached ")


def is_of_code(ways: Sequence[Steps]) -> bool:
    """Whether a step is one that only code can take."""
    return any(label.startswith(_CODE) for steps in ways for _, label in steps)


def is_local(ways: Sequence[Steps], item: object) -> bool:
    """Whether it is seen in one thread or one context alone."""
    every = [item, *(holder for steps in ways for holder, _ in steps)]
    return any(derives(type(each), threading.local) or _is_set_here(each) for each in every)


def _is_set_here(item: object) -> bool:
    """Whether it is a variable that has a value in this context; a default is one for all."""
    # Not `isinstance`, which asks the object itself.
    return derives(type(item), contextvars.ContextVar) and item in contextvars.copy_context()


def is_of_library(steps: Steps, item: object, is_project: Callable[[str], bool]) -> bool:
    """Whether a library's object stands between the last thing that is the project's and it, or
    is it."""
    behind: list[object] = [item]
    for holder, _ in reversed(steps):
        if _is_projects(holder, is_project):
            break
        behind.append(holder)
    return any(_is_foreign(type(each), is_project) for each in behind)


def _is_projects(holder: object, is_project: Callable[[str], bool]) -> bool:
    if type(holder) is types.FunctionType:
        return is_project(str(holder.__globals__.get("__name__", "")))
    kind = holder if is_class(holder) else type(holder)
    return is_project(module_of(kind))  # type: ignore[arg-type]  # one of the two is a class


def _is_foreign(kind: type, is_project: Callable[[str], bool]) -> bool:
    module = module_of(kind)
    top = module.partition(".")[0]
    return bool(module) and top not in sys.stdlib_module_names and not is_project(module)
