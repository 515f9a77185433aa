"""Makes a transport from its name."""

from __future__ import annotations

import importlib.util
from typing import Protocol

from pluribus.conformance.history import History
from pluribus.conformance.making import imported
from pluribus.conformance.transports.ends import ClientEnd
from pluribus.conformance.transports.memory import MemoryTransport
from pluribus.conformance.transports.names import IMPLEMENTATIONS
from pluribus.errors import ContractError, UsageError

NEEDS = {"asgi": ("starlette",), "sockets": ("starlette", "uvicorn", "websockets", "wsproto")}
"""Transport to the modules that it stands on."""


class Transport(Protocol):
    """Makes clients, and carries what they are sent."""

    name: str
    has_application: bool
    """Whether clients reach the application of the contract, not a manager alone."""

    @property
    def closes_at_once(self) -> bool:
        """Whether to close a socket ends the sends to it that wait; a network has to be able to
        write before."""

    def client(self, name: str, history: History | None = None) -> ClientEnd:
        """A client, which may have to be opened."""

    async def settle(self) -> None:
        """Wait until what was written has arrived."""

    async def close(self) -> None:
        """End all that is open."""


def transport(
    name: str, application: str = "", *, loss: type[Exception] | None = None
) -> Transport:
    """The transport of a name: `memory`, `asgi`, or `sockets:` with an implementation.

    Args:
        application: the ASGI application that is served, `package.module:name`; empty for the
            kit's own endpoint, which hands sockets to a manager alone.
        loss: what sockets that are handed on raise when their connection is lost; by default what
            Starlette raises.

    Raises:
        ContractError: the application cannot be imported, or is none.
        UsageError: a library is missing, or there is no such transport.
    """
    kind, _, implementation = name.partition(":")
    if kind == "memory":
        return MemoryTransport(lambda: loss)
    must_be_installed(kind)
    # What is optional is imported here, where it is asked for.
    from pluribus.conformance.transports.asgi import AsgiTransport
    from pluribus.conformance.transports.handing import hand_on

    served = imported(application) if application else hand_on
    if not callable(served):
        raise ContractError(f"`{application}` is no ASGI application: it cannot be called")
    if kind == "asgi":
        return AsgiTransport(served, is_handing_on=not application, loss=loss)
    from pluribus.conformance.transports.sockets import SocketTransport

    return SocketTransport(
        served,
        implementation=implementation or IMPLEMENTATIONS[0],
        is_handing_on=not application,
        loss=loss,
    )


def must_be_installed(kind: str) -> None:
    """Raise where a library is missing.

    Raises:
        UsageError: it says which, and what to install.
    """
    missing = [each for each in NEEDS.get(kind, ()) if importlib.util.find_spec(each) is None]
    if missing:
        raise UsageError(
            f"`--transport {kind}` needs {', '.join(missing)}, which cannot be imported",
            hint="install `pluribus[sockets]` where the code runs",
        )
