"""Starts the server that is measured, and asks it things."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from bench.hub.client import Client, Heard, LostError, crowd
from bench.hub.peers import PEERS
from bench.told import Told, told

SERVER_CORE: Final = 0
CLIENT_CORE: Final = 1
_PATIENCE_S: Final = 60.0


@dataclass(frozen=True)
class State:
    """A server, as it is now."""

    port: int
    connected: int
    cpu_s: float
    """User and system time of its process."""
    rss: int
    """Bytes that are resident."""


@dataclass
class Scene:
    """A server with clients that are connected."""

    server: Told
    users: int
    clients: list[Client]
    heard: Heard
    before: State
    """Before anybody was connected."""

    async def state(self) -> State:
        """How the server is now."""
        return await _state(self.server)

    async def round(self, size: int) -> None:
        """An event to each user, and wait until every one has come.

        Raises:
            LostError: one has not.
        """
        self.heard.want(len(self.clients))
        await self.server.ask("round", users=self.users, size=size)
        await self.arrived()

    async def arrived(self) -> None:
        """Wait for what is wanted.

        Raises:
            LostError: it does not come.
        """
        heard = self.heard
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while heard.deliveries < heard.wanted and not heard.problem:
                    await heard.done.wait()
        except TimeoutError:
            heard.fail(f"{heard.wanted - heard.deliveries} events did not come")
        if heard.problem:
            raise LostError(f"{self.server.name}: {heard.problem}")


async def _state(server: Told) -> State:
    return State(**await server.ask("state"))


@asynccontextmanager
async def scene(name: str, users: int, tabs: int = 1) -> AsyncIterator[Scene]:
    """Start a server, and connect users to it, each by so many tabs."""
    os.sched_setaffinity(0, {CLIENT_CORE})
    heard = Heard()
    async with told(name, "bench.hub.server", PEERS[name], str(SERVER_CORE)) as server:
        before = await _state(server)
        clients = await crowd(name, before.port, users, tabs, heard)
        while (await _state(server)).connected < len(clients):
            await asyncio.sleep(0.01)
        yield Scene(server, users, clients, heard, before)
        heard.problem = heard.problem or "over"
        for each in clients:
            assert each.transport is not None
            each.transport.abort()
