"""Which hub is meant where none is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from pluribus_unum.errors import NoHub
from pluribus_unum.identity import UserContext
from pluribus_unum.manager import Manager


class Hub(Protocol):
    """What gives out managers."""

    def manager(self, context: UserContext) -> Manager:
        """The manager of the user of a context."""


_HUB: ContextVar[Hub] = ContextVar("pluribus_unum_hub")


@contextmanager
def serving(hub: Hub) -> Iterator[None]:
    """Mean this hub inside of the block, and in the tasks that are made there."""
    token = _HUB.set(hub)
    try:
        yield
    finally:
        _HUB.reset(token)


class HubMiddleware:
    """Lets `get_websocket_manager` find the hub in every request of an ASGI application."""

    def __init__(self, app: Any, hub: Hub) -> None:
        self._app = app
        self._hub = hub

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request."""
        with serving(self._hub):
            await self._app(scope, receive, send)


def get_websocket_manager(user_context: UserContext, *, hub: Hub | None = None) -> Manager:
    """The manager of one user: the same for the same user, and never another's.

    Args:
        user_context: Whose; it has a `user_id`.
        hub: Of which hub; by default the one that serves this request.

    Raises:
        NoUser: the context has no user.
        NoHub: no hub serves this, and none was named.
    """
    found = hub or _HUB.get(None)
    if found is None:
        raise NoHub(
            "no hub serves this",
            hint="add `HubMiddleware` to the application, or name the hub: "
            "`get_websocket_manager(context, hub=hub)`",
        )
    return found.manager(user_context)
