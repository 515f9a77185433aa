"""Stores outside of the process, stood in for by one inside of it.

A contract that declares `stores` has the client library connect to a fake in the driving process,
before the subject is imported. Why: docs/decisions/0021-a-store-in-the-process.md.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from pluribus.conformance.stores.acting import Actors
from pluribus.errors import ContractError

if TYPE_CHECKING:
    from pluribus.conformance.stores.server import Store

FAKE: Final = "fakeredis"
_RELEASE: Final = "2.40."
"""The one that has been looked into: what is recorded goes through no public interface of it."""


_INSTALL: Final = "install `pluribus[stores]` where the code runs"


class Stores:
    """The store that a subject keeps data in; each run may be given a new one."""

    def __init__(self) -> None:
        self.actors = Actors()
        self.store = self._fresh()

    def renew(self) -> None:
        """An empty one, to which whatever connects from now on connects."""
        self.store = self._fresh()

    def _fresh(self) -> Store:
        # It stands on an extra.
        server = importlib.import_module("pluribus.conformance.stores.server")
        made: Store = server.Store(self.actors)
        return made


def is_installed() -> bool:
    """Whether what a store is made of is there."""
    return importlib.util.find_spec(FAKE) is not None


@contextmanager
def placed(libraries: Sequence[str]) -> Iterator[Stores | None]:
    """Put a store in the place of the real ones; None where the contract declares none.

    Raises:
        ContractError: what it takes is not installed.
    """
    if not libraries:
        yield None
        return
    must_be_there(libraries)
    stores = Stores()
    connections = importlib.import_module("pluribus.conformance.stores.connections")
    with ExitStack() as stack:
        for each in libraries:
            stack.enter_context(connections.connected_to(each, lambda: stores.store))
        yield stores


def must_be_there(libraries: Sequence[str]) -> None:
    """Refuse what cannot be had.

    Raises:
        ContractError: a library, or the fake, is not installed.
    """
    if not is_installed():
        raise ContractError(
            f"`stores` needs {FAKE}, which is not installed",
            hint=_INSTALL,
        )
    release = importlib.metadata.version(FAKE)
    if not release.startswith(_RELEASE):
        raise ContractError(
            f"`stores` needs {FAKE} {_RELEASE}x, and {release} is installed", hint=_INSTALL
        )
    for each in libraries:
        if importlib.util.find_spec(each) is None:
            raise ContractError(
                f"`stores` names `{each}`, and no package of that name is installed",
                hint="name the library through which the owner reaches its store",
            )


__all__ = ["Stores", "is_installed", "must_be_there", "placed"]
