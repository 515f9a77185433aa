"""What a coroutine that does not return is waiting for."""

from __future__ import annotations

import importlib
import traceback
import types
from pathlib import Path


def await_chain(awaitable: object, *, most: int = 12) -> tuple[str, ...]:
    """Each function that waits for the next, outermost first, as `name, file.py:12`."""
    chain: list[str] = []
    current = awaitable
    while current is not None and len(chain) < most:
        frame = getattr(current, "cr_frame", None) or getattr(current, "gi_frame", None)
        if isinstance(frame, types.FrameType):
            chain.append(place_of(frame))
        following = getattr(current, "cr_await", None) or getattr(current, "gi_yieldfrom", None)
        if following is None:
            break
        if not hasattr(following, "cr_await") and not hasattr(following, "gi_yieldfrom"):
            chain.append(type(following).__name__)
            break
        current = following
    return tuple(chain)


def own_chain(awaitable: object) -> tuple[str, ...]:
    """The same without what is the kit's or asyncio's."""
    chain = await_chain(awaitable, most=40)
    return tuple(each for each in chain if not each.endswith((*_OWN, "FutureIter")))


def stack_of(frame: types.FrameType | None, *, most: int = 12) -> tuple[str, ...]:
    """The functions that a thread is in, outermost first, without this kit and asyncio."""
    chain: list[str] = []
    while frame is not None:
        chain.append(place_of(frame))
        frame = frame.f_back
    kept = [each for each in reversed(chain) if not each.endswith(_OWN)]
    return tuple(kept[-most:])


_OWN = ("(kit)",)


def place_of(frame: types.FrameType, line: int | None = None) -> str:
    """A function and a line, by default the one that it is at, as `name, file.py:12`."""
    code = frame.f_code
    module = str(frame.f_globals.get("__name__", ""))
    if module.startswith(("pluribus.conformance.", "asyncio.", "runpy", "concurrent.")) and (
        ".mutants" not in module
    ):
        return f"{code.co_name} (kit)"
    return f"{code.co_qualname}, {Path(code.co_filename).name}:{line or frame.f_lineno}"


_KIT = (str(Path(__file__).parent), "<frozen importlib", importlib.__file__)


def trace_of(error: BaseException) -> str:
    """The traceback from where the subject begins: what imports and drives it is the kit's."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(_KIT):
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace)).rstrip()
