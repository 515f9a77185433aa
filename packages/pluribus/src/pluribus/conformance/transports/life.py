"""The lifespan of an application, where it has one."""

from __future__ import annotations

import asyncio
import contextlib

from pluribus.conformance.transports.exchange import Application, Message

_LONGEST_S = 10.0


class Life:
    """Starts an application up and shuts it down, once each."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._to_server: asyncio.Queue[Message] = asyncio.Queue()
        self._said = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.state: dict[str, object] = {}
        """What it keeps for its connections."""

    async def start(self) -> None:
        """Let it start up, if it has not."""
        if self._task is not None:
            return
        self._task = asyncio.create_task(self._run())
        await self._ask("startup")

    async def end(self) -> None:
        """Let it shut down, if it was started."""
        if self._task is None:
            return
        if not self._task.done():
            await self._ask("shutdown")
        self._task.cancel()
        await asyncio.wait({self._task})

    async def _ask(self, what: str) -> None:
        self._said.clear()
        self._to_server.put_nowait({"type": f"lifespan.{what}"})
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_S):
                await self._said.wait()

    async def _run(self) -> None:
        # By the specification, an application that raises has no lifespan.
        with contextlib.suppress(Exception):
            scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": self.state}
            await self._application(scope, self._to_server.get, self._heard)
        self._said.set()

    async def _heard(self, message: Message) -> None:
        self._said.set()
