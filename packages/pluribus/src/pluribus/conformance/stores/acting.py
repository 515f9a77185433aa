"""On whose behalf something runs, so that what is sent to a store has an owner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(eq=False)
class Acting:
    """One call of the subject on behalf of one user."""

    user: str
    """The user's name in the run, as `alice`; empty for what is done for everybody."""
    role: str
    """`factory`, `add`, `emit` and so on."""
    name: str
    """Of the method or function."""
    has_ended: bool = False


class Actors:
    """Who acts. Each call has a context variable of its own, which the tasks that it starts take
    along, as do the threads of `asyncio.to_thread`."""

    def __init__(self) -> None:
        self._acting: ContextVar[Acting | None] = ContextVar("acting", default=None)
        self._latest: Acting | None = None

    @contextmanager
    def acting(self, user: str, role: str, name: str) -> Iterator[None]:
        """What is sent inside is sent for `user`."""
        call = self._latest = Acting(user, role, name)
        token = self._acting.set(call)
        try:
            yield
        finally:
            call.has_ended = True
            self._acting.reset(token)

    def now(self) -> Acting | None:
        """Who acts at this moment, as far as that is certain.

        What a call has left running counts as its own only until another call begins: a task that
        the first user started may serve the second from then on.
        """
        call = self._acting.get()
        if call is None or (call.has_ended and call is not self._latest):
            return None
        return call
