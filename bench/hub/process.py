"""Starts the server that is measured, and asks it things."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from bench.hub.client import Client, Heard, LostError, crowd
from bench.hub.peers import PEERS

SERVER_CORE: Final = 0
CLIENT_CORE: Final = 1
_PATIENCE_S: Final = 60.0


class ServerFailedError(Exception):
    """A server ended, or did not answer."""


@dataclass(frozen=True)
class State:
    """A server, as it is now."""

    port: int
    connected: int
    cpu_s: float
    """User and system time of its process."""
    rss: int
    """Bytes that are resident."""


class Server:
    """A server in a process of its own."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.name = name
        self._process = process

    async def ask(self, do: str, **given: Any) -> dict[str, Any]:
        """Have something done.

        Raises:
            ServerFailedError: there is no answer.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **given}).encode() + b"\n")
        line = await self._process.stdout.readline()
        if not line:
            raise ServerFailedError(f"{self.name} ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def state(self) -> State:
        """How it is now."""
        return State(**await self.ask("state"))


@asynccontextmanager
async def running(name: str) -> AsyncIterator[Server]:
    """Start a server, and end it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.hub.server",
        PEERS[name],
        str(SERVER_CORE),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Server(name, process)
    finally:
        process.kill()
        await process.wait()


@dataclass
class Scene:
    """A server with clients that are connected."""

    server: Server
    clients: list[Client]
    heard: Heard
    before: State
    """Before anybody was connected."""

    async def round(self, size: int) -> None:
        """An event to each user, and wait until every one has come.

        Raises:
            LostError: one has not.
        """
        self.heard.want(len(self.clients))
        await self.server.ask("round", users=len(self.clients), size=size)
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


@asynccontextmanager
async def scene(name: str, users: int) -> AsyncIterator[Scene]:
    """Start a server, and connect users to it."""
    os.sched_setaffinity(0, {CLIENT_CORE})
    heard = Heard()
    async with running(name) as server:
        before = await server.state()
        clients = await crowd(name, before.port, users, heard)
        while (await server.state()).connected < users:
            await asyncio.sleep(0.01)
        yield Scene(server, clients, heard, before)
        heard.problem = heard.problem or "over"
        for each in clients:
            assert each.transport is not None
            each.transport.abort()
