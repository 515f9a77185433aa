"""What a send raises when a connection is lost: what the subject could catch by name."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable

from pluribus.conformance.line import CLOSED, Loss

_NAMES = re.compile(r"(clos|disconnect|reset|lost|gone|broken)", re.IGNORECASE)


def loss_of(kind: type[Exception] | None) -> Loss:
    """Sends raise `kind`; without it what the frameworks raise that are loaded, and without any
    what the ASGI specification says, which is an `OSError`.

    Starlette raises `WebSocketDisconnect` once, and a `RuntimeError` from then on.
    """

    def raised(method: str, number: int) -> Exception:
        chosen = kind or _of_framework(method) or ConnectionResetError
        is_said_once = chosen.__name__ == "WebSocketDisconnect" or chosen is ConnectionResetError
        if is_said_once and number > 1:
            return RuntimeError(CLOSED)
        return _made(chosen)

    return raised


def loss_named_in(modules: Iterable[str]) -> type[Exception] | None:
    """The exception for a lost connection that these modules know, by its name: a socket of their
    own may raise one of their own. None when there is no such, or several, and where a framework
    is loaded whose sockets raise what is known."""
    if _of_framework("send") is not None:
        return None
    found = {
        value
        for name in modules
        for value in vars(sys.modules.get(name, object)).values()
        if isinstance(value, type)
        and issubclass(value, Exception)
        and value.__module__.partition(".")[0] not in sys.stdlib_module_names
        and _NAMES.search(value.__name__)
    }
    return found.pop() if len(found) == 1 else None


def _of_framework(method: str) -> type[Exception] | None:
    if method == "send" and (found := _loaded("websockets.exceptions", "ConnectionClosedError")):
        return found
    return _loaded("starlette.websockets", "WebSocketDisconnect") or _loaded(
        "aiohttp", "ClientConnectionResetError"
    )


def _loaded(module: str, name: str) -> type[Exception] | None:
    found = getattr(sys.modules.get(module), name, None)
    return found if isinstance(found, type) and issubclass(found, Exception) else None


def _made(kind: type[Exception]) -> Exception:
    """One of a kind: its code is that of an abnormal end, and all else it says is nothing much."""
    said = "the connection is lost"
    if kind.__module__.startswith("websockets."):
        return kind(None, None)
    try:
        parameters = list(inspect.signature(kind).parameters.values())
    except (TypeError, ValueError):
        return kind(said)
    if any(each.kind is inspect.Parameter.VAR_POSITIONAL for each in parameters):
        return kind(said)
    if any(each.kind is inspect.Parameter.POSITIONAL_ONLY for each in parameters):
        return kind(*(said for each in parameters if each.default is inspect.Parameter.empty))
    wanted = {
        each.name: 1006 if "code" in each.name else said
        for each in parameters
        if each.kind is not inspect.Parameter.VAR_KEYWORD
        and (each.default is inspect.Parameter.empty or each.name == "code")
    }
    return kind(**wanted)
