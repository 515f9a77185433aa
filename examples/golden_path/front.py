"""The demo on two nodes behind one port, each of which can be killed."""

from __future__ import annotations

import asyncio
import secrets
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bench.told import EndedError, Told, told
from examples.golden_path.app import page
from tests.unum.brokers.servers import Valkey, running
from tests.unum.proxy import Proxy

NODES = 2


class Front(Proxy):
    """Carries sockets to one node after the other, and everything else to the page."""

    def __init__(self, stack: AsyncExitStack, url: str, *, pause_s: float) -> None:
        super().__init__(0)
        self.secret = secrets.token_hex(32)
        self._stack = stack
        self._given = url, self.secret, str(pause_s)
        self._nodes: dict[int, Told] = {}
        """By port."""
        self._turn = 0
        self._telling = asyncio.Lock()

    def serve_page_at(self, port: int) -> None:
        """Where the page is."""
        self._port = port

    async def start_node(self) -> None:
        """Start another one."""
        name = "node of the golden path"
        node = await self._stack.enter_async_context(
            told(name, "examples.golden_path.node", *self._given)
        )
        self._nodes[(await node.ask("state"))["port"]] = node

    async def pull_the_plug(self, user: str) -> None:
        """End the connections of a user."""
        await self._tell("plug", user)

    async def kill_the_node(self, user: str) -> None:
        """End the node that serves a user without a word, and start another in its place."""
        for port, answer in (await self._tell("state", user)).items():
            if answer["serves"]:
                node = self._nodes.pop(port)
                node.process.send_signal(signal.SIGKILL)
                await node.process.wait()
                await self.start_node()

    async def _tell(self, do: str, user: str) -> dict[int, dict[str, Any]]:
        """The answer of each node, by its port."""
        answers = {}
        async with self._telling:
            for port, node in list(self._nodes.items()):
                with suppress(EndedError):
                    answers[port] = await node.ask(do, user=user)
        return answers

    async def _reach(
        self, reader: asyncio.StreamReader
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            first = await reader.readline()
        except ValueError as error:
            raise ConnectionError("the first line has no end") from error
        ports = list(self._nodes) if first.startswith(b"GET /ws") else [self._port]
        self._turn += 1
        port = ports[self._turn % len(ports)]
        back, forth = await asyncio.open_connection("127.0.0.1", port)
        forth.write(first)
        return back, forth


@asynccontextmanager
async def on_nodes(*, port: int = 0, pause_s: float = 0.6) -> AsyncIterator[Front]:
    """Serve the demo at a port for as long as the block takes; needs a valkey-server."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        valkey = stack.enter_context(running(Valkey(folder)))
        front = Front(stack, valkey.url, pause_s=pause_s)
        for _ in range(NODES):
            await front.start_node()
        pages = page(
            front.secret, pull_the_plug=front.pull_the_plug, kill_the_node=front.kill_the_node
        )
        config = uvicorn.Config(Starlette(routes=pages), port=0, log_level="warning")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        front.serve_page_at(server.servers[0].sockets[0].getsockname()[1])
        await front.start(port)
        try:
            yield front
        finally:
            await front.stop()
            server.should_exit = True
            await serving
