"""A node in a process of its own, which can be killed: `python -m tests.unum.faults.node`."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import socket
import sys
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

from bench.told import obey
from pluribus_unum import BrokerDown, Hub, Identity, Limits, MemoryBroker, UnumError
from pluribus_unum.brokers.base import Broker
from tests.unum.server import ByName


class Node:
    """Serves clients, and sends what it is told to."""

    def __init__(self, hub: Hub, port: int) -> None:
        self._hub = hub
        self._port = port
        self._working: set[asyncio.Task[None]] = set()

    async def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Do one thing."""
        match asked["do"]:
            case "emit":
                sent = [await self._emit(user, key) for user, key in asked["events"]]
                return {"receipts": sent}
            case "begin":
                for user, run_id in asked["runs"]:
                    task = asyncio.create_task(self._run(user, run_id, asked["lasts_s"]))
                    self._working.add(task)
                    task.add_done_callback(self._working.discard)
                return {}
            case _:
                return {"port": self._port, **self._hub.connected.counts(), **_held()}

    async def _emit(self, user: str, key: str) -> tuple[str, int] | None:
        """Send an event that is its own idempotency key; None when nobody knows whether it was."""
        manager = self._hub.manager(Identity(user_id=user))
        try:
            receipt = await manager.emit_agent_event("event", key, key=key)
        except BrokerDown:
            return None
        return receipt.epoch, receipt.seq

    async def _run(self, user: str, run_id: str, lasts_s: float) -> None:
        """Let an agent of a user call a tool that takes so long."""
        manager = self._hub.manager(Identity(user_id=user))
        # Whoever runs it cannot do more about a broker that is away.
        with suppress(BrokerDown):
            async with manager.run(SimpleNamespace(run_id=run_id)) as run, run.tool("work"):
                await asyncio.sleep(lasts_s)


def _held() -> dict[str, int]:
    """What the process holds."""
    with open("/proc/self/statm", encoding="ascii") as found:
        rss = int(found.read().split()[1]) * resource.getpagesize()
    return {"rss": rss, "fds": len(os.listdir("/proc/self/fd")), "tasks": len(asyncio.all_tasks())}


def _broker(url: str, limits: Limits, given: dict[str, Any]) -> Broker:
    if not url:
        return MemoryBroker(limits)
    # Each needs a package that need not be there.
    if url.startswith("nats"):
        from pluribus_unum.brokers.nats import NatsBroker  # noqa: PLC0415

        return NatsBroker(url, limits=limits, **given)
    from pluribus_unum.brokers.valkey import ValkeyBroker  # noqa: PLC0415

    return ValkeyBroker(url, limits=limits, **given)


async def _main(url: str, limits: Limits, given: dict[str, Any]) -> None:
    try:
        hub = Hub(broker=_broker(url, limits, given), auth=ByName(), limits=limits)
    except UnumError as error:
        sys.exit(f"the node does not start: {error.message}")
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(8192)
    application = Starlette(routes=[WebSocketRoute("/ws", hub.endpoint)], lifespan=hub.lifespan)
    config = uvicorn.Config(application, log_level="critical", ws_per_message_deflate=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    await obey(Node(hub, listener.getsockname()[1]).answer)
    server.should_exit = True
    with suppress(asyncio.CancelledError):
        await serving


if __name__ == "__main__":
    asyncio.run(
        _main(
            sys.argv[1],
            msgspec.convert(json.loads(sys.argv[2]), Limits),
            json.loads(sys.argv[3]),
        )
    )
