"""An application as unum is meant to be used, for `pluribus conform`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pluribus_unum import Hub, Manager, UserContext, get_websocket_manager, serving


class Application:
    """Holds the hub, as an application's state does."""

    hub = Hub()


@contextmanager
def serve() -> Iterator[None]:
    """Serve with a hub of its own, which the loop that uses it first starts."""
    Application.hub = Hub()
    yield


def manager(user_context: UserContext) -> Manager:
    """The manager of one user, of a hub that is at hand."""
    return Application.hub.manager(user_context)


def manager_of_request(user_context: UserContext) -> Manager:
    """The same, of the hub that serves the request, as `HubMiddleware` has it."""
    with serving(Application.hub):
        return get_websocket_manager(user_context)


def let_go(manager: Manager) -> None:
    """Nothing needs to be called: a manager goes when nobody holds it any more."""
