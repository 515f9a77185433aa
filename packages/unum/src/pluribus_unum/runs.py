"""The runs of a node, and a lease for each: by it other nodes know that somebody will end it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

import msgspec

from pluribus_unum.brokers.base import Broker
from pluribus_unum.brokers.presence import Presence
from pluribus_unum.clock import Clock
from pluribus_unum.core.stream import Position
from pluribus_unum.errors import UnumError
from pluribus_unum.run import Run

_AMONG_KEYS: Final = "\0runs\0"
"""Leases are kept as connections are, under keys that no user has."""


class Lease(msgspec.Struct, frozen=True, array_like=True):
    """A run that has begun, and what it takes to end it."""

    run_id: str
    epoch: str
    seq: int
    """Where it began."""
    user_id: str
    thread_id: str | None = None
    agent_name: str | None = None

    @property
    def ending(self) -> str:
        """The idempotency key of its terminal event, whoever sends that."""
        return f"unum:end:{Position(self.epoch, self.seq)}"


_LEASE: Final = msgspec.json.Decoder(Lease)


async def leases(broker: Broker, key: str) -> Sequence[Lease]:
    """Those of an isolation key that hold, on all nodes.

    Raises:
        BrokerDown: the other nodes cannot be asked.
    """
    there = await broker.presence(_AMONG_KEYS + key)
    return [found for each in there if (found := _read(each)) is not None]


def _read(posted: Presence) -> Lease | None:
    try:
        return _LEASE.decode(posted.connection_id)
    except msgspec.DecodeError:
        return None


class Runs:
    """Those of this node that have begun and not ended."""

    def __init__(self, broker: Broker, clock: Clock) -> None:
        self._broker = broker
        self._clock = clock
        self._open: dict[Run, tuple[str, str] | None] = {}

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Run]:
        return iter(tuple(self._open))

    @property
    def node_id(self) -> str:
        """Of this node; the first event of a run says it."""
        return self._broker.node_id

    def enter(self, run: Run) -> None:
        """It is about to begin."""
        self._open[run] = None

    def hold(self, run: Run, key: str, began: Position) -> str:
        """It began there, in the stream of a key: others are told for as long as it goes on.
        Gives the idempotency key of its end."""
        lease = Lease(run.run_id, *began, run.user_id, run.thread_id, run.agent_name)
        # It may have been interrupted by now.
        if run in self._open:
            held = _AMONG_KEYS + key, msgspec.json.encode(lease).decode()
            self._open[run] = held
            self._broker.arrived(*held, self._clock.wall())
        return lease.ending

    def leave(self, run: Run) -> None:
        """It has ended, or nobody here will end it any more."""
        held = self._open.pop(run, None)
        if held is not None:
            self._broker.departed(*held)

    async def interrupt(self) -> None:
        """End those that nobody will, because the server stops."""
        for each in self:
            with suppress(UnumError):
                await each.interrupt()
