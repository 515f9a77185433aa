"""Nodes of one broker, and clients that check all that they hear."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pluribus_unum import BrokerDown, Hub, Limits, Receipt
from pluribus_unum.brokers.base import Broker
from pluribus_unum.brokers.nats import NatsBroker
from pluribus_unum.brokers.valkey import ValkeyBroker
from pluribus_unum.testing import FakeSocket
from tests.unum.brokers.servers import Nats, Server, Valkey, nats_program, valkey_program
from tests.unum.clients import Client
from tests.unum.running import Context

LIMITS = Limits(events_per_user=50)
ANN = Context("ann")
SERVERS: dict[str, type[Server]] = {"valkey": Valkey, "nats": Nats}
BROKERS: dict[type[Server], Callable[..., Broker]] = {Valkey: ValkeyBroker, Nats: NatsBroker}
MISSING = {
    "valkey": None if valkey_program() else "a valkey-server or redis-server",
    "nats": None if nats_program() else "a nats-server",
}


def server_of(kind: str, folder: Path, *, keeps: bool = False) -> Server:
    """One that has not been started."""
    return SERVERS[kind](folder, keeps=keeps)


@asynccontextmanager
async def node(server: Server, *, limits: Limits = LIMITS, **more: Any) -> AsyncIterator[Hub]:
    """A hub of that server."""
    broker = BROKERS[type(server)](server.url, limits=limits, timeout_s=0.5, **more)
    hub = Hub(broker=broker, limits=limits)
    async with hub.lifespan():
        yield hub


class Follower:
    """A client on a socket, which checks all that it hears."""

    def __init__(self) -> None:
        self.socket = FakeSocket()
        self.client = Client("ann")
        self._read = 0

    async def hears(self, payload: object, *, within_s: float = 5) -> None:
        """Wait until an event arrives."""
        async with asyncio.timeout(within_s):
            while payload not in [each for _, _, each in self.hear()]:
                await asyncio.sleep(0.01)

    async def is_reset(self, *, within_s: float = 8) -> None:
        """Wait until it is told that something is missing."""
        async with asyncio.timeout(within_s):
            while not (self.hear() is not None and self.client.resets):
                await asyncio.sleep(0.01)

    def hear(self) -> list[tuple[str, int, object]]:
        """Take in what has come."""
        for frame in self.socket.frames[self._read :]:
            self._read += 1
            self.client.hear(frame)
        return self.client.seen


async def emitted(hub: Hub, payload: object, *, within_s: float = 8) -> Receipt:
    """Send, again and again, until the broker takes it."""
    async with asyncio.timeout(within_s):
        while True:
            try:
                return await hub.manager(ANN).emit_agent_event("x", payload)
            except BrokerDown:
                await asyncio.sleep(0.02)


async def slowest_turn_s(for_s: float) -> float:
    """How late the loop ever was."""
    slowest, end = 0.0, time.monotonic() + for_s
    while (now := time.monotonic()) < end:
        await asyncio.sleep(0.01)
        slowest = max(slowest, time.monotonic() - now - 0.01)
    return slowest


async def becomes(what: Callable[[], Any], wanted: object, *, within_s: float = 5) -> None:
    """Wait until something, which may have to be awaited, is as it is wanted."""
    found: object = None
    try:
        async with asyncio.timeout(within_s):
            while True:
                found = what()
                if asyncio.iscoroutine(found):
                    found = await found
                if found == wanted:
                    return
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"it is {found!r} after {within_s} s, and not {wanted!r}") from None
