"""Functions and what runs in them; never their globals, which `names` follows by name."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import types
import weakref
from typing import Any

from pluribus.conformance.graph.contents import Part


def _function(item: types.FunctionType) -> list[Any]:
    return [value for _, value in _of_function(item)]


def _of_function(item: types.FunctionType) -> list[tuple[str, Any]]:
    code = item.__code__
    found: list[tuple[str, Any]] = []
    # The cells are in the order of the names that the code takes from outside.
    for name, cell in zip(code.co_freevars, item.__closure__ or (), strict=False):
        found.append((f"-closure {name}->", cell))
    defaults = item.__defaults__ or ()
    named = code.co_varnames[: code.co_argcount][-len(defaults) :] if defaults else ()
    for name, value in zip(named, defaults, strict=False):
        found.append((f"-default {name}->", value))
    for name, value in (item.__kwdefaults__ or {}).items():
        found.append((f"-default {name}->", value))
    for name, value in item.__dict__.items():
        found.append((f".{name}", value))
    return found


def _cell(item: types.CellType) -> list[Any]:
    try:
        return [item.cell_contents]
    except ValueError:
        return []


def _bound(item: types.BuiltinFunctionType) -> list[Any]:
    # Of a function of a module it is the module.
    return [item.__self__]


def _reference(item: weakref.ref[Any]) -> list[Any]:
    return [weakref.ref.__call__(item)]


def _local(item: threading.local) -> list[Any]:
    # What other threads keep in it cannot be seen from this one.
    found = threading.local.__getattribute__(item, "__dict__")
    return [*found.keys(), *found.values()]


def _local_labels(item: threading.local) -> list[str]:
    names = list(threading.local.__getattribute__(item, "__dict__"))
    return [".<name>"] * len(names) + [f".{each}" for each in names]


def _variable(item: contextvars.ContextVar[Any]) -> list[Any]:
    try:
        return [item.get()]
    except LookupError:
        return []


def _coroutine(item: Any) -> list[Any]:
    return [*_locals(item).values(), item.cr_await]


def _coroutine_labels(item: Any) -> list[str]:
    return [*(f"-local {each}->" for each in _locals(item)), ".cr_await"]


def _generator(item: Any) -> list[Any]:
    return list(_locals(item).values())


def _generator_labels(item: Any) -> list[str]:
    return [f"-local {each}->" for each in _locals(item)]


def _locals(item: Any) -> dict[str, Any]:
    if type(item) is types.CoroutineType:
        frame = item.cr_frame
    elif type(item) is types.AsyncGeneratorType:
        frame = item.ag_frame
    else:
        frame = item.gi_frame
    # One that has ended has no frame.
    return {} if frame is None else dict(frame.f_locals)


def _task(item: asyncio.Task[Any]) -> list[Any]:
    # Neither its loop nor its callbacks: they lead to every other task.
    return [item.get_coro()]


def _one(label: str) -> Any:
    return lambda _: [label]


_GENERATOR = Part(_generator, _generator_labels)
_SELF = _one(".__self__")

CALLABLES: tuple[tuple[type, Part, bool], ...] = (
    (
        types.FunctionType,
        Part(_function, lambda item: [label for label, _ in _of_function(item)]),
        True,
    ),
    (types.CellType, Part(_cell, lambda item: [""] * len(_cell(item))), True),
    (
        types.MethodType,
        Part(lambda item: [item.__self__, item.__func__], lambda _: [".__self__", ".__func__"]),
        False,
    ),
    (types.BuiltinFunctionType, Part(_bound, _SELF), False),
    (types.MethodWrapperType, Part(_bound, _SELF), False),
    (weakref.ref, Part(_reference, _one("-weak->")), False),
    (threading.local, Part(_local, _local_labels), True),
    (
        contextvars.ContextVar,
        Part(_variable, lambda item: ["-context->"] * len(_variable(item))),
        True,
    ),
    (types.CoroutineType, Part(_coroutine, _coroutine_labels), False),
    (types.GeneratorType, _GENERATOR, False),
    (types.AsyncGeneratorType, _GENERATOR, False),
    (asyncio.Task, Part(_task, _one("-coroutine->")), False),
)
"""A type, what it holds, and whether a change of that is a write of somebody's state."""
